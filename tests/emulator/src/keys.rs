//! A key pair for tests, in the forms in which applications keep one. It stands in a repository and protects nothing.

use std::collections::BTreeMap;

/// The id under which the emulator knows the public key at the start.
pub const KEY_ID: &str = "emulator-key";

/// Opens the encrypted forms.
pub const PASSPHRASE: &str = "emulator";

/// The private key as PKCS#8.
pub const PLAIN: &str = include_str!("../keys/plain.pem");

/// The same key as PKCS#1, `BEGIN RSA PRIVATE KEY`.
pub const PKCS1: &str = include_str!("../keys/pkcs1.pem");

/// The same key encrypted: PBES2 with AES-256-CBC and PBKDF2 over HMAC-SHA-256.
pub const AES256: &str = include_str!("../keys/aes256.pem");

/// The same key encrypted: PBES2 with AES-256-CBC and PBKDF2 over HMAC-SHA-1.
pub const AES256_SHA1: &str = include_str!("../keys/aes256-sha1.pem");

/// The same key encrypted as Box's console does it: PBES2 with DES-EDE3-CBC and PBKDF2 over HMAC-SHA-1.
pub const TRIPLE_DES: &str = include_str!("../keys/3des.pem");

/// Another private key, which the emulator doesn't know.
pub const OTHER: &str = include_str!("../keys/other.pem");

/// The public half of [`PLAIN`].
pub const PUBLIC: &str = include_str!("../keys/public.pem");

/// What the emulator knows at the start.
pub(crate) fn registered() -> BTreeMap<String, String> {
    BTreeMap::from([(KEY_ID.to_owned(), PUBLIC.to_owned())])
}

/// A private key by the name of its file, and what opens it.
pub(crate) fn named(name: &str) -> Option<(&'static str, Option<&'static str>)> {
    match name {
        "plain" => Some((PLAIN, None)),
        "pkcs1" => Some((PKCS1, None)),
        "aes256" => Some((AES256, Some(PASSPHRASE))),
        "aes256-sha1" => Some((AES256_SHA1, Some(PASSPHRASE))),
        "3des" => Some((TRIPLE_DES, Some(PASSPHRASE))),
        "other" => Some((OTHER, None)),
        _ => None,
    }
}
