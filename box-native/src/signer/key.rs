//! A private key in memory.

use std::{fmt, sync::Arc};

use box_core::{
    error::Error,
    secret::Secret,
    session::{Algorithm, JwtConfig},
};
use pkcs8::{EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef, der::SecretDocument, pkcs5};
use ring::{
    error::KeyRejected,
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding},
};

use super::Signer;
use crate::transport::BoxFuture;

/// `rsaEncryption` (RFC 8017, appendix C).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// How to make any key one that can be read.
const CONVERT: &str =
    "`openssl pkcs8 -topk8 -v2 aes256 -in old.pem -out new.pem` writes one that can be read";

/// Signs with an RSA key of 2048 to 4096 bits. What it was read from is wiped.
#[derive(Clone)]
pub struct KeySigner(Arc<KeyPair>);

impl KeySigner {
    /// Reads a key as PEM: PKCS#8, plain or encrypted (PBES2 with AES or 3DES), or PKCS#1.
    ///
    /// # Errors
    /// `InvalidInput` if it isn't such a key, or if the passphrase is missing or wrong. No error quotes either.
    pub fn from_pem(pem: &Secret, passphrase: Option<&Secret>) -> Result<Self, Error> {
        let text = pem.expose().trim();
        if text.contains("Proc-Type:") {
            return Err(refused(&format!("is encrypted in OpenSSL's old way; {CONVERT}")));
        }
        let (label, document) = SecretDocument::from_pem(text).map_err(|_| refused("is not PEM"))?;
        match label {
            "PRIVATE KEY" => Self::plain(document.as_bytes()),
            "RSA PRIVATE KEY" => Self::ready(KeyPair::from_der(document.as_bytes())),
            "ENCRYPTED PRIVATE KEY" => {
                let passphrase =
                    passphrase.ok_or_else(|| refused("is encrypted, and needs its passphrase"))?;
                Self::plain(opened(document.as_bytes(), passphrase)?.as_bytes())
            }
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(refused("is no RSA key, and Box takes no other")),
            label if label.ends_with("PUBLIC KEY") => Err(refused("is a public key")),
            label if label.ends_with("CERTIFICATE") => Err(refused("is a certificate")),
            _ => Err(refused(&format!("is of a kind that is not known; {CONVERT}"))),
        }
    }

    /// The key of the developer console's configuration.
    ///
    /// # Errors
    /// Those of [`from_pem`](Self::from_pem).
    pub fn from_config(config: &JwtConfig) -> Result<Self, Error> {
        Self::from_pem(&config.private_key, config.passphrase.as_ref())
    }

    fn plain(pkcs8: &[u8]) -> Result<Self, Error> {
        let info = PrivateKeyInfoRef::try_from(pkcs8).map_err(|_| refused("is damaged"))?;
        if info.algorithm.oid != RSA {
            return Err(refused("is no RSA key, and Box takes no other"));
        }
        Self::ready(KeyPair::from_der(info.private_key.as_bytes()))
    }

    fn ready(read: Result<KeyPair, KeyRejected>) -> Result<Self, Error> {
        match read {
            Ok(key) => Ok(Self(Arc::new(key))),
            // The library tells its reasons as text only.
            Err(why) if why.to_string() == "TooSmall" => Err(refused("is too small: Box wants 2048 bits")),
            Err(why) if why.to_string() == "TooLarge" => Err(refused("is too large: 4096 bits are the most")),
            Err(_) => Err(refused("is damaged")),
        }
    }
}

impl Signer for KeySigner {
    /// On a thread for blocking work: a signature takes a millisecond or more, and other tasks would wait.
    fn sign<'a>(&'a self, algorithm: Algorithm, message: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, Error>> {
        let (key, message) = (Arc::clone(&self.0), message.to_vec());
        Box::pin(async move {
            let digest: &'static dyn RsaEncoding = match algorithm {
                Algorithm::Rs256 => &RSA_PKCS1_SHA256,
                Algorithm::Rs384 => &RSA_PKCS1_SHA384,
                Algorithm::Rs512 => &RSA_PKCS1_SHA512,
                other => return Err(Error::invalid(format!("a key can't sign as {}", other.as_str()))),
            };
            let work = tokio::task::spawn_blocking(move || {
                let mut signature = vec![0; key.public().modulus_len()];
                let signed = key.sign(digest, &SystemRandom::new(), &message, &mut signature);
                signed.map(|()| signature)
            });
            let signed = work.await.map_err(|_| Error::internal("the task that signs ended"))?;
            signed.map_err(|_| Error::internal("the key can't sign"))
        })
    }
}

impl fmt::Debug for KeySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySigner")
    }
}

/// The PKCS#8 key in an encrypted one.
fn opened(document: &[u8], passphrase: &Secret) -> Result<SecretDocument, Error> {
    use pkcs5::Error::{AlgorithmParametersInvalid, NoPbes1CryptSupport, UnsupportedAlgorithm};
    let unknown = || refused(&format!("is encrypted in a way that is not known; {CONVERT}"));
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(document).map_err(|_| unknown())?;
    encrypted.decrypt(passphrase.expose()).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(
            AlgorithmParametersInvalid { .. } | NoPbes1CryptSupport | UnsupportedAlgorithm { .. },
        ) => unknown(),
        // Also what was decrypted to something else by chance.
        _ => wrong_passphrase(),
    })
}

fn wrong_passphrase() -> Error {
    refused("can't be opened with this passphrase")
}

fn refused(why: &str) -> Error {
    Error::invalid(format!("the private key {why}"))
}
