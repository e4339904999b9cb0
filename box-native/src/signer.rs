//! Signing what an application with a key pair asserts.

mod key;

use box_core::{error::Error, session::Algorithm};

pub use key::KeySigner;

use crate::transport::BoxFuture;

/// Signs for an application whose private key the client doesn't hold: one in a security module, a service for keys, or
/// another process. [`KeySigner`] signs with a key in memory.
///
/// A client signs when it needs a new token, about once in an hour for each subject, and waits for a signature at most
/// [`STEP_TIMEOUT`](box_core::session::STEP_TIMEOUT).
pub trait Signer: Send + Sync + 'static {
    /// The signature of these bytes, RSASSA-PKCS1-v1_5 with the digest of the algorithm (RFC 8017, section 8.2), not
    /// encoded. The message is no secret until it is signed.
    fn sign<'a>(&'a self, algorithm: Algorithm, message: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, Error>>;
}
