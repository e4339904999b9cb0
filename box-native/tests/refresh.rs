//! Renewing tokens: once, for all who wait, and stored before anyone uses the new one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{io::Cursor, time::Duration};

use box_emulator::{Fault, RefreshMode, server::Options, server::Server};
use box_native::{
    Client, Error, ErrorKind, Source, Subject,
    store::{FileStore, TokenStore as _},
};
use futures_util::future::{BoxFuture, FutureExt, join_all};
use support::{Gated, Native, builder, content, kept_tokens, requests, sign_in, soon, until};

const MODES: [RefreshMode; 3] = [RefreshMode::Strict, RefreshMode::GraceSame, RefreshMode::GraceDistinct];

/// Reads, and uploads from memory and from readers, in turn.
fn call(client: &Client, round: &str, number: usize) -> BoxFuture<'static, Result<(), Error>> {
    let client = client.clone();
    let (name, bytes) = (format!("{round}-{number}"), content(1000 + number));
    Box::pin(async move {
        let source = match number % 4 {
            0 => return client.users().me().await.map(drop),
            1 => return client.folders().get("0").await.map(drop),
            2 => Source::bytes(bytes),
            _ => Source::reader(Cursor::new(bytes), 1000 + number as u64),
        };
        client.upload("0", name, source).send().await.map(drop)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_calls_on_an_ended_token_share_one_refresh_in_every_mode() {
    for mode in MODES {
        let native = Native::start().await;
        native.control(|emulator| emulator.settings_mut().refresh_mode = mode);
        for round in ["expired", "revoked"] {
            native.control(|emulator| {
                emulator.reset_counters();
                match round {
                    "expired" => emulator.advance(3_601_000),
                    _ => emulator.revoke_tokens(false),
                }
            });
            let calls = (0..200).map(|number| tokio::spawn(call(&native.client, round, number)));
            for done in soon("the calls", join_all(calls)).await {
                done.unwrap().unwrap_or_else(|e| panic!("{mode:?} {round}: {e:?}"));
            }
            assert_eq!(native.requests("oauth.refresh"), 1, "{mode:?} {round}");
            assert_eq!(native.effects("files.upload"), 100, "{mode:?} {round}");
        }
    }
}

#[tokio::test]
async fn a_refresh_outlives_the_caller_that_began_it() {
    let Gated { native, entered, gate } = Gated::start().await;
    let first = tokio::spawn(call(&native.client, "first", 0));
    soon("the refresh", entered.notified()).await;
    let second = tokio::spawn(call(&native.client, "second", 2));
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    soon("the second", second).await.unwrap().unwrap();
    assert_eq!(native.requests("oauth.refresh"), 1);

    native.control(|emulator| emulator.revoke_tokens(false));
    let only = tokio::spawn(call(&native.client, "only", 0));
    soon("the refresh", entered.notified()).await;
    only.abort();
    gate.add_permits(1);
    soon("the next", call(&native.client, "next", 0)).await.unwrap();
    assert_eq!(native.requests("oauth.refresh"), 2);
}

#[tokio::test]
async fn a_refresh_token_is_enough_to_begin() {
    let server = Server::start(Options::default()).await.unwrap();
    let tokens = kept_tokens(&server).await;
    let client = builder(&server).tokens(tokens.refresh_token.unwrap(), None);
    let client = client.build().unwrap();
    client.users().me().await.unwrap();
    client.users().me().await.unwrap();
    assert_eq!((requests(&server, "oauth.refresh"), requests(&server, "users.me")), (1, 2));
}

#[tokio::test]
async fn applications_act_for_themselves_and_for_users_and_renew() {
    let server = Server::start(Options::default()).await.unwrap();
    let at = server.addresses();
    let subjects =
        [(Subject::Enterprise(at.enterprise_id.clone()), false), (Subject::User(at.user_id.clone()), true)];
    for (subject, is_user) in subjects {
        let client = Client::builder()
            .hosts(support::hosts(&server))
            .client_credentials(&at.client_id, at.client_secret.as_str(), subject)
            .build()
            .unwrap();
        server.control(|emulator| emulator.reset_counters());
        for _ in 0..2 {
            let me = client.users().me().await.unwrap();
            assert_eq!(me.id == at.user_id, is_user);
            server.control(|emulator| emulator.advance(3_601_000));
        }
        assert_eq!(requests(&server, "oauth.token"), 2);
    }
    let stranger = Subject::User("77".to_owned());
    let client = Client::builder().hosts(support::hosts(&server)).client_credentials(
        &at.client_id,
        at.client_secret.as_str(),
        stranger,
    );
    let error = client.build().unwrap().users().me().await.unwrap_err();
    assert_eq!((error.needs_sign_in(), error.code()), (true, Some("invalid_grant")));
}

#[tokio::test]
async fn tokens_of_a_short_life_are_renewed_by_the_clients_own_clock() {
    let mut options = Options::default();
    options.settings.access_token_ttl = 1;
    let server = Server::start(options).await.unwrap();
    let client = builder(&server).build().unwrap();
    sign_in(&client).await;
    server.control(|emulator| emulator.expire_tokens());
    client.users().me().await.unwrap();
    assert_eq!(requests(&server, "oauth.refresh"), 1);
}

#[tokio::test]
async fn a_refresh_that_fails_for_a_while_ends_nothing() {
    let native = Native::start().await;
    native.control(|emulator| emulator.revoke_tokens(false));
    native.fail(Fault::status("oauth.refresh", 500));
    let error = native.client.users().me().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::OAuth, Some("server_error")));
    assert!(!error.needs_sign_in());
    native.client.users().me().await.unwrap();
    native.control(|emulator| emulator.revoke_tokens(false));
    native.fail(Fault::status("oauth.refresh", 429).retry_after("0"));
    native.client.users().me().await.unwrap();
}

