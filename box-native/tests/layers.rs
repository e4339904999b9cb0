//! Layers around every exchange: their order, what they see and may change, and the three of the example.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../examples/layers/etags.rs"]
mod etags;
#[path = "../examples/layers/logging.rs"]
mod logging;
#[path = "../examples/layers/metrics.rs"]
mod metrics;
mod support;

use std::sync::{Arc, Mutex};

use box_emulator::{Fault, FaultKind};
use box_native::{
    Client, Error, ErrorKind, TryStreamExt,
    box_core::{error::Sent, headers::Headers, reply::Head},
    transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError},
};
use bytes::Bytes;
use etags::Etags;
use futures_util::{StreamExt, stream};
use logging::Logging;
use metrics::Metrics;
use support::{Native, content, soon};

type Notes = Arc<Mutex<Vec<String>>>;

fn take(notes: &Notes) -> Vec<String> {
    std::mem::take(&mut notes.lock().unwrap())
}

/// Notes on the way there and on the way back.
struct Noted(&'static str, Notes);

impl Layer for Noted {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let (name, notes) = (self.0, Arc::clone(&self.1));
        notes.lock().unwrap().push(format!("{name} > {}", request.operation));
        Box::pin(async move {
            let reply = next.send(request).await;
            notes.lock().unwrap().push(format!("{name} < {}", reply.is_ok()));
            reply
        })
    }
}

#[tokio::test]
async fn the_first_layer_is_the_outermost_and_token_requests_pass_too() {
    let notes = Notes::default();
    let (first, second) = (Noted("1", Arc::clone(&notes)), Noted("2", Arc::clone(&notes)));
    let native = Native::with(|builder| builder.layer(first).layer(second)).await;
    assert_eq!(take(&notes), ["1 > oauth.token", "2 > oauth.token", "2 < true", "1 < true"]);
    native.client.users().me().await.unwrap();
    assert_eq!(take(&notes), ["1 > users.me", "2 > users.me", "2 < true", "1 < true"]);
}

/// A layer from a function.
struct With<F>(F);

impl<F> Layer for With<F>
where
    F: Fn(HttpRequest, Next) -> BoxFuture<'static, Result<HttpReply, TransportError>> + Send + Sync + 'static,
{
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        self.0(request, next)
    }
}

