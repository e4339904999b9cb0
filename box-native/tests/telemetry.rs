//! What is told of calls: spans and log by `tracing`, events by the hook, and nothing that is secret.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod relay;
mod support;
mod watch;

use std::sync::{Arc, Mutex};

use box_emulator::{Fault, FaultKind};
use box_native::{
    TryStreamExt,
    event::{AuditOutcome, Event},
    transport::Proxy,
};
use relay::{http_proxy, socks};
use support::{Native, builder, content, soon};
use watch::{Seen, Watch};

#[tokio::test]
async fn calls_and_their_exchanges_have_spans() {
    let native = Native::start().await;
    native.fail(Fault::status("folders.get", 503));
    native.fail(Fault::new("folders.get", FaultKind::Drop));
    let (watch, _guard) = Watch::start();
    native.client.folders().get("0").await.unwrap();
    let spans = watch.spans();
    let port = native.server.addresses().api.rsplit(':').next().unwrap().to_owned();
    let status = |seen: &Seen| seen.field("http.response.status_code").unwrap_or("-").to_owned();
    let outcomes: Vec<_> = spans
        .iter()
        .map(|span| {
            (span.name, span.parent, status(span), span.field("error.type").unwrap_or("-").to_owned())
        })
        .collect();
    let request = "http.client.request";
    let mut expected = vec![
        (request, Some("box.call"), "503".to_owned(), "503".to_owned()),
        (request, Some("box.call"), "-".to_owned(), "transport".to_owned()),
        (request, Some("box.call"), "200".to_owned(), "-".to_owned()),
        ("box.call", None, "-".to_owned(), "-".to_owned()),
    ];
    // Which of the two faults comes first is the emulator's business.
    if outcomes[0].2 == "-" {
        expected.swap(0, 1);
    }
    assert_eq!(outcomes, expected);
    for (number, span) in spans[..3].iter().enumerate() {
        let facts = [
            ("box.operation", "folders.get"),
            ("http.request.method", "GET"),
            ("http.request.resend_count", &number.to_string()),
            ("otel.kind", "client"),
            ("otel.name", "GET /folders/{folder_id}"),
            ("server.address", "127.0.0.1"),
            ("server.port", &port),
            ("url.template", "/folders/{folder_id}"),
        ];
        for (name, value) in facts {
            assert_eq!(span.field(name), Some(value), "{name}: {span:?}");
        }
    }
    assert_eq!(spans[3].field("box.operation"), Some("folders.get"));
}

#[tokio::test]
async fn token_requests_are_told_of_too() {
    let native = Native::start().await;
    native.control(|emulator| emulator.revoke_tokens(false));
    let (watch, _guard) = Watch::start();
    native.client.users().me().await.unwrap();
    let spans = watch.spans();
    let operations: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "http.client.request")
        .map(|span| format!("{} {}", span.field("box.operation").unwrap(), span.field("otel.name").unwrap()))
        .collect();
    assert_eq!(operations, ["users.me GET /users/me", "oauth.refresh POST /token", "users.me GET /users/me"]);
}

#[tokio::test]
async fn the_span_of_an_exchange_lasts_until_its_body_is_read() {
    let native = Native::start().await;
    let file = native.client.upload("0", "a", content(300_000)).send().await.unwrap();
    let (watch, _guard) = Watch::start();
    let mut body = native.client.download(&file.id).stream().await.unwrap();
    let of_content = |span: &&Seen| {
        span.name == "http.client.request" && span.field("box.operation") == Some("files.download")
    };
    let done = watch.spans().iter().filter(of_content).count();
    while body.try_next().await.unwrap().is_some() {}
    drop(body);
    assert_eq!(watch.spans().iter().filter(of_content).count(), done + 1);
    // Where a redirect led is told as a server, and not as an address.
    let spans = watch.spans();
    let last = spans.iter().rfind(of_content).unwrap();
    assert_eq!((last.field("otel.name"), last.field("url.template")), (Some("GET"), None));
}

#[tokio::test]
async fn each_write_is_told_to_the_hook_and_to_the_audit_log() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&events);
    let native =
        Native::with(|builder| builder.on_event(move |event| log.lock().unwrap().push(event.clone()))).await;
    events.lock().unwrap().clear();
    let (watch, _guard) = Watch::start();
    let folder = native.client.folders().create("n", "0").await.unwrap();
    native.client.folders().get(&folder.id).await.unwrap();
    native.client.folders().create("n", "0").await.unwrap_err();

    let events = events.lock().unwrap();
    let audits: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Audit(audit) => Some((audit.operation, audit.outcome)),
            _ => None,
        })
        .collect();
    let create = "folders.create";
    assert_eq!(audits, [(create, AuditOutcome::Done), (create, AuditOutcome::Failed)]);
    let exchanges = events.iter().filter(|event| matches!(event, Event::Request(_))).count();
    assert_eq!(exchanges, 3, "{events:?}");

    let logged = watch.events("box::audit");
    let outcomes: Vec<_> = logged.iter().map(|event| event.field("box.outcome").unwrap()).collect();
    assert_eq!(outcomes, ["done", "failed"]);
    assert!(logged.iter().all(|event| event.field("box.operation") == Some(create)), "{logged:?}");
    assert!(logged.iter().all(|event| event.parent == Some("box.call")), "{logged:?}");
    assert_eq!(watch.events("box::request").len(), 3);
}

#[tokio::test]
async fn nothing_that_is_told_holds_a_secret() {
    let events = Arc::new(Mutex::new(String::new()));
    let (watch, _guard) = Watch::start();
    let native = Native::start().await;
    let tokens = support::kept_tokens(&native.server).await;
    let (access, refresh) = (tokens.access_token.unwrap(), tokens.refresh_token.unwrap());
    let http = http_proxy::start(None).await;
    let socks = socks::start(Some(("s3cret-user", "s3cret-password"))).await;
    for url in [format!("http://{}", http.at), format!("socks5://{}", socks.at)] {
        let log = Arc::clone(&events);
        let proxy = Proxy::new(&url).unwrap().credentials("s3cret-user", "s3cret-password");
        let client = builder(&native.server)
            .tokens(refresh.clone(), Some(access.clone()))
            .proxy(proxy)
            .on_event(move |event| *log.lock().unwrap() += &format!("{event:?} {event:#?}"))
            .build()
            .unwrap();
        native.fail(Fault::status("raw", 503));
        native.fail(Fault::new("users.me", FaultKind::Drop));
        let raw =
            client.raw("GET", "/users/me").query("q", "s3cret-query").with_header("x-own", "s3cret-header");
        soon("raw", raw.send()).await.unwrap();
        soon("me", client.users().me()).await.unwrap();
        let name = format!("s3cret-name-{}", url.len());
        let file = soon("upload", client.upload("0", name, b"s3cret-content".to_vec()).send()).await.unwrap();
        soon("download", client.files().download(&file.id)).await.unwrap();
        soon("missing", client.files().get("s3cret-id")).await.unwrap_err();
    }
    let shown = watch.everything() + &events.lock().unwrap();
    assert!(shown.contains("files.download") && shown.contains("box::audit"), "{shown}");
    let secrets = [access.expose(), refresh.expose(), native.server.addresses().client_secret.as_str()];
    for secret in secrets.into_iter().chain(["s3cret"]) {
        let at = shown.find(secret).map(|at| &shown[at.saturating_sub(300)..at + 40]);
        assert_eq!(at, None);
    }
}