#[tokio::test]
async fn a_closed_client_takes_no_calls_and_has_stored_its_tokens() {
    let Gated { native, entered, gate } = Gated::start().await;
    let waiting = tokio::spawn(call(&native.client, "waiting", 0));
    soon("the refresh", entered.notified()).await;
    let closing = tokio::spawn({
        let client = native.client.clone();
        async move { client.close(Duration::from_secs(60)).await }
    });
    until("the closing", || native.client.raw("GET", "/x").send().now_or_never().is_some()).await;
    gate.add_permits(1);
    assert!(soon("the closing", closing).await.unwrap());
    soon("the call under way", waiting).await.unwrap().unwrap();
    let before = native.all_requests();
    let sign_in = native.client.begin_sign_in(None).unwrap();
    let answer = format!("/?code=c&state={}", sign_in.state().expose());
    let refused = [
        native.client.users().me().await.unwrap_err(),
        native.client.upload("0", "n", vec![1]).send().await.unwrap_err(),
        native.client.download("1").to_path("never").await.unwrap_err(),
        native.client.download("1").stream().await.unwrap_err(),
        native.client.raw("GET", "/users/me").send().await.unwrap_err(),
        native.client.finish_sign_in(&sign_in, &answer).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
    }
    assert_eq!(native.all_requests(), before);
}

#[test]
fn a_refresh_whose_runtime_ended_is_begun_anew_in_the_next() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let Gated { native, entered, gate } = first.block_on(Gated::start());
    first.block_on(async {
        let waiting = tokio::spawn(call(&native.client, "waiting", 0));
        soon("the refresh", entered.notified()).await;
        waiting.abort();
    });
    drop(first);
    gate.add_permits(1);
    let call = call(&native.client, "next", 0);
    runtime().block_on(soon("the next", call)).unwrap();
}

#[tokio::test]
async fn closing_waits_for_no_lock_that_another_holds() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("tokens.json"));
    let native = Native::with(|builder| builder.token_store(store.clone())).await;
    native.control(|emulator| emulator.advance(3_601_000));
    let lock = store.lock(Duration::from_secs(5)).await.unwrap();
    let waiting = tokio::spawn(call(&native.client, "waiting", 0));
    tokio::task::yield_now().await;
    let drained = soon("closing", native.client.close(Duration::from_millis(50))).await;
    assert!(!drained);
    assert_eq!(soon("the call", waiting).await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
    drop(lock);
}
