//! The recipe of a store in an SQL database, with clients that share one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[allow(dead_code, reason = "its `main`")]
#[path = "../examples/sql_store.rs"]
mod sql_store;
mod support;

use std::{sync::Barrier, time::Duration};

use box_emulator::{
    RefreshMode,
    server::{Options, Server},
};
use box_native::{
    Secret, Tokens,
    store::{Expected, Locked, TokenStore as _},
};
use futures_util::future::join_all;
use rusqlite::Connection;
use sql_store::SqlStore;
use support::{builder, requests, sign_in, soon};
use tokio::runtime;

const LIMIT: Duration = Duration::from_secs(20);

const LEASE: Duration = Duration::from_secs(15);

#[test]
fn eight_clients_on_one_database_share_one_refresh_in_every_mode() {
    const TEAM: usize = 8;
    let runtime = runtime::Runtime::new().unwrap();
    for mode in [RefreshMode::Strict, RefreshMode::GraceSame, RefreshMode::GraceDistinct] {
        let mut options = Options::default();
        options.settings.refresh_mode = mode;
        let server = runtime.block_on(Server::start(options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.db");
        let client =
            || builder(&server).token_store(SqlStore::open(&path, "t", LEASE).unwrap()).build().unwrap();
        runtime.block_on(sign_in(&client()));
        server.control(|emulator| emulator.expire_tokens());
        let start = Barrier::new(TEAM);
        std::thread::scope(|scope| {
            for _ in 0..TEAM {
                scope.spawn(|| {
                    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let client = client();
                    start.wait();
                    let calls = (0..25).map(|_| async { client.users().me().await.map(drop) });
                    for done in runtime.block_on(soon("the calls", join_all(calls))) {
                        done.unwrap_or_else(|e| panic!("{mode:?}: {e:?}"));
                    }
                });
            }
        });
        assert_eq!(requests(&server, "oauth.refresh"), 1, "{mode:?}");
    }
    println!("sql: {TEAM} x 25 calls, 1 refresh, 0 failed");
}

#[tokio::test]
async fn fences_keep_out_who_comes_too_late() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.db");
    let store = || SqlStore::open(&path, "t", LEASE).unwrap();
    let [one, two] = [store(), store()];
    assert_eq!(one.load().await.unwrap(), None);
    let first = one.lock(LIMIT).await.unwrap();
    assert_eq!(first.held(), Locked::Free);
    one.store(Expected::new(0, first.fence()), tokens(1)).await.unwrap();
    assert_eq!(two.lock(Duration::from_millis(30)).await.unwrap().held(), Locked::TimedOut);
    let change = |to: &str| {
        Connection::open(&path).unwrap().execute(&format!("UPDATE box_tokens SET {to}"), []).unwrap()
    };
    // As if its holder had not renewed it.
    change("lease_until = 1");
    let second = two.lock(LIMIT).await.unwrap();
    assert_eq!(second.held(), Locked::TakenOver);
    assert!(second.fence() > first.fence());
    for (store, expected) in
        [(&one, Expected::new(1, first.fence())), (&two, Expected::new(7, second.fence()))]
    {
        let late = store.store(expected, tokens(2)).await.unwrap_err();
        assert_eq!(late.code(), Some("generation_conflict"), "{late:?}");
    }
    two.store(Expected::new(1, second.fence()), tokens(2)).await.unwrap();
    assert_eq!(one.load().await.unwrap(), Some(tokens(2)));
    // What isn't its own any more can't be given back.
    drop(first);
    assert_eq!(one.lock(Duration::from_millis(30)).await.unwrap().held(), Locked::TimedOut);
    drop(second);
    let third = one.lock(LIMIT).await.unwrap();
    assert_eq!(third.held(), Locked::TakenOver, "the first may still be at work");
    drop(third);
    change("contested_until = 1");
    assert_eq!(one.lock(LIMIT).await.unwrap().held(), Locked::Free);
    assert_eq!(two.beside("somebody").unwrap().load().await.unwrap(), None);
    one.clear().await.unwrap();
    assert_eq!(two.load().await.unwrap(), None);
}

#[tokio::test]
async fn a_lease_is_renewed_for_as_long_as_its_holder_lives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.db");
    let store = SqlStore::open(&path, "t", Duration::from_secs(1)).unwrap();
    let held = store.lock(LIMIT).await.unwrap();
    assert_eq!(store.lock(Duration::from_millis(2500)).await.unwrap().held(), Locked::TimedOut);
    drop(held);
    assert_eq!(store.lock(LIMIT).await.unwrap().held(), Locked::Free);
}

#[tokio::test]
async fn a_damaged_record_is_an_error_that_does_not_quote_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.db");
    let store = SqlStore::open(&path, "t", LEASE).unwrap();
    drop(store.lock(LIMIT).await.unwrap());
    Connection::open(&path).unwrap().execute("UPDATE box_tokens SET record = 's3cret'", []).unwrap();
    let error = store.load().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
}

/// Tokens of this generation.
fn tokens(generation: u64) -> Tokens {
    let mut tokens = Tokens::new(Some(Secret::from("r")), Some(Secret::from("a")));
    tokens.generation = generation;
    tokens
}