#[tokio::test]
async fn a_layer_may_answer_itself_and_replace_bodies() {
    let answers = With(|_, _| {
        let body = Box::pin(stream::once(async { Ok(Bytes::from_static(br#"{"type":"user","id":"7"}"#)) }));
        let head = Head { status: 200, headers: Headers::new() };
        Box::pin(async { Ok(HttpReply { head, body }) }) as BoxFuture<'_, _>
    });
    let client = Client::builder().access_token("t").layer(answers).build().unwrap();
    assert_eq!(soon("the call", client.users().me()).await.unwrap().id, "7");

    let doubles = With(|request: HttpRequest, next: Next| {
        let content = request.operation == "files.download";
        let reply = next.send(request);
        Box::pin(async move {
            let mut reply = reply.await?;
            if content {
                let twice = |chunk: Bytes| Bytes::from([chunk.clone(), chunk].concat());
                reply.body = Box::pin(reply.body.map(move |chunk| chunk.map(twice)));
            }
            Ok(reply)
        }) as BoxFuture<'_, _>
    });
    let native = Native::with(|builder| builder.layer(doubles)).await;
    let file = native.client.upload("0", "a", b"abc".to_vec()).send().await.unwrap();
    let body = native.client.files().download(&file.id).await.unwrap();
    assert_eq!(body, b"abcabc"[..]);
}

#[tokio::test]
async fn an_error_of_a_layer_is_an_error_of_the_transport() {
    let sent = Arc::new(Mutex::new(0));
    let count = Arc::clone(&sent);
    let refuses = With(move |_, _| {
        *count.lock().unwrap() += 1;
        let error = Error::new(ErrorKind::Transport, "not today");
        Box::pin(async { Err(TransportError { sent: Sent::No, error }) }) as BoxFuture<'_, _>
    });
    let mut retry = box_native::RetryPolicy::default();
    (retry.max_attempts, retry.base) = (3, std::time::Duration::from_millis(1));
    let client = Client::builder().access_token("t").retry(retry).layer(refuses).build().unwrap();
    let error = soon("the call", client.folders().create("n", "0")).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Transport, "not today"));
    assert_eq!(*sent.lock().unwrap(), 3, "what surely wasn't sent is tried again");
}

#[tokio::test]
async fn the_log_tells_what_happened_and_nothing_that_is_secret() {
    let lines = Notes::default();
    let write = Arc::clone(&lines);
    let log = Logging::to(move |line| write.lock().unwrap().push(line));
    let native = Native::with(|builder| builder.layer(log)).await;
    native.fail(Fault::status("folders.get", 503));
    native.fail(Fault::new("users.me", FaultKind::Drop));
    native.client.folders().get("0").fields(["s3cret"]).await.unwrap();
    native.client.users().me().await.unwrap();
    let lines = take(&lines);
    let told =
        ["POST /token: 200", "GET /folders/{folder_id}: 503", "GET /folders/{folder_id} (again 1): 200"];
    let told =
        told.into_iter().chain(["GET /users/me: the connection was lost", "GET /users/me (again 1): 200"]);
    for (line, start) in lines.iter().zip(told) {
        assert!(line.starts_with(start), "{lines:?}");
    }
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(!lines.concat().contains("s3cret"));
}

#[tokio::test]
async fn metrics_count_by_operation_and_outcome() {
    let metrics = Metrics::default();
    let native = Native::with(|builder| builder.layer(metrics.clone())).await;
    native.fail(Fault::status("users.me", 503));
    native.fail(Fault::new("users.me", FaultKind::Drop));
    native.client.users().me().await.unwrap();
    let file = native.client.upload("0", "a", content(100_000)).send().await.unwrap();
    let mut body = native.client.download(&file.id).stream().await.unwrap();
    let counts = || {
        let totals = metrics.totals().into_iter();
        totals.map(|((operation, outcome), (count, _))| format!("{operation} {outcome} {count}"))
    };
    let download = |line: &String| line.starts_with("files.download 200");
    assert!(!counts().any(|line| download(&line)), "its body is under way");
    while body.try_next().await.unwrap().is_some() {}
    drop(body);
    let counts: Vec<_> = counts().collect();
    for expected in ["oauth.token 200 1", "users.me 200 1", "users.me 503 1", "users.me transport 1"] {
        assert!(counts.contains(&expected.to_owned()), "{counts:?}");
    }
    assert!(counts.iter().any(download), "{counts:?}");
}

#[tokio::test]
async fn what_is_unchanged_comes_from_memory() {
    let metrics = Metrics::default();
    let etags = Etags::of(&["files.get"]);
    let native = Native::with(|builder| builder.layer(etags).layer(metrics.clone())).await;
    let file = native.client.upload("0", "a", b"abc".to_vec()).send().await.unwrap();
    let get = || native.client.files().get(&file.id);
    let times =
        |status: &str| metrics.totals().get(&("files.get", status.to_owned())).map_or(0, |total| total.0);

    let first = get().await.unwrap();
    let second = get().await.unwrap();
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    assert_eq!((times("200"), times("304")), (1, 1));
    // Other fields are another question, and a caller's own condition is left alone.
    get().fields(["name"]).await.unwrap();
    let etag = first.etag.clone().unwrap();
    let unchanged = get().with_header("if-none-match", &etag).await.unwrap_err();
    assert_eq!(unchanged.kind(), ErrorKind::NotModified);
    assert_eq!((times("200"), times("304")), (2, 2));
    // A change is seen at once.
    native.client.files().update(&file.id).name("b").await.unwrap();
    assert_eq!(get().await.unwrap().name.as_deref(), Some("b"));
    assert_eq!(get().await.unwrap().name.as_deref(), Some("b"));
    assert_eq!((times("200"), times("304")), (3, 3));
    // What is gone is gone.
    native.client.files().delete(&file.id).await.unwrap();
    assert!(get().await.unwrap_err().is_not_found());
}
