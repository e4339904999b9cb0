//! Odd replies, what errors tell, and secrets that stay secret.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::error::Error as _;

use box_emulator::{Fault, FaultBody, FaultKind};
use box_native::{
    Client, Error, ErrorKind, Hosts, TryStreamExt,
    box_core::{headers::Headers, reply::Head},
    models::Item,
    transport::{BoxFuture, HttpReply, HttpRequest, Transport, TransportError},
};
use futures_util::stream;
use serde_json::json;
use support::{Native, builder, egress, sign_in, soon};

/// Status, content type and body of a reply.
type Answer = fn(&HttpRequest) -> (u16, &'static str, String);

/// Answers what it is told, without a network.
struct Canned(Answer);

impl Transport for Canned {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let (status, kind, body) = (self.0)(&request);
        let headers: Headers = [("content-type", kind), ("box-request-id", "r-1")].into_iter().collect();
        let body = Box::pin(stream::once(async { Ok(body.into()) }));
        Box::pin(async move { Ok(HttpReply { head: Head { status, headers }, body }) })
    }
}

fn canned(answer: Answer) -> Client {
    Client::builder().access_token("t").transport(Canned(answer)).build().unwrap()
}

#[tokio::test]
async fn what_is_unknown_or_missing_never_loses_a_page() {
    let client = canned(|_| {
        let entries = json!([
            {"type": "file", "id": 7, "size": "12", "unheard_of": {"deep": [1]}, "name": null},
            {"type": "hologram", "id": "8", "name": "h"},
            {"id": "9"},
            {"type": "folder"},
            {"type": "file", "id": "10", "created_at": "not a time", "parent": []},
        ]);
        (200, "application/json", json!({"entries": entries, "more": true}).to_string())
    });
    let items: Vec<Item> = client.folders().list_items("0").items().try_collect().await.unwrap();
    assert_eq!(items.len(), 5);
    let Item::File(first) = &items[0] else { panic!("{:?}", items[0]) };
    assert_eq!((first.id.as_str(), first.size, &first.name), ("7", Some(12), &None));
    assert!(matches!(items[1], Item::Other(_)) && matches!(items[2], Item::Other(_)));
    assert!(matches!(items[3], Item::Folder(_)) && matches!(items[4], Item::File(_)));
}

#[tokio::test]
async fn replies_that_are_not_json_are_decode_errors_with_their_status() {
    let bodies: [Answer; 4] = [
        |_| (200, "text/html", "<html>s3cret</html>".to_owned()),
        |_| (201, "application/json", String::new()),
        |_| (200, "application/json", r#"{"id": "s3cret"#.to_owned()),
        |_| (200, "application/json", r#"["s3cret"]"#.to_owned()),
    ];
    for (number, body) in bodies.into_iter().enumerate() {
        let error = canned(body).users().me().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{number}: {error:?}");
        assert_eq!(error.status(), Some(if number == 1 { 201 } else { 200 }));
        assert_eq!((error.operation(), error.request_id()), (Some("users.me"), Some("r-1")));
        assert!(!format!("{error} {error:?} {:?}", error.source()).contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn errors_keep_what_box_said_and_how_often_it_was_asked() {
    let native = Native::start().await;
    let cases = [(FaultBody::Html, 502, 5), (FaultBody::Empty, 404, 1), (FaultBody::Json, 503, 5)];
    for (body, status, attempts) in cases {
        native.fail(Fault::status("users.me", status).body(body).times(attempts));
        let error = native.client.users().me().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(status)), "{error:?}");
        assert_eq!((error.operation(), error.attempts().len() as u64), (Some("users.me"), attempts));
        assert!(error.request_id().is_some(), "{error:?}");
    }
    native.fail(Fault::status("users.me", 429).retry_after("3600"));
    let limited = native.client.users().me().with_timeout(std::time::Duration::from_secs(60)).await;
    let limited = limited.unwrap_err();
    assert!(limited.is_rate_limited() && limited.retry_after().unwrap().as_secs() == 3600);
    native.fail(Fault::new("users.me", FaultKind::Drop).times(5));
    let lost = native.client.users().me().await.unwrap_err();
    assert_eq!((lost.kind(), lost.attempts().len()), (ErrorKind::Transport, 5));
}

/// All that an application may come to print.
fn shown(error: &Error) -> String {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        shown += &format!(" {error} {error:?} {error:#?}");
        source = error.source();
    }
    shown
}

#[tokio::test]
async fn nothing_that_is_printed_holds_a_secret() {
    const PLANTED: [&str; 4] = ["s3cret-app", "s3cret-refresh", "s3cret-access", "s3cret-code"];
    let check = |what: &str, shown: String| {
        for secret in PLANTED {
            assert!(!shown.contains(secret), "{what}: {shown}");
        }
    };
    let native = Native::start().await;
    let planted =
        || builder(&native.server).oauth("id", PLANTED[0]).tokens(PLANTED[1], Some(PLANTED[2].into()));
    check("builder", format!("{:?} {:#?}", planted(), planted()));
    let client = planted().build().unwrap();
    check("client", format!("{client:?} {:?} {:?}", client.users().me(), client.folders().get("0")));
    check("upload", format!("{:?}", client.upload("0", "n", PLANTED[2].as_bytes().to_vec())));
    check("download", format!("{:?}", client.download("1")));
    let raw = client.raw("POST", "/x").json(&json!({"password": PLANTED[2]}));
    check("raw", format!("{:?}", raw.with_header("authorization", PLANTED[2])));
    let begun = client.begin_sign_in(None).unwrap();
    check("sign-in", format!("{begun:?}"));
    assert!(!format!("{begun:?}").contains(begun.state().expose()));

    // Box refuses them, nobody answers, and a redirect leads astray.
    check("refused", shown(&client.users().me().await.unwrap_err()));
    let answer = format!("/?code={}&state={}", PLANTED[3], begun.state().expose());
    check("code", shown(&client.finish_sign_in(&begun, &answer).await.unwrap_err()));
    egress::open("http://127.0.0.1:1");
    let nowhere = Hosts::new("http://127.0.0.1:1", "http://127.0.0.1:1", "http://127.0.0.1:1");
    let client = planted().hosts(nowhere.unwrap()).build().unwrap();
    let error = soon("the call", client.users().me()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    check("no connection", shown(&error));
    let error = client.raw("GET", "/x").query("token", PLANTED[2]).send().await.unwrap_err();
    check("query", shown(&error));
    for fault in [FaultKind::Drop, FaultKind::RedirectLoop] {
        sign_in(&native.client).await;
        native.fail(Fault::new("users.me", fault).times(10));
        let raw = native.client.raw("GET", "/users/me").query("token", PLANTED[2]);
        check("faults", shown(&raw.send().await.unwrap_err()));
        native.control(|emulator| emulator.clear_faults());
    }
}
