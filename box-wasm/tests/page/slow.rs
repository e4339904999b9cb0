//! Bodies that stand still, and those that are only slow.

use std::time::Duration;

use box_wasm::{Client, ErrorKind, Timeouts, TryStreamExt};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{content, support::Web, uploads::blob};
use box_scenarios::World as _;

/// The client with a window of 400 ms, in which a body must move.
fn hasty(web: &Web) -> Client {
    let mut timeouts = Timeouts::default();
    timeouts.idle = Duration::from_millis(400);
    web.client.clone().with_timeouts(timeouts).with_max_attempts(1)
}

#[wasm_bindgen_test]
async fn content_that_stands_still_ends() {
    let web = Web::over_fetch().await;
    let file = web.upload("0", "stalls", content(100_000)).await.unwrap();
    let stall =
        json!({"operation": "download.content", "kind": "stall", "at": "body", "bytes": 1000, "times": 2});
    web.emulator.control("/fail", stall).await;
    let mut content = hasty(&web).download(&file.id).stream().await.unwrap();
    let mut received = 0;
    let error = loop {
        match content.try_next().await {
            Ok(bytes) => received += bytes.expect("the end never comes").len(),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), received), (ErrorKind::Timeout, 1000), "{error}");
    assert!(content.try_next().await.unwrap().is_none());

    let stream = hasty(&web).files().download(&file.id).stream().await.unwrap().chunks();
    let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[wasm_bindgen_test]
async fn content_that_is_slow_comes() {
    let web = Web::over_fetch().await;
    let bytes = content(30_000);
    let file = web.upload("0", "slow", bytes.clone()).await.unwrap();
    let trickle = json!({"operation": "download.content", "kind": "trickle", "bytes_per_second": 30_000});
    web.emulator.control("/fail", trickle).await;
    assert!(hasty(&web).download(&file.id).bytes().await.unwrap() == bytes);
}

#[wasm_bindgen_test]
async fn a_reply_that_stands_still_ends() {
    let web = Web::over_fetch().await;
    let stall = json!({"operation": "folders.get", "kind": "stall", "at": "body", "bytes": 10});
    web.emulator.control("/fail", stall).await;
    let error = hasty(&web).folders().get("0").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[wasm_bindgen_test]
async fn an_upload_that_stands_still_ends() {
    let web = Web::over_fetch().await;
    web.emulator.control("/options", json!({"stall_uploads_after": 1_000_000})).await;
    let error = hasty(&web).upload("0", "stalls", blob(48_000_000)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    web.emulator.control("/options", json!({"stall_uploads_after": null})).await;
    assert_eq!(web.emulator.count("effects", "files.upload").await, 0);
}

#[wasm_bindgen_test]
async fn an_answer_to_an_upload_may_take_longer_than_its_body() {
    let web = Web::over_fetch().await;
    web.emulator
        .control("/fail", json!({"operation": "files.upload", "kind": "delay", "delay_ms": 1500}))
        .await;
    hasty(&web).upload("0", "late", blob(1_000_000)).send().await.unwrap();
    assert_eq!(web.emulator.count("requests", "files.upload").await, 1);
}
