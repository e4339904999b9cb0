//! Ways to sign in, and what goes wrong with them.

use std::{cell::RefCell, rc::Rc};

use box_wasm::{
    Algorithm, Client, Error, ErrorKind, JwtConfig, SignInReason, Signer, Subject, WebCryptoSigner,
    transport::LocalBoxFuture,
};
use futures_util::future::join_all;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Emulator;

/// Another user than the one that signs in.
pub(crate) const OTHER: &str = "1000102";

const JWT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[wasm_bindgen_test]
async fn a_key_signs_by_web_crypto() {
    let emulator = Emulator::anew().await;
    let client = emulator.known_to(Client::builder().jwt(emulator.config("plain").await)).build().unwrap();
    let calls = join_all((0..20).map(|_| client.users().me().send())).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    assert_eq!(emulator.count("grants", JWT).await, 1);

    let config = emulator.config("plain").await;
    for algorithm in [Algorithm::Rs384, Algorithm::Rs512] {
        let mut jwt = config.grant_for(Subject::User(OTHER.to_owned()));
        jwt.algorithm = algorithm;
        let signer = WebCryptoSigner::from_config(&config).unwrap();
        let client = emulator.known_to(Client::builder().jwt_with_signer(jwt, signer)).build().unwrap();
        assert_eq!(client.users().me().await.unwrap().id, OTHER, "{algorithm:?}");
    }
}

#[wasm_bindgen_test]
async fn a_key_that_web_crypto_does_not_read_says_how_to_convert_it() {
    let emulator = Emulator::anew().await;
    for (key, what) in
        [("pkcs1", "PKCS#1"), ("aes256", "encrypted"), ("aes256-sha1", "encrypted"), ("3des", "encrypted")]
    {
        let config = emulator.config(key).await;
        let error = Client::builder().jwt(config.clone()).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(
            error.message().contains(what) && error.message().contains("openssl pkcs8 -topk8"),
            "{error}"
        );
        let body: String = config.private_key.expose().chars().skip(40).take(16).collect();
        assert!(!format!("{error:?}").contains(&body));
    }
    for text in
        ["", "-----BEGIN PRIVATE KEY-----\n%%\n-----END PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"]
    {
        assert_eq!(WebCryptoSigner::from_pem(text).unwrap_err().kind(), ErrorKind::InvalidInput, "{text}");
    }
    let mut config = emulator.config("plain").await;
    config.private_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----".into();
    let client = emulator.known_to(Client::builder().jwt(config)).build().unwrap();
    assert_eq!(client.users().me().await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[wasm_bindgen_test]
async fn what_is_wrong_with_an_application_is_told_with_a_hint() {
    let emulator = Emulator::anew().await;
    let told = Rc::new(RefCell::new(Vec::new()));
    let client = |config: JwtConfig| {
        let told = Rc::clone(&told);
        let builder = Client::builder().jwt(config).sign_in_needed(move |reason| {
            told.borrow_mut().push(reason);
            async {}
        });
        emulator.known_to(builder).build().unwrap()
    };
    let hint = |error: &Error| error.hint().map(|hint| hint.as_str());

    let wrong = client(emulator.config("other").await);
    let calls = join_all((0..20).map(|_| wrong.users().me().send())).await;
    for call in calls {
        assert_eq!(hint(&call.unwrap_err()), Some("key_wrong"));
    }
    assert_eq!(*told.borrow(), [SignInReason::Refused]);
    assert_eq!(emulator.count("requests", "oauth.token").await, 1);

    let mut config = emulator.config("plain").await;
    config.app.client_secret = "another".into();
    let error = client(config).users().me().await.unwrap_err();
    assert_eq!((hint(&error), error.needs_sign_in()), (Some("credentials_wrong"), true), "{error}");
    assert_eq!(*told.borrow(), [SignInReason::Refused, SignInReason::Application]);
}

#[wasm_bindgen_test]
async fn a_clock_that_is_wrong_is_named_where_it_can_not_be_learned() {
    let emulator = Emulator::anew().await;
    emulator.control("/options", json!({"clock_ahead": 600_000})).await;
    let client = emulator.known_to(Client::builder().jwt(emulator.config("plain").await)).build().unwrap();
    let error = client.users().me().await.unwrap_err();
    assert_eq!(error.hint().map(|hint| hint.as_str()), Some("clock_wrong"), "{error}");
    assert_eq!(emulator.count("requests", "oauth.token").await, 1);
    emulator.control("/options", json!({"clock_ahead": 0})).await;
}

/// Signs by another, and remembers what.
struct Elsewhere(WebCryptoSigner, Rc<RefCell<Vec<Vec<u8>>>>);

impl Signer for Elsewhere {
    fn sign<'a>(
        &'a self,
        algorithm: Algorithm,
        message: &'a [u8],
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, Error>> {
        self.1.borrow_mut().push(message.to_vec());
        self.0.sign(algorithm, message)
    }
}

#[wasm_bindgen_test]
async fn an_application_signs_by_itself() {
    let emulator = Emulator::anew().await;
    let config = emulator.config("plain").await;
    let messages = Rc::default();
    let signer = Elsewhere(WebCryptoSigner::from_config(&config).unwrap(), Rc::clone(&messages));
    let builder = Client::builder().jwt_with_signer(config.grant().unwrap(), signer);
    let client = emulator.known_to(builder).build().unwrap();
    client.users().me().await.unwrap();
    let user = client.with_user_subject(OTHER).unwrap();
    assert_eq!(user.users().me().await.unwrap().id, OTHER);
    let messages = messages.borrow();
    assert_eq!(messages.len(), 2);
    assert_ne!(messages.first(), messages.last());
}
