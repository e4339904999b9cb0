//! Replies that the page can't read, and those that never came.

use box_wasm::ErrorKind;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Web;

#[wasm_bindgen_test]
async fn a_hidden_refusal_is_answered_by_a_new_token_and_one_replay() {
    let Web { emulator, client } = Web::over_fetch().await;
    emulator.control("/revoke_tokens", json!({})).await;
    client.folders().create("after all", "0").await.unwrap();
    assert_eq!(emulator.count("effects", "folders.create").await, 1);
    assert_eq!(emulator.count("requests", "folders.create").await, 2);
    assert_eq!(emulator.count("requests", "oauth.refresh").await, 1);
}

#[wasm_bindgen_test]
async fn a_creation_whose_reply_is_lost_is_found() {
    let Web { emulator, client } = Web::over_fetch().await;
    emulator.forget_connections().await;
    // Chromium and Firefox send it once more themselves: the connection of what comes before it is kept.
    let lost = json!({"operation": "folders.create", "kind": "drop", "effect": "after", "times": 2});
    emulator.control("/fail", lost).await;
    let folder = client.folders().create("found", "0").await.unwrap();
    assert_eq!(folder.name.as_deref(), Some("found"));
    assert_eq!(emulator.count("effects", "folders.create").await, 1);
    assert_eq!(emulator.count("requests", "oauth.refresh").await, 0);
}

#[wasm_bindgen_test]
async fn a_write_whose_reply_is_lost_is_not_repeated() {
    let Web { emulator, client } = Web::over_fetch().await;
    let lost = json!({"operation": "upload_sessions.create", "kind": "drop", "effect": "after", "times": 9});
    emulator.control("/fail", lost).await;
    let error = client.upload_sessions().create("0", 60_000_000, "perhaps").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::OutcomeUnknown, 1), "{error}");
    assert!(emulator.count("requests", "upload_sessions.create").await <= 2);
    assert_eq!(emulator.count("requests", "oauth.refresh").await, 0);
}
