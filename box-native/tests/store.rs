//! Stores of tokens: shared between clients, failing, damaged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use box_emulator::server::{Options, Server};
use box_native::{
    Error, ErrorKind, Tokens,
    store::{Expected, FileStore, Locked, MemoryStore, TokenStore},
    transport::BoxFuture,
};
use futures_util::future::join_all;
use support::{Native, builder, kept_tokens, requests, sign_in, soon};

#[tokio::test(flavor = "multi_thread")]
async fn two_clients_on_one_file_share_one_refresh() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let one = Native::with(|builder| builder.token_store(FileStore::new(&path))).await;
    let two = builder(&one.server).token_store(FileStore::new(&path)).build().unwrap();
    two.users().me().await.expect("it takes over what the first has stored");
    for round in 1..=3 {
        one.control(|emulator| match round {
            1 => emulator.advance(3_601_000),
            _ => emulator.revoke_tokens(false),
        });
        let clients = [&one.client, &two].into_iter().cycle().take(100);
        let calls = clients.map(|client| tokio::spawn(client.users().me().send()));
        for done in soon("the calls", join_all(calls)).await {
            done.unwrap().unwrap();
        }
        assert_eq!(one.requests("oauth.refresh"), round);
    }
    // A third that starts from an old refresh token finds a better one in the file.
    let third = builder(&one.server).token_store(FileStore::new(&path)).tokens("old", None);
    third.build().unwrap().users().me().await.unwrap();
    assert_eq!(one.requests("oauth.refresh"), 3);
}

#[tokio::test]
async fn the_store_goes_before_the_tokens_that_the_application_kept() {
    let server = Server::start(Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("t"));
    // Stored by the very first sign-in.
    sign_in(&builder(&server).token_store(store.clone()).build().unwrap()).await;
    let client = builder(&server).token_store(store).tokens("used-long-ago", None);
    client.build().unwrap().users().me().await.unwrap();
}

/// A store that fails as it is told.
#[derive(Clone, Default)]
struct Moody {
    tokens: Arc<MemoryStore>,
    mood: Arc<AtomicU8>,
}

impl Moody {
    fn react(&self, tokens: &Tokens) -> Result<(), Error> {
        match self.mood.load(Ordering::SeqCst) {
            0 => Ok(()),
            2 if tokens.intent.is_some() => Ok(()),
            1 | 2 => Err(Error::new(ErrorKind::Session, "the disk is full")),
            _ => panic!("the store panics"),
        }
    }
}

impl TokenStore for Moody {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        self.tokens.load()
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        match self.react(&tokens) {
            Ok(()) => self.tokens.store(expected, tokens),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.tokens.clear()
    }
}

#[tokio::test]
async fn a_refresh_token_is_not_used_before_the_store_can_be_written() {
    for mood in [1, 3] {
        let store = Moody::default();
        let native = Native::with(|builder| builder.token_store(store.clone())).await;
        let generation = store.load().await.unwrap().unwrap().generation;
        native.control(|emulator| emulator.revoke_tokens(false));
        store.mood.store(mood, Ordering::SeqCst);
        for _ in 0..2 {
            let error = soon("the call", native.client.users().me()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PersistFailed, "{error:?}");
            assert_eq!(error.operation(), Some("users.me"));
        }
        assert_eq!(native.requests("oauth.refresh"), 0, "nothing is spent that can't be kept");
        store.mood.store(0, Ordering::SeqCst);
        soon("the call", native.client.users().me()).await.unwrap();
        assert_eq!(native.requests("oauth.refresh"), 1);
        assert_eq!(store.load().await.unwrap().unwrap().generation, generation + 1);
    }
}

#[tokio::test]
async fn new_tokens_that_cannot_be_stored_are_kept_until_they_can() {
    let store = Moody::default();
    let native = Native::with(|builder| builder.token_store(store.clone())).await;
    native.control(|emulator| emulator.revoke_tokens(false));
    store.mood.store(2, Ordering::SeqCst);
    for _ in 0..2 {
        let error = soon("the call", native.client.users().me()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PersistFailed, "{error:?}");
    }
    store.mood.store(0, Ordering::SeqCst);
    soon("the call", native.client.users().me()).await.unwrap();
    assert_eq!(native.requests("oauth.refresh"), 1);
    assert_eq!(store.load().await.unwrap().unwrap().intent, None);
}

