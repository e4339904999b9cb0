//! Tokens are stored before they are used, and live as long as what they are for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use box_emulator::{Emulator, server::Server};
use box_native::{
    Error, ErrorKind, Source, Tokens,
    store::{Expected, MemoryStore, TokenStore},
    transport::BoxFuture,
};

use crate::{
    service, start,
    support::{builder, kept_tokens, requests},
};

/// A store that refuses to be written while it is told so, as a full disk does.
#[derive(Clone, Default)]
struct Full {
    inner: Arc<MemoryStore>,
    full: Arc<AtomicBool>,
}

impl TokenStore for Full {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        self.inner.load()
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        if self.full.load(Ordering::Relaxed) {
            return Box::pin(async { Err(Error::new(ErrorKind::Io, "no space is left")) });
        }
        self.inner.store(expected, tokens)
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.inner.clear()
    }
}

#[tokio::test]
async fn a_store_that_can_not_be_written_spends_no_token() {
    let server = start().await;
    let store = Full::default();
    let tokens = kept_tokens(&server).await;
    store.inner.store(Expected::new(0, 0), tokens).await.unwrap();
    let client = builder(&server).token_store(store.clone()).build().unwrap();
    client.users().me().await.unwrap();
    server.control(|emulator| emulator.revoke_tokens(false));
    store.full.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        let error = client.users().me().await.unwrap_err();
        assert_eq!((error.kind(), error.needs_sign_in()), (ErrorKind::PersistFailed, false), "{error:?}");
        assert!(error.message().contains("no space"), "{error}");
    }
    assert_eq!(requests(&server, "oauth.refresh"), 0);
    store.full.store(false, Ordering::Relaxed);
    client.users().me().await.unwrap();
    assert_eq!(requests(&server, "oauth.refresh"), 1);
}

/// A session whose access token lives for so many more seconds of its hour.
async fn with_left(server: &Server, seconds: u64) -> box_native::Client {
    let mut tokens = kept_tokens(server).await;
    let end = server.now() + seconds * 1000;
    (tokens.issued_at, tokens.expires_at) = (Some(end - 3_600_000), Some(end));
    tokens.refresh_at = Some(end - 30_000);
    let store = MemoryStore::new();
    store.store(Expected::new(0, 0), tokens).await.unwrap();
    server.control(Emulator::reset_counters);
    builder(server).token_store(store).build().unwrap()
}

#[tokio::test]
async fn a_token_that_ends_soon_is_renewed_before_a_request_that_takes_long() {
    for (left, for_any, for_content) in [(120, 0, 1), (1800, 0, 0), (20, 1, 1)] {
        let server = start().await;
        let client = with_left(&server, left).await;
        client.users().me().await.unwrap();
        assert_eq!(requests(&server, "oauth.refresh"), for_any, "{left} s left");
        client.upload("0", "a.bin", Source::bytes(vec![0; 100_000])).send().await.unwrap();
        assert_eq!(requests(&server, "oauth.refresh"), for_content, "{left} s left");
        assert_eq!(requests(&server, "files.upload"), 1);
    }
    // And before it is handed on.
    let server = start().await;
    let client = with_left(&server, 120).await;
    client.users().me().await.unwrap();
    let life = client.access_token().await.unwrap().expires_in.unwrap();
    assert!(life.as_secs() > 3500, "{life:?}");
    assert_eq!(requests(&server, "oauth.refresh"), 1);
    service(&server).access_token().await.unwrap();
}
