//! What clients share with those that are derived from them.

use std::time::Duration;

use box_wasm::{Client, ErrorKind, Rate, RateLimits, RetryBudget};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Web;

const SOON: Duration = Duration::from_secs(5);

#[wasm_bindgen_test]
async fn limits_of_rate_are_shared() {
    let mut limits = RateLimits::none();
    limits.api = Rate::new(3, 60);
    let web = Web::start(Client::builder().rate_limits(limits)).await;
    let derived = web.client.clone().with_timeout(SOON);
    for client in [&web.client, &derived, &web.client] {
        client.folders().get("0").await.unwrap();
    }
    let late = derived.folders().get("0").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout, "{late}");
    assert!(late.retry_after().is_some_and(|wait| wait > SOON), "{late}");
    assert_eq!(web.emulator.count("requests", "folders.get").await, 3);
}

#[wasm_bindgen_test]
async fn the_budget_of_retries_is_shared() {
    let mut budget = RetryBudget::default();
    budget.reserve = 2;
    let web = Web::start(Client::builder().retry_budget(budget)).await;
    let derived = web.client.clone().with_max_attempts(3);
    let busy = json!({"operation": "folders.get", "kind": "status", "status": 503, "times": 9});
    web.emulator.control("/fail", busy).await;
    for client in [&derived, &web.client] {
        assert_eq!(client.folders().get("0").await.unwrap_err().status(), Some(503));
    }
    // Three tries of the one, and none more than the first of the other.
    assert_eq!(web.emulator.count("requests", "folders.get").await, 4);
}

#[wasm_bindgen_test]
async fn defaults_of_the_client_are_those_of_its_transfers() {
    let web = Web::start(Client::builder().with_max_attempts(1)).await;
    let busy = |operation| json!({"operation": operation, "kind": "status", "status": 503, "times": 9});
    for operation in ["files.get", "files.upload"] {
        web.emulator.control("/fail", busy(operation)).await;
    }
    web.client.download("1").bytes().await.unwrap_err();
    web.client.upload("0", "busy", crate::uploads::blob(1_000_000)).send().await.unwrap_err();
    let reader = web.client.clone().read_only();
    let refused = reader.upload("0", "never", crate::uploads::blob(1_000_000)).send().await.unwrap_err();
    assert!(refused.is_read_only(), "{refused}");
    for operation in ["files.get", "files.upload"] {
        assert_eq!(web.emulator.count("requests", operation).await, 1, "{operation}");
    }
}
