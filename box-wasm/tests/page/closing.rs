//! Clients that close.

use std::time::Duration;

use box_wasm::{Client, ErrorKind, Source, TryStreamExt};
use futures_util::future::join;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{content, support::Web, uploads::blob};
use box_scenarios::World as _;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

async fn is_closed(client: &Client) -> bool {
    client.users().me().await.is_err_and(|error| error.kind() == ErrorKind::Closed)
}

#[wasm_bindgen_test]
async fn what_has_begun_ends_and_nothing_begins() {
    let web = Web::over_fetch().await;
    let (copy, derived) = (web.client.clone(), web.client.clone().read_only());
    web.emulator.control("/fail", json!({"operation": "users.me", "kind": "delay", "delay_ms": 200})).await;
    let (me, ended) = join(web.client.users().me().send(), web.client.close(LONG)).await;
    assert!(me.is_ok() && ended, "{me:?}");
    for client in [&web.client, &copy, &derived] {
        assert!(is_closed(client).await);
    }
    let list = web.client.folders().list_items("0").items().try_collect::<Vec<_>>().await;
    assert_eq!(list.unwrap_err().kind(), ErrorKind::Closed);
    let upload = web.client.upload("0", "late", Source::bytes("late").unwrap()).send().await;
    assert_eq!(upload.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(web.emulator.count("requests", "users.me").await, 1);
    assert!(web.client.close(SHORT).await);
}

#[wasm_bindgen_test]
async fn what_is_left_at_the_deadline_ends() {
    let web = Web::over_fetch().await;
    web.emulator.control("/fail", json!({"operation": "users.me", "kind": "stall"})).await;
    let (me, ended) = join(web.client.users().me().send(), web.client.close(SHORT)).await;
    assert_eq!(me.unwrap_err().kind(), ErrorKind::Closed);
    assert!(!ended);
    assert!(is_closed(&web.client).await);
}

#[wasm_bindgen_test]
async fn streams_are_waited_for() {
    let web = Web::over_fetch().await;
    let bytes = content(300_000);
    let file = web.upload("0", "stream", bytes.clone()).await.unwrap();
    let stream = web.client.download(&file.id).stream().await.unwrap();
    let (read, ended) = join(stream.try_collect::<Vec<_>>(), web.client.close(LONG)).await;
    assert!(ended && read.unwrap().concat() == bytes);

    let web = Web::over_fetch().await;
    let file = web.upload("0", "stream", bytes).await.unwrap();
    let stall = json!({"operation": "download.content", "kind": "stall", "at": "body", "bytes": 1000});
    web.emulator.control("/fail", stall).await;
    let stream = web.client.files().download(&file.id).stream().await.unwrap().chunks();
    let (read, ended) = join(stream.try_collect::<Vec<_>>(), web.client.close(SHORT)).await;
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Closed);
    assert!(!ended);
}

#[wasm_bindgen_test]
async fn an_upload_that_has_no_more_time_gives_its_session_up() {
    let web = Web::over_fetch().await;
    web.emulator.control("/options", json!({"throttle": 1_000_000})).await;
    let upload =
        web.client.upload("0", "large", Source::stream(blob(25_000_000).stream(), 25_000_000)).send();
    let close = async {
        web.emulator.until_effect("upload_sessions.create").await;
        web.client.close(SHORT).await
    };
    let (uploaded, ended) = join(upload, close).await;
    assert_eq!(uploaded.unwrap_err().kind(), ErrorKind::Closed);
    assert!(!ended);
    web.emulator.until_effect("upload_sessions.abort").await;
}
