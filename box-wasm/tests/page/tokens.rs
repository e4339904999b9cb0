//! Tokens that the application provides.

use std::{cell::Cell, future::pending, rc::Rc, time::Duration};

use box_wasm::{Client, ErrorKind, Provided};
use futures_util::future::join_all;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Emulator;

#[wasm_bindgen_test]
async fn a_provider_is_asked_once_for_all_that_wait() {
    let emulator = Rc::new(Emulator::anew().await);
    let asked = Rc::new(Cell::new(0));
    let (server, count) = (Rc::clone(&emulator), Rc::clone(&asked));
    let builder = Client::builder().token_provider(move |_| {
        count.set(count.get() + 1);
        let server = Rc::clone(&server);
        async move { Ok(Provided { access_token: server.token().await.into(), expires_in: None }) }
    });
    let client = emulator.known_to(builder).build().unwrap();
    client.users().me().await.unwrap();
    assert_eq!(asked.get(), 1);
    emulator.control("/expire_tokens", json!({})).await;
    let calls = join_all((0..20).map(|_| client.users().me().send())).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    assert_eq!(asked.get(), 2);
}

#[wasm_bindgen_test]
async fn a_provider_that_never_answers_is_given_up() {
    let emulator = Emulator::anew().await;
    let builder = Client::builder().token_provider(|_| pending()).provider_timeout(Duration::from_millis(50));
    let client = emulator.known_to(builder).build().unwrap();
    let error = client.users().me().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session, "{error}");
    assert_eq!(emulator.count("requests", "users.me").await, 0);
}
