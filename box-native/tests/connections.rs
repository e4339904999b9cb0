//! Whether a request had left when it failed, and what becomes of connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod relay;
mod support;

use std::{sync::Arc, time::Duration};

use box_native::{
    ErrorKind,
    box_core::error::Sent,
    transport::{Http, HttpBody, HttpRequest, HttpSettings, Transport},
};
use relay::{Relay, head, http_proxy, note, tls::Authority};
use support::soon;
use tokio::io::AsyncWriteExt;

fn transport() -> Http {
    let mut settings = HttpSettings::default();
    settings.connect_timeout = Duration::from_millis(300);
    Http::new(&settings).unwrap()
}

#[tokio::test]
async fn a_connection_that_never_stood_has_sent_nothing() {
    let silent = Relay::start(|stream, _| async move {
        let _open = stream;
        std::future::pending().await
    })
    .await;
    let untrusted = Authority::new().front("127.0.0.1:1").await;
    let plain =
        Relay::start(|mut stream, _| async move { stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await });
    let plain = plain.await;
    let cases = [
        (
            format!("http://{}", http_proxy::nobody().await),
            ErrorKind::Transport,
            "the connection was refused",
        ),
        (support::NO_NAME.to_owned(), ErrorKind::Transport, "the host's name can't be resolved"),
        (
            format!("https://localhost:{}", untrusted.at.port()),
            ErrorKind::Transport,
            "no secure connection: TLS failed",
        ),
        (format!("https://{}", plain.at), ErrorKind::Transport, "no secure connection: TLS failed"),
        (format!("https://{}", silent.at), ErrorKind::Timeout, "no connection in time"),
    ];
    for (url, kind, message) in cases {
        let mut request = HttpRequest::new("POST", format!("{url}/s3cret?s3cret"));
        request.body = HttpBody::Bytes("s3cret".into());
        let lost = soon(&url, transport().send(request)).await.unwrap_err();
        assert_eq!((lost.sent, lost.error.kind()), (Sent::No, kind), "{lost:?}");
        assert_eq!(lost.error.message(), message, "{lost:?}");
        assert!(!format!("{lost:?}").contains("s3cret"), "{lost:?}");
    }
}

#[tokio::test]
async fn a_reply_that_is_lost_may_have_had_its_effect() {
    let cut = Relay::start(|mut stream, notes| async move {
        note(&notes, head(&mut stream).await?);
        Ok(())
    })
    .await;
    let request = HttpRequest::new("POST", format!("http://{}", cut.at));
    let lost = soon("the call", transport().send(request)).await.unwrap_err();
    assert_eq!((lost.sent, lost.error.message()), (Sent::Maybe, "the connection was lost"));
    assert_eq!(cut.take().len(), 1);
}

/// A server that closes each connection after its reply, without saying so: whoever uses it again races with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_met_a_closed_connection_is_never_sent_twice_nor_denied() {
    let server = Relay::start(|mut stream, notes| async move {
        let head = head(&mut stream).await?;
        note(&notes, head.split(' ').nth(1).unwrap());
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await
    })
    .await;
    let http = Arc::new(transport());
    let (mut done, mut unsent, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..400 {
        let path = format!("/{number}");
        let request = HttpRequest::new("POST", format!("http://{}{path}", server.at));
        match soon("a call", http.send(request)).await {
            Ok(_) => done.push(path),
            Err(lost) if lost.sent == Sent::No => unsent.push(path),
            Err(_) => unknown.push(path),
        }
        // Now and then the connection has time to be seen closed.
        for _ in 0..number % 7 {
            tokio::task::yield_now().await;
        }
    }
    let seen = server.take();
    let times = |path: &String| seen.iter().filter(|seen| *seen == path).count();
    assert!(done.iter().all(|path| times(path) == 1));
    assert!(unsent.iter().all(|path| times(path) == 0));
    assert!(unknown.iter().all(|path| times(path) <= 1));
    assert!(done.len() > 200, "{} done, {} unsent, {} unknown", done.len(), unsent.len(), unknown.len());
}
