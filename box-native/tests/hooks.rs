//! The hook that is told of new tokens: before anyone uses them, and without harm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::{Arc, OnceLock};

use box_emulator::server::{Options, Server};
use box_native::{Client, ErrorKind};
use futures_util::future::{BoxFuture, FutureExt};
use support::{Gated, Native, builder, kept_tokens, requests, sign_in, soon};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_uses_a_new_token_before_the_hook_is_done() {
    let Gated { native, entered, gate } = Gated::start().await;
    let early = tokio::spawn(native.client.users().me().send());
    soon("the refresh", entered.notified()).await;
    let late: Vec<_> = (0..20).map(|_| tokio::spawn(native.client.users().me().send())).collect();
    // Those had time enough to go wrong when another client was answered so often.
    let other = kept_tokens(&native.server).await;
    let other = builder(&native.server).tokens(other.refresh_token.unwrap(), other.access_token);
    let other = other.build().unwrap();
    for _ in 0..50 {
        other.folders().get("0").await.unwrap();
    }
    assert_eq!(native.requests("users.me"), 1, "only the one that Box refused");
    gate.add_permits(1);
    for call in late.into_iter().chain([early]) {
        soon("a caller", call).await.unwrap().unwrap();
    }
    assert_eq!(native.requests("oauth.refresh"), 1);
}

#[tokio::test]
async fn a_hook_that_calls_its_own_client_is_told_so_and_another_client_serves_it() {
    let (own, other) = (Arc::new(OnceLock::<Client>::new()), Arc::new(OnceLock::<Client>::new()));
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (a, b, log) = (Arc::clone(&own), Arc::clone(&other), Arc::clone(&seen));
    let native = Native::with(|builder| {
        builder.tokens_changed(move |_| {
            let (own, other, log) = (a.get().cloned(), b.get().cloned(), Arc::clone(&log));
            async move {
                let (Some(own), Some(other)) = (own, other) else {
                    return;
                };
                let own = own.users().me().await.map(drop).map_err(|e| e.kind());
                let other = other.users().me().await.map(drop).map_err(|e| e.kind());
                log.lock().unwrap().extend([own, other]);
            }
        })
    })
    .await;
    // The other client must refresh itself, from inside the hook.
    let tokens = kept_tokens(&native.server).await;
    let second = builder(&native.server).tokens(tokens.refresh_token.unwrap(), None);
    own.set(native.client.clone()).unwrap();
    other.set(second.build().unwrap()).unwrap();
    native.control(|emulator| emulator.revoke_tokens(false));
    soon("the call", native.client.users().me()).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [Err(ErrorKind::Session), Ok(())]);
    assert_eq!(native.requests("oauth.refresh"), 2);
}

#[tokio::test]
async fn a_hook_that_panics_loses_nothing() {
    type Hook = fn() -> BoxFuture<'static, ()>;
    let hooks: [Hook; 2] =
        [|| async { panic!("in the hook's future") }.boxed(), || panic!("in the hook itself")];
    for hook in hooks {
        let server = Server::start(Options::default()).await.unwrap();
        let client = builder(&server).tokens_changed(move |_| hook()).build().unwrap();
        soon("the sign-in", sign_in(&client)).await;
        for _ in 0..2 {
            server.control(|emulator| emulator.revoke_tokens(false));
            soon("the call", client.users().me()).await.unwrap();
        }
        assert_eq!(requests(&server, "oauth.refresh"), 2);
    }
}
