//! The client as a whole: raw requests, own transports, lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::{Arc, Mutex};

use box_emulator::{Fault, Seed};
use box_native::{
    ErrorKind, TryStreamExt,
    transport::{BoxFuture, Http, HttpReply, HttpRequest, HttpSettings, Transport, TransportError},
};
use serde_json::json;
use support::{Native, content};

#[tokio::test]
async fn raw_requests_go_where_the_table_does_not() {
    let native = Native::start().await;
    let me = native.client.raw("GET", "/users/me").query("fields", "id,name").send().await.unwrap();
    assert_eq!(me["name"], "Ada Admin");
    let body = json!({"name": "raw", "parent": {"id": "0"}});
    let made = native.client.raw("post", "/folders").json(&body).send().await.unwrap();
    let path = format!("/folders/{}", made["id"].as_str().unwrap());
    let renamed = native.client.raw("PUT", &path).body("application/json", r#"{"name":"new"}"#);
    assert_eq!(renamed.send().await.unwrap()["name"], "new");
    let guarded = native.client.raw("PUT", &path).with_header("if-match", "99").json(&json!({"name": "x"}));
    assert!(guarded.send().await.unwrap_err().is_precondition_failed());
    let (status, headers, bytes) = native.client.raw("DELETE", &path).bytes().await.unwrap();
    assert_eq!((status, bytes.len(), headers.get("box-request-id").is_some()), (204, 0, true));
    let missing = native.client.raw("GET", "/no/such/thing").send().await.unwrap_err();
    assert!(missing.status().is_some_and(|status| status >= 400), "{missing:?}");

    let before = native.all_requests();
    for (method, path) in [("GET", "users/me"), ("GET", "/a/../b"), ("GET", "/a?b"), ("BREW", "/a")] {
        let error = native.client.raw(method, path).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{method} {path}");
    }
    let header = native.client.raw("GET", "/users/me").with_header("x y", "\n").send().await.unwrap_err();
    assert_eq!(header.kind(), ErrorKind::InvalidInput);
    assert_eq!(native.all_requests(), before);
}

/// Notes what passes.
#[derive(Clone)]
struct Recorder {
    http: Http,
    urls: Arc<Mutex<Vec<String>>>,
}

impl Transport for Recorder {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let shown = format!("{request:?} {:?}", request.body);
        assert!(!shown.contains("Bearer ey") && !shown.contains("emulated-client-secret"), "{shown}");
        self.urls.lock().unwrap().push(format!("{} {}", request.method, request.url));
        self.http.send(request)
    }
}

#[tokio::test]
async fn an_own_transport_gets_every_request() {
    let http = Http::new(&HttpSettings::default()).unwrap();
    let recorder = Recorder { http, urls: Arc::default() };
    let urls = Arc::clone(&recorder.urls);
    let native = Native::with(|builder| builder.transport(recorder)).await;
    assert!(urls.lock().unwrap()[0].ends_with("/oauth2/token"));
    urls.lock().unwrap().clear();
    native.fail(Fault::status("users.me", 503));
    native.client.users().me().await.unwrap();
    native.control(|emulator| emulator.revoke_tokens(false));
    let file = native.client.upload("0", "n", content(10)).send().await.unwrap();
    native.client.files().download(file.id).await.unwrap();
    let urls = urls.lock().unwrap();
    assert_eq!(urls.len() as u64, native.all_requests(), "{urls:?}");
    assert_eq!(urls.iter().filter(|url| url.contains("/d/1/")).count(), 1);
}

#[tokio::test]
async fn a_list_asks_for_no_more_pages_than_are_read() {
    let native = Native::start().await;
    let mut seed = Seed::default();
    seed.files = 50;
    native.control(|emulator| emulator.seed(1_700_000_000_000, &seed).unwrap());
    let mut items = native.client.folders().list_items("0").limit(10).items();
    assert_eq!(native.all_requests(), 0, "a list is lazy");
    for _ in 0..15 {
        items.try_next().await.unwrap().unwrap();
    }
    drop(items);
    native.client.users().me().await.unwrap();
    assert_eq!(native.requests("folders.list_items"), 2);
    let mut items = native.client.folders().list_items("0").limit(20).items();
    native.fail(Fault::status("folders.list_items", 404).skip(1));
    let mut read = 0;
    let error = loop {
        match items.try_next().await {
            Ok(item) => read += item.iter().count(),
            Err(error) => break error,
        }
    };
    assert_eq!((read, error.status()), (20, Some(404)));
    assert!(items.try_next().await.unwrap().is_none(), "an error ends the list");
}
