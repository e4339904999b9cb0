//! A token store in an SQL database, for hosts that share one: a recipe.
//!
//! ```console
//! BOX_CLIENT_ID=... BOX_CLIENT_SECRET=... BOX_REFRESH_TOKEN=... cargo run --example sql_store -- tokens.db
//! ```
//!
//! One row holds the tokens of a session and the lock over them. The lock is a lease with a fence: each that takes it
//! gets a higher number, and the row is written only under the last one, so that a host that slept through its lease
//! writes nothing. Every step is one statement, which is all of the atomicity that it takes, at any level of isolation.
//!
//! The statements are the same for PostgreSQL, but for the two in [`NOW`]. There, `synchronous_commit` must be on, as
//! it is by default; here it is `synchronous = FULL`: what Box has given is nowhere else.
#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use box_native::{
    ClientBuilder, Error, ErrorKind, Tokens,
    box_core::session::REQUEST_TIMEOUT,
    store::{Expected, LockGuard, TokenStore, generation_conflict},
    transport::BoxFuture,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use tokio::{
    task::{AbortHandle, spawn_blocking},
    time::{Instant, sleep},
};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS box_tokens (
        name TEXT PRIMARY KEY,
        generation BIGINT NOT NULL,
        record TEXT,
        lease_owner TEXT,
        lease_until BIGINT NOT NULL,
        contested_until BIGINT NOT NULL,
        fence BIGINT NOT NULL
    )";

/// Milliseconds since 1970, by the clock that all share: the database's. For PostgreSQL
/// `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`.
const NOW: &str = "CAST(unixepoch('subsec') * 1000 AS BIGINT)";

const ROW: &str = "INSERT INTO box_tokens VALUES ($1, 0, NULL, NULL, 0, 0, 0) ON CONFLICT DO NOTHING";
const LOAD: &str = "SELECT record FROM box_tokens WHERE name = $1";
const FOUND: &str = "SELECT generation FROM box_tokens WHERE name = $1";
const CLEAR: &str = "UPDATE box_tokens SET generation = 0, record = NULL WHERE name = $1";
const STORE: &str = "UPDATE box_tokens SET generation = $1, record = $2
    WHERE name = $3 AND generation = $4 AND fence = $5";
/// A lease that was given back, or one that has run out: then whoever had it may be at work for a while, which those who
/// follow must know too.
const TAKE: &str = "UPDATE box_tokens SET lease_owner = $1, lease_until = NOW + $2, fence = fence + 1,
    contested_until = CASE WHEN lease_owner IS NULL THEN contested_until ELSE NOW + $3 END
    WHERE name = $4 AND (lease_owner IS NULL OR lease_until <= NOW) RETURNING fence, contested_until > NOW";
const RENEW: &str = "UPDATE box_tokens SET lease_until = NOW + $1 WHERE name = $2 AND lease_owner = $3";
const RELEASE: &str = "UPDATE box_tokens SET lease_owner = NULL WHERE name = $1 AND lease_owner = $2";

/// How long a lease lasts that nobody renews.
const LEASE: Duration = Duration::from_secs(15);

/// Between two tries to get it.
const WAIT: Duration = Duration::from_millis(20);

/// Keeps tokens in a row of a table.
#[derive(Clone)]
pub(crate) struct SqlStore {
    database: Arc<Mutex<Connection>>,
    name: Arc<str>,
    lease: Duration,
}

impl SqlStore {
    /// The row of this name in a database. Leases on it last so long, if nobody renews them.
    pub(crate) fn open(path: &Path, name: &str, lease: Duration) -> Result<Self, Error> {
        let open = || {
            let database = Connection::open(path)?;
            database.busy_timeout(Duration::from_secs(5))?;
            database.pragma_update(None, "synchronous", "FULL")?;
            database.execute(TABLE, [])?;
            Ok(database)
        };
        let database = open().map_err(|error| failed(&error))?;
        Ok(Self { database: Arc::new(Mutex::new(database)), name: name.into(), lease })
    }

    fn with<T>(&self, act: impl FnOnce(&Connection, &str) -> rusqlite::Result<T>) -> Result<T, Error> {
        let database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        act(&database, &self.name).map_err(|error| failed(&error))
    }

