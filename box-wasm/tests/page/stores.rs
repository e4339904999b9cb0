//! Stores of the application's own.

use std::{cell::Cell, rc::Rc};

use box_wasm::{
    Client, Error, ErrorKind, MemoryStore, TabStore, TokenStore, Tokens, store::Expected,
    transport::LocalBoxFuture,
};
use futures_util::future::join_all;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Web;

/// A store that several clients share, and that can be full.
#[derive(Clone, Default)]
struct Own(Rc<(MemoryStore, Cell<bool>)>);

impl TokenStore for Own {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<Tokens>, Error>> {
        self.0.0.load()
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> LocalBoxFuture<'_, Result<(), Error>> {
        if self.0.1.get() {
            return Box::pin(async { Err(Error::new(ErrorKind::Io, "the disk is full")) });
        }
        self.0.0.store(expected, tokens)
    }

    fn clear(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        self.0.0.clear()
    }
}

#[wasm_bindgen_test]
async fn what_one_client_stored_another_uses() {
    let store = Own::default();
    let web = Web::start(Client::builder().token_store(store.clone())).await;
    let (id, secret) = web.emulator.app();
    let builder = Client::builder().oauth(id, secret).token_store(store);
    let other = web.emulator.known_to(builder).build().unwrap();
    other.users().me().await.unwrap();
    assert_eq!(web.emulator.count("requests", "oauth.refresh").await, 0);
    web.emulator.control("/expire_tokens", json!({})).await;
    web.client.users().me().await.unwrap();
    let calls = join_all((0..20).map(|_| other.users().me().send())).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    assert_eq!(web.emulator.count("requests", "oauth.refresh").await, 1);
}

#[wasm_bindgen_test]
async fn a_store_that_is_full_costs_no_refresh_token() {
    let store = Own::default();
    let web = Web::start(Client::builder().token_store(store.clone())).await;
    web.emulator.control("/expire_tokens", json!({})).await;
    store.0.1.set(true);
    let error = web.client.users().me().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PersistFailed, "{error}");
    assert_eq!(web.emulator.count("requests", "oauth.refresh").await, 0);
    store.0.1.set(false);
    web.client.users().me().await.unwrap();
}

#[wasm_bindgen_test]
fn tabs_share_no_refresh_tokens() {
    let builder = Client::builder().oauth("id", "secret").token_store(TabStore::new("oauth"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}
