//! Signing by the platform's WebCrypto.

use std::fmt;

use base64ct::{Base64, Encoding};
use box_core::{
    error::{Error, ErrorKind},
    secret::Secret,
    session::{Algorithm, JwtConfig},
};
use futures_util::future::LocalBoxFuture;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use super::Signer;
use crate::platform::{global, member, reason};

#[wasm_bindgen]
extern "C" {
    type Subtle;

    #[wasm_bindgen(method, catch, js_name = importKey)]
    fn import_key(
        this: &Subtle,
        format: &str,
        key: &Uint8Array,
        algorithm: &Object,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn sign(this: &Subtle, algorithm: &str, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;
}

/// The one algorithm that Box takes.
const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

/// What makes a plain PKCS#8 key of any other.
const CONVERT: &str = "convert it once: openssl pkcs8 -topk8 -nocrypt -in key.pem -out plain.pem";

/// Signs with a private key in memory, by the platform's WebCrypto.
///
/// WebCrypto reads plain PKCS#8 (`BEGIN PRIVATE KEY`) and nothing else. Whoever has the page has the key: it belongs to
/// servers that run JavaScript, and not into what browsers load.
pub struct WebCryptoSigner(Secret);

impl WebCryptoSigner {
    /// A signer with a private key: PKCS#8 as PEM, not encrypted.
    ///
    /// # Errors
    /// `InvalidInput` for other keys; it says how to convert them, and tells nothing of the key.
    pub fn from_pem(pem: impl Into<Secret>) -> Result<Self, Error> {
        let pem = pem.into();
        der(&pem)?;
        Ok(Self(pem))
    }

    /// A signer with the key of the developer console's file.
    ///
    /// # Errors
    /// Those of [`from_pem`](Self::from_pem). The console's own keys are encrypted.
    pub fn from_config(config: &JwtConfig) -> Result<Self, Error> {
        Self::from_pem(config.private_key.clone())
    }

    async fn signature(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, Error> {
        let subtle = member(&global("crypto"), "subtle");
        if !subtle.is_object() {
            let why = "signing needs WebCrypto, which pages have in secure contexts only";
            return Err(Error::new(ErrorKind::Unsupported, why));
        }
        let subtle: Subtle = subtle.unchecked_into();
        let digest = match algorithm {
            Algorithm::Rs384 => "SHA-384",
            Algorithm::Rs512 => "SHA-512",
            _ => "SHA-256",
        };
        let import = Object::new();
        for (name, value) in [("name", ALGORITHM), ("hash", digest)] {
            // An object of ours takes every member.
            let _ = Reflect::set(&import, &name.into(), &value.into());
        }
        let key = Uint8Array::from(der(&self.0)?.as_slice());
        let usages = Array::of1(&"sign".into());
        let imported = settled(subtle.import_key("pkcs8", &key, &import, false, &usages)).await;
        // The copy in JavaScript's memory is no longer needed.
        key.fill(0, 0, key.length());
        let no_key =
            |thrown| Error::invalid(reason("the private key is not an RSA key that can sign", &thrown));
        let imported = imported.map_err(no_key)?;
        let signed = settled(subtle.sign(ALGORITHM, &imported, &Uint8Array::from(message))).await;
        let failed = |thrown| Error::new(ErrorKind::Session, reason("the platform doesn't sign", &thrown));
        Ok(Uint8Array::new(&signed.map_err(failed)?).to_vec())
    }
}

impl Signer for WebCryptoSigner {
    fn sign<'a>(
        &'a self,
        algorithm: Algorithm,
        message: &'a [u8],
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, Error>> {
        Box::pin(self.signature(algorithm, message))
    }
}

impl fmt::Debug for WebCryptoSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebCryptoSigner").finish_non_exhaustive()
    }
}

async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}

/// The bytes of a key.
fn der(pem: &Secret) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = pem.expose();
    let refused = |what: &str| Error::invalid([what, "; ", CONVERT].concat());
    for (kind, what) in [
        ("ENCRYPTED PRIVATE KEY", "the private key is encrypted, which WebCrypto doesn't read"),
        ("RSA PRIVATE KEY", "the private key is PKCS#1, which WebCrypto doesn't read"),
    ] {
        if text.contains(&["-----BEGIN ", kind, "-----"].concat()) {
            return Err(refused(what));
        }
    }
    let body =
        text.split_once("-----BEGIN PRIVATE KEY-----").and_then(|(_, rest)| rest.split_once("-----END "));
    let Some((body, _)) = body else {
        return Err(refused("the private key is not PKCS#8 in PEM (`BEGIN PRIVATE KEY`)"));
    };
    let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
    let bytes = Base64::decode_vec(&body).map_err(|_| refused("the private key is damaged"))?;
    Ok(Zeroizing::new(bytes))
}
