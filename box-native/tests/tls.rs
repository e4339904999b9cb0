//! Whose certificates a client trusts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod relay;
mod support;

use box_emulator::server::{Options, Server};
use box_native::{Client, ErrorKind, Hosts, RetryPolicy, transport::Roots};
use relay::tls::Authority;
use support::{soon, until};

#[tokio::test]
async fn only_those_are_trusted_who_are_named() {
    let server = Server::start(Options::default()).await.unwrap();
    let at = server.addresses();
    let (known, other) = (Authority::new(), Authority::new());
    let front = known.front(at.api.strip_prefix("http://").unwrap()).await;
    let secure = format!("https://localhost:{}", front.at.port());
    let both = format!("a comment\n{}\n{}", other.pem, known.pem);
    let cases = [
        ("none", Roots::none(), false),
        ("the platform's", Roots::platform(), false),
        ("another's", Roots::none().with(&other.pem).unwrap(), false),
        ("PEM", Roots::none().with(&known.pem).unwrap(), true),
        ("DER", Roots::none().with(&known.der).unwrap(), true),
        ("two in one PEM", Roots::none().with(both).unwrap(), true),
        ("one after another", Roots::none().with(&other.der).unwrap().with(&known.der).unwrap(), true),
        ("beside the platform's", Roots::platform().with(&known.pem).unwrap(), true),
        ("another's beside the platform's", Roots::platform().with(&other.pem).unwrap(), false),
    ];
    for (what, roots, trusted) in cases {
        let mut once = RetryPolicy::default();
        once.max_attempts = 1;
        let client = Client::builder()
            .hosts(Hosts::new(&secure, &secure, &secure).unwrap())
            .access_token(at.developer_token.as_str())
            .tls_roots(roots)
            .retry(once)
            .build()
            .unwrap();
        let answer = soon(what, client.users().me()).await;
        assert_eq!(answer.is_ok(), trusted, "{what}: {answer:?}");
        if let Err(error) = answer {
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::Transport, "no secure connection: TLS failed")
            );
        }
        // The server learns of a refusal a moment later.
        until("the server's note", || front.len() == 1).await;
        assert_eq!(front.take(), [if trusted { "accepted" } else { "refused" }], "{what}");
    }
}
