//! Signing what an application with a key pair asserts.

mod web_crypto;

use box_core::{error::Error, session::Algorithm};
use futures_util::future::LocalBoxFuture;

pub use web_crypto::WebCryptoSigner;

/// Signs for an application whose private key the client doesn't hold: one in a security module, or a service for keys.
/// [`WebCryptoSigner`] signs with a key in memory.
///
/// A client signs when it needs a new token, about once in an hour for each subject, and waits for a signature at most
/// [`STEP_TIMEOUT`](box_core::session::STEP_TIMEOUT).
pub trait Signer: 'static {
    /// The signature of these bytes, RSASSA-PKCS1-v1_5 with the digest of the algorithm (RFC 8017, section 8.2), not
    /// encoded. The message is no secret until it is signed.
    fn sign<'a>(
        &'a self,
        algorithm: Algorithm,
        message: &'a [u8],
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, Error>>;
}
