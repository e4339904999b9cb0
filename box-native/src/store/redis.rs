//! A store in Redis, shared by the hosts of a fleet.

mod lease;
mod link;

use std::{fmt, sync::Arc, time::Duration};

use box_core::{
    error::{Error, ErrorKind},
    session::Tokens,
};
use redis::{Client, cmd};

use self::link::{Link, script};
use super::{Expected, LockGuard, TokenStore, generation_conflict};
use crate::transport::BoxFuture;

/// How long a lease lasts that nobody renews.
const LEASE: Duration = Duration::from_secs(15);

/// Keeps tokens in a Redis server (version 5 or later), under one key.
///
/// Its lock is a lease, which the holder renews. The lease of a process that dies runs out, and the next one takes it
/// over; each has a higher fence than the last, and a holder that was thought dead writes nothing, but takes over what
/// is there. Clients that find the server gone try for a few seconds, and go on with the token that they have for as
/// long as it lives.
///
/// Box's refresh tokens are good for one use, so the server must not forget what it has acknowledged: set
/// `appendonly yes` and `appendfsync always`. With `everysec` a crash of the host can lose the last second, and with it
/// the only copy of new tokens, unless a process that knows them still runs. The same goes for a replica that takes
/// over before it has the newest record. `maxmemory-policy` must not evict the key, which never expires.
#[derive(Clone)]
pub struct RedisStore {
    link: Arc<Link>,
    key: Arc<str>,
    lease: Duration,
}

impl RedisStore {
    /// A store under a key of the server with this URL, such as `redis://:password@host:6379/0`. It connects when it
    /// is first used. One of TLS, `rediss://...`, needs a feature for it of the crate `redis`.
    ///
    /// # Errors
    /// `InvalidInput` if it is no such URL.
    pub fn new(url: &str, key: impl Into<String>) -> Result<Self, Error> {
        // Without the crate's own words and the URL: there is a password in it.
        let client = Client::open(url)
            .map_err(|_| Error::invalid("that is no URL of a Redis server that this program can reach"))?;
        Ok(Self::with_client(client, key))
    }

    /// A store under a key, through a client of the crate `redis` (version 1) that the application has configured.
    pub fn with_client(client: Client, key: impl Into<String>) -> Self {
        Self { link: Arc::new(Link::new(client)), key: key.into().into(), lease: LEASE }
    }

    /// How long a lease lasts that nobody renews; 15 seconds by default. It is renewed after a third of that.
    #[must_use]
    pub fn with_lease(self, length: Duration) -> Self {
        Self { lease: length, ..self }
    }

    async fn read(&self) -> Result<Option<Tokens>, Error> {
        let text: Option<Vec<u8>> = self.link.send(cmd("HGET").arg(&*self.key).arg("record")).await?;
        // Without the reader's own words: they could quote a token.
        let damaged =
            |_| Error::new(ErrorKind::Session, format!("the Redis key {} holds no tokens", self.key));
        text.map(|text| serde_json::from_slice(&text).map_err(damaged)).transpose()
    }

    async fn write(&self, expected: Expected, tokens: &Tokens) -> Result<(), Error> {
        let record = serde_json::to_vec(tokens).map_err(|e| Error::internal(e.to_string()))?;
        let mut call = script(include_str!("redis/store.lua"), &self.key);
        call.arg(expected.fence).arg(expected.generation).arg(tokens.generation).arg(record);
        let (written, found): (bool, u64) = self.link.send(&call).await?;
        if written { Ok(()) } else { Err(generation_conflict(expected.generation, found)) }
    }
}

impl TokenStore for RedisStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        Box::pin(self.read())
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move { self.write(expected, &tokens).await })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        // The fence stays.
        let mut clear = cmd("HDEL");
        clear.arg(&*self.key).arg("generation").arg("record");
        Box::pin(async move { self.link.send::<u64>(&clear).await.map(drop) })
    }

    fn lock(&self, limit: Duration) -> BoxFuture<'_, Result<LockGuard, Error>> {
        Box::pin(lease::take(Arc::clone(&self.link), Arc::clone(&self.key), self.lease, limit))
    }

    /// Under the key of this store, a colon and the owner.
    fn beside(&self, owner: &str) -> Option<Arc<dyn TokenStore>> {
        let key = format!("{}:{owner}", self.key).into();
        Some(Arc::new(Self { key, ..self.clone() }))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("key", &self.key)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}
