/// Whether a PEM holds the public key of RSA.
#[cfg(feature = "jwt")]
pub(crate) fn is_key(pem: &str) -> bool {
    read(pem).is_some()
}

#[cfg(feature = "jwt")]
pub(super) fn verifies(pem: &str, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
    use ring::signature::{
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    };

    let algorithm = match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        _ => return false,
    };
    read(pem).is_some_and(|key| UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok())
}

/// The `RSAPublicKey` within a `SubjectPublicKeyInfo`.
#[cfg(feature = "jwt")]
fn read(pem: &str) -> Option<Vec<u8>> {
    use spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned, der::DecodePem};

    const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    let info = SubjectPublicKeyInfoOwned::from_pem(pem).ok()?;
    let key = info.subject_public_key.as_bytes().filter(|_| info.algorithm.oid == RSA)?;
    Some(key.to_vec())
}

#[cfg(not(feature = "jwt"))]
pub(crate) fn is_key(_: &str) -> bool {
    true
}

#[cfg(not(feature = "jwt"))]
pub(super) fn verifies(_: &str, _: &str, _: &[u8], _: &[u8]) -> bool {
    false
}
