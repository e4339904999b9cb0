//! The emulator that the runner of these tests has started.

use std::time::Duration;

use box_wasm::{ClientBuilder, Hosts, JwtConfig, RetryPolicy};
use js_sys::Promise;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

#[wasm_bindgen]
extern "C" {
    // The symbol is named after the function and the package: box-wasm has a `fetch` already.
    #[wasm_bindgen(js_name = fetch)]
    fn plain_fetch(url: &str, init: &RequestInit) -> Promise;
}

/// Its addresses and credentials.
pub(crate) struct Emulator(Value);

impl Emulator {
    /// Reads where it is from a file next to the page, and lets it forget what was before.
    pub(crate) async fn anew() -> Self {
        let emulator = Self(request("GET", "/emulator.json", "", None).await);
        emulator.control("/reset", json!({})).await;
        emulator
    }

    /// The one whose addresses are told, as it is.
    pub(crate) fn at(addresses: &str) -> Self {
        Self(serde_json::from_str(addresses).unwrap())
    }

    /// Its addresses, for [`at`](Self::at).
    pub(crate) fn addresses(&self) -> String {
        self.0.to_string()
    }

    /// Asks the control endpoint: GET if `body` is null, else POST.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.text("control"));
        if body.is_null() {
            return request("GET", &url, "", None).await;
        }
        request("POST", &url, "application/json", Some(&body.to_string())).await
    }

    /// How often an operation was asked for, or changed something (`requests`, `effects`).
    pub(crate) async fn count(&self, counter: &str, operation: &str) -> u64 {
        let counters = self.control("/counters", Value::Null).await;
        counters.pointer(&format!("/{counter}/{operation}")).and_then(Value::as_u64).unwrap_or(0)
    }

    /// Waits until an operation has had an effect, as of a request that nobody waits for.
    pub(crate) async fn until_effect(&self, operation: &str) {
        for _ in 0..1000 {
            if self.count("effects", operation).await > 0 {
                return;
            }
        }
        panic!("{operation} had no effect");
    }

    /// Lets the browser forget the connections that it has kept: it sends requests again by itself when one of them
    /// drops, twice at most, and tests count.
    pub(crate) async fn forget_connections(&self) {
        self.control("/fail", json!({"operation": "folders.get", "kind": "drop", "times": 100})).await;
        let url = format!("{}/2.0/folders/0", self.text("api"));
        for _ in 0..4 {
            JsFuture::from(plain_fetch(&url, &RequestInit::new())).await.unwrap_err();
        }
        self.control("/clear_faults", json!({})).await;
        self.control("/reset_counters", json!({})).await;
    }

    /// A code as the authorize page gives it.
    pub(crate) async fn code(&self) -> String {
        let answer = self.control("/authorize", json!({})).await;
        answer.get("code").and_then(Value::as_str).unwrap().to_owned()
    }

    /// An access token, as an application's server would get it.
    pub(crate) async fn token(&self) -> String {
        let (id, secret) = self.app();
        let code = self.code().await;
        let form = format!("grant_type=authorization_code&code={code}&client_id={id}&client_secret={secret}");
        let url = format!("{}/oauth2/token", self.text("api"));
        let answer = request("POST", &url, "application/x-www-form-urlencoded", Some(&form)).await;
        answer.get("access_token").and_then(Value::as_str).unwrap().to_owned()
    }

    /// The application with its key, in one of the forms in which the emulator has it.
    pub(crate) async fn config(&self, key: &str) -> JwtConfig {
        let config = self.control(&format!("/config?key={key}"), Value::Null).await;
        JwtConfig::from_json(&config.to_string()).unwrap()
    }

    /// Id and secret of the application.
    pub(crate) fn app(&self) -> (&str, &str) {
        (self.text("client_id"), self.text("client_secret"))
    }

    /// A client's settings for it: tests wait for what happens, not for the time between two tries.
    pub(crate) fn known_to(&self, builder: ClientBuilder) -> ClientBuilder {
        let mut retry = RetryPolicy::default();
        (retry.base, retry.poll_every) = (Duration::from_millis(1), Duration::from_millis(1));
        let hosts = Hosts::new(self.text("api"), self.text("upload"), self.text("oauth2")).unwrap();
        builder.hosts(hosts).retry(retry)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap()
    }
}

/// Plain HTTP, without the library under test.
async fn request(method: &str, url: &str, content_type: &str, body: Option<&str>) -> Value {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        let headers = Headers::new().unwrap();
        headers.set("content-type", content_type).unwrap();
        init.set_headers_headers(&headers);
        init.set_body(&body.into());
    }
    let response: Response = JsFuture::from(plain_fetch(url, &init)).await.unwrap().unchecked_into();
    let text = JsFuture::from(response.text().unwrap()).await.unwrap().as_string().unwrap();
    assert!(response.ok(), "{method} {url}: {} {text}", response.status());
    serde_json::from_str(&text).unwrap()
}