    /// SQLite blocks, so it gets a thread.
    async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let store = self.clone();
        let done = spawn_blocking(move || store.with(act)).await;
        done.map_err(|_| Error::new(ErrorKind::Session, "the thread of the token database ended"))?
    }

    async fn write(&self, expected: Expected, tokens: Tokens) -> Result<(), Error> {
        let record = serde_json::to_string(&tokens)
            .map_err(|_| Error::new(ErrorKind::Session, "the tokens can't be written as JSON"))?;
        let found = self.blocking(move |database, name| {
            let row = params![
                number(tokens.generation),
                record,
                name,
                number(expected.generation),
                number(expected.fence)
            ];
            if database.execute(STORE, row)? == 1 {
                return Ok(None);
            }
            let found = database.query_row(FOUND, [name], |row| row.get::<_, i64>(0)).optional()?;
            Ok(Some(found.unwrap_or(0)))
        });
        match found.await? {
            None => Ok(()),
            Some(found) => Err(generation_conflict(expected.generation, found.unsigned_abs())),
        }
    }

    async fn take(self, limit: Duration) -> Result<LockGuard, Error> {
        let owner: Arc<str> = format!("{:032x}", fastrand::u128(..)).into();
        let length = millis(self.lease);
        let end = Instant::now() + limit;
        loop {
            let claim = Arc::clone(&owner);
            let taken = self.blocking(move |database, name| {
                database.execute(ROW, [name])?;
                let claim = params![claim, length, millis(REQUEST_TIMEOUT), name];
                let taken = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
                database.query_row(&TAKE.replace("NOW", NOW), claim, taken).optional()
            });
            if let Some((fence, taken_over)) = taken.await? {
                let lease = Lease::new(self, owner, length);
                let guard = if taken_over { LockGuard::taken_over(lease) } else { LockGuard::free(lease) };
                return Ok(guard.with_fence(fence.unsigned_abs()));
            }
            if Instant::now() >= end {
                return Ok(LockGuard::timed_out());
            }
            sleep(WAIT).await;
        }
    }
}

impl TokenStore for SqlStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        Box::pin(async {
            let load = |database: &Connection, name: &str| {
                database.query_row(LOAD, [name], |row| row.get::<_, Option<String>>(0)).optional()
            };
            let record = self.blocking(load).await?.flatten();
            // Without the reader's own words: they could quote a token.
            let damaged = |_| Error::new(ErrorKind::Session, "the token database holds no tokens");
            record.map(|record| serde_json::from_str(&record).map_err(damaged)).transpose()
        })
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.write(expected, tokens))
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.blocking(|database, name| database.execute(CLEAR, [name]).map(drop)))
    }

    fn lock(&self, limit: Duration) -> BoxFuture<'_, Result<LockGuard, Error>> {
        Box::pin(self.clone().take(limit))
    }

    fn beside(&self, owner: &str) -> Option<Arc<dyn TokenStore>> {
        let name = format!("{}/{owner}", self.name).into();
        Some(Arc::new(Self { name, ..self.clone() }))
    }
}

/// The lock, which is renewed until it is dropped, and then given back.
struct Lease {
    store: SqlStore,
    owner: Arc<str>,
    renewal: AbortHandle,
}

impl Lease {
    fn new(store: SqlStore, owner: Arc<str>, length: i64) -> Self {
        let (renewed, claim) = (store.clone(), Arc::clone(&owner));
        let renewal = tokio::spawn(async move {
            loop {
                sleep(renewed.lease / 3).await;
                let claim = Arc::clone(&claim);
                let renew = renewed.blocking(move |database, name| {
                    database.execute(&RENEW.replace("NOW", NOW), params![length, name, claim])
                });
                // Another has it. Where the database fails, the next try may work.
                if renew.await.is_ok_and(|rows| rows == 0) {
                    return;
                }
            }
        });
        Self { store, owner, renewal: renewal.abort_handle() }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
        // Here and now: the process may be about to end. If it fails, the lease runs out.
        let _ = self.store.with(|database, name| database.execute(RELEASE, params![name, self.owner]));
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn failed(error: &rusqlite::Error) -> Error {
    Error::new(ErrorKind::Session, format!("the token database fails: {error}"))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "tokens.db".into());
    let store = SqlStore::open(Path::new(&path), "main", LEASE)?;
    let client = ClientBuilder::from_env()?.token_store(store).build()?;
    println!("signed in as {}", client.users().me().await?.name.unwrap_or_default());
    Ok(())
}
