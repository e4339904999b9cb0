//! Tokens that the application provides: asked for once, for all who wait.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{
    future::pending,
    sync::{Arc, Mutex},
};

use box_emulator::server::{Options, Server};
use box_native::{AskReason, Client, Error, ErrorKind, Provided, Tokens};
use futures_util::future::join_all;
use support::{builder, hosts, kept_tokens, requests};

/// A client whose provider does what `give` does, and the reasons for which it was asked.
fn client<F>(
    server: &Server,
    give: impl Fn() -> F + Send + Sync + 'static,
) -> (Client, Arc<Mutex<Vec<AskReason>>>)
where
    F: Future<Output = Result<Provided, Error>> + Send + 'static,
{
    let asked = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&asked);
    let client = Client::builder().hosts(hosts(server)).token_provider(move |reason| {
        note.lock().unwrap().push(reason);
        give()
    });
    (client.build().unwrap(), asked)
}

fn provided(tokens: &Tokens) -> Provided {
    Provided { access_token: tokens.access_token.clone().unwrap(), expires_in: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_calls_ask_once_and_again_when_box_refuses() {
    let server = Server::start(Options::default()).await.unwrap();
    let tokens = Arc::new(Mutex::new(kept_tokens(&server).await));
    let current = Arc::clone(&tokens);
    let (client, asked) = client(&server, move || {
        let provided = provided(&current.lock().unwrap());
        async { Ok(provided) }
    });
    let calls = || join_all((0..200).map(|_| client.users().me().send()));
    assert!(calls().await.iter().all(Result::is_ok));
    assert_eq!(*asked.lock().unwrap(), [AskReason::Missing]);

    server.control(|emulator| emulator.expire_tokens());
    *tokens.lock().unwrap() = kept_tokens(&server).await;
    assert!(calls().await.iter().all(Result::is_ok));
    assert_eq!(*asked.lock().unwrap(), [AskReason::Missing, AskReason::Rejected]);
}

#[tokio::test]
async fn a_provider_that_fails_panics_or_gives_nothing_is_an_error() {
    let server = Server::start(Options::default()).await.unwrap();
    let failing = client(&server, || async { Err(Error::new(ErrorKind::Session, "no")) }).0;
    let panicking = client(&server, || async { panic!("in a provider") }).0;
    let empty = client(&server, || async { Ok(Provided { access_token: "".into(), expires_in: None }) }).0;
    for client in [failing, panicking, empty] {
        assert_eq!(client.users().me().await.unwrap_err().kind(), ErrorKind::Session);
    }
    assert_eq!(requests(&server, "users.me"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_never_answers_has_a_deadline() {
    let server = Server::start(Options::default()).await.unwrap();
    let (client, _) = client(&server, pending);
    assert_eq!(client.users().me().await.unwrap_err().kind(), ErrorKind::Session);
    // A client is told that it needs a way to sign in.
    let error = builder(&server).token_provider(|_| pending()).build().map(drop);
    assert!(error.is_ok());
    assert_eq!(Client::builder().build().unwrap_err().kind(), ErrorKind::InvalidInput);
}