#[tokio::test]
async fn a_file_is_its_owners_and_holds_one_generation_after_the_other() {
    let server = Server::start(Options::default()).await.unwrap();
    let (mut tokens, folder) = (kept_tokens(&server).await, tempfile::tempdir().unwrap());
    let path = folder.path().join("tokens.json");
    let store = FileStore::new(&path);
    assert_eq!(store.load().await.unwrap(), None);
    store.clear().await.expect("nothing to forget");
    store.store(Expected::new(0, 0), tokens.clone()).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let stored = tokens.clone();
    tokens.generation = 9;
    for expected in [0, 8] {
        let conflict = store.store(Expected::new(expected, 0), tokens.clone()).await.unwrap_err();
        assert_eq!(conflict.kind(), ErrorKind::Session);
        assert_eq!(store.load().await.unwrap(), Some(stored.clone()));
    }
    store.store(Expected::new(stored.generation, 0), tokens.clone()).await.unwrap();
    assert_eq!(store.load().await.unwrap(), Some(tokens));
    store.clear().await.unwrap();
    assert_eq!(store.load().await.unwrap(), None);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "no temporary files");
}

#[tokio::test]
async fn a_damaged_file_is_an_error_that_does_not_quote_it() {
    let server = Server::start(Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let damaged = [
        "",
        "s3cret-token",
        r#"{"access_token":"s3cret-token","refresh_token":"#,
        r#"{"access_token":"a","refresh_token":"r","generation":"s3cret-token"}"#,
        "\u{0}\u{0}\u{0}",
    ];
    for text in damaged {
        std::fs::write(&path, text).unwrap();
        let client = builder(&server).token_store(FileStore::new(&path)).build().unwrap();
        let error = client.users().me().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Session, "{error:?}");
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(shown.contains("tokens.json") && !shown.contains("s3cret"), "{shown}");
    }
    assert_eq!(requests(&server, "oauth.refresh"), 0);
    // A sign-in can't write over what may be somebody's; forgetting it first helps.
    FileStore::new(&path).clear().await.unwrap();
    let client = builder(&server).token_store(FileStore::new(&path)).build().unwrap();
    sign_in(&client).await;
    client.users().me().await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_locked_is_a_typed_error() {
    let server = Server::start(Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("missing/tokens.json"));
    let client = builder(&server).token_store(store).tokens("r", None).build().unwrap();
    let error = client.users().me().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session, "{error:?}");
    assert_eq!(requests(&server, "oauth.refresh"), 0);
}

#[tokio::test]
async fn a_lock_is_one_holders_and_is_waited_for_no_longer_than_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let [one, two] = [FileStore::new(&path), FileStore::new(&path)];
    let limit = Duration::from_millis(60);
    let held = one.lock(limit).await.unwrap();
    assert_eq!(held.held(), Locked::Free);
    let start = Instant::now();
    assert_eq!(two.lock(limit).await.unwrap().held(), Locked::TimedOut);
    assert!(start.elapsed() >= limit);
    let waiting = tokio::spawn(async move { two.lock(Duration::from_secs(20)).await });
    drop(held);
    assert_eq!(soon("the lock", waiting).await.unwrap().unwrap().held(), Locked::Free);
}

#[cfg(unix)]
#[tokio::test]
async fn whose_lock_file_was_removed_writes_nothing() {
    let server = Server::start(Options::default()).await.unwrap();
    let (tokens, folder) = (kept_tokens(&server).await, tempfile::tempdir().unwrap());
    let path = folder.path().join("tokens.json");
    let store = FileStore::new(&path);
    let limit = Duration::from_secs(20);
    let first = store.lock(limit).await.unwrap();
    std::fs::remove_file(folder.path().join("tokens.json.lock")).unwrap();
    let late = store.store(Expected::new(0, first.fence()), tokens.clone()).await.unwrap_err();
    assert_eq!(late.code(), Some("generation_conflict"), "{late:?}");
    let second = store.lock(limit).await.unwrap();
    let late = store.store(Expected::new(0, first.fence()), tokens.clone()).await.unwrap_err();
    assert_eq!(late.code(), Some("generation_conflict"), "{late:?}");
    store.store(Expected::new(0, second.fence()), tokens).await.unwrap();
}

#[tokio::test]
async fn what_a_dead_writer_has_left_is_removed_and_older_records_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("t"), folder.path().join(".t.x7f3.tmp"));
    std::fs::write(&left, r#"{"access_token":"half"#).unwrap();
    let old = r#"{"access_token":"a","refresh_token":"r","expires_at":7,"refresh_at":6,"generation":4}"#;
    std::fs::write(&path, old).unwrap();
    let store = FileStore::new(&path);
    let tokens = store.load().await.unwrap().unwrap();
    assert_eq!((tokens.generation, tokens.intent, tokens.issued_at, &tokens.owner), (4, None, None, &None));
    store.store(Expected::new(4, 0), tokens.clone()).await.unwrap();
    assert_eq!(store.load().await.unwrap(), Some(tokens));
    assert!(!left.exists());
}
