//! The page ahead of time.

use box_wasm::TryStreamExt;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Web;

const LIST: &str = "folders.list_items";

async fn seeded() -> Web {
    let web = Web::over_fetch().await;
    web.emulator.control("/seed", json!({"files": 25})).await;
    web
}

/// Waits for requests that nobody waits for.
async fn until_asked(web: &Web, times: u64) {
    for _ in 0..1000 {
        if web.emulator.count("requests", LIST).await == times {
            return;
        }
    }
    panic!("the page ahead isn't asked for");
}

#[wasm_bindgen_test]
async fn a_page_is_asked_for_while_another_is_worked_on() {
    let web = seeded().await;
    let mut pages = web.client.folders().list_items("0").limit(10).with_prefetch().pages();
    assert_eq!(web.emulator.count("requests", LIST).await, 0);
    for ahead in [2, 3, 3] {
        assert!(pages.try_next().await.unwrap().is_some());
        until_asked(&web, ahead).await;
        web.client.users().me().await.unwrap();
        assert_eq!(web.emulator.count("requests", LIST).await, ahead, "at most one ahead");
    }
    assert!(pages.try_next().await.unwrap().is_none());
}

#[wasm_bindgen_test]
async fn dropping_a_list_ends_the_request_of_the_page_ahead() {
    let web = seeded().await;
    // More than a browser has connections to one host: if one was not given up, the next lists would wait for it.
    for list in 1..=8 {
        let hang = json!({"operation": LIST, "kind": "delay", "delay_ms": 600_000, "skip": 1});
        web.emulator.control("/fail", hang).await;
        let mut items = web.client.folders().list_items("0").limit(10).with_prefetch().items();
        assert!(items.try_next().await.unwrap().is_some());
        until_asked(&web, 2 * list).await;
    }
}
