//! What workers share: an emulator, and a store with the tokens of a user who has signed in.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use box_emulator::{
    RefreshMode,
    server::{Options, Server},
};
use box_native::{
    Tokens,
    store::{Expected, FileStore, RedisStore, TokenStore},
};
use tokio::runtime::Runtime;

use super::{Answer, Job, StoreAt, Worker, client::builder};
use crate::support::sign_in;

pub(crate) const MODES: [RefreshMode; 3] =
    [RefreshMode::Strict, RefreshMode::GraceSame, RefreshMode::GraceDistinct];

pub(crate) struct Stage {
    pub(crate) runtime: Runtime,
    pub(crate) server: Server,
    pub(crate) job: Job,
    pub(crate) store: Arc<dyn TokenStore>,
}

impl Stage {
    pub(crate) fn new(mode: RefreshMode, at: StoreAt) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut options = Options::default();
        options.settings.refresh_mode = mode;
        let server = runtime.block_on(Server::start(options)).unwrap();
        let store: Arc<dyn TokenStore> = match &at {
            StoreAt::File(path) => Arc::new(FileStore::new(path)),
            StoreAt::Redis { url, key, .. } => Arc::new(RedisStore::new(url, key).unwrap()),
        };
        let stage = Self { runtime, job: Job::new(&server, at), server, store };
        stage.sign_in();
        stage.server.control(|emulator| emulator.reset_counters());
        stage
    }

    /// A user signs in, whatever was before.
    pub(crate) fn sign_in(&self) {
        let client = builder(&self.job).build().unwrap();
        self.runtime.block_on(sign_in(&client));
    }

    /// Box takes so many milliseconds for a refresh.
    pub(crate) fn slow(&self, millis: u64) {
        let delays = [("oauth.refresh".to_owned(), millis)];
        self.server.control(|emulator| emulator.settings_mut().delays = delays.into());
    }

    pub(crate) fn tokens(&self) -> Tokens {
        self.runtime.block_on(self.store.load()).unwrap().unwrap()
    }

    /// The access token ends, and the requests are counted anew.
    pub(crate) fn refuse_token(&self) {
        self.server.control(|emulator| {
            emulator.expire_tokens();
            emulator.reset_counters();
        });
    }

    /// The access token ends by the clock, too: processes that start know it before they call.
    pub(crate) fn end_token(&self) {
        self.refuse_token();
        let past = UNIX_EPOCH.elapsed().unwrap() - Duration::from_secs(60);
        let mut tokens = self.tokens();
        tokens.expires_at = u64::try_from(past.as_millis()).ok();
        tokens.refresh_at = tokens.expires_at;
        self.runtime.block_on(async {
            let lock = self.store.lock(Duration::from_secs(20)).await.unwrap();
            let expected = Expected::new(tokens.generation, lock.fence());
            self.store.store(expected, tokens).await.unwrap();
        });
    }

    /// Under which key they are in Redis.
    pub(crate) fn tokens_key(&self) -> &str {
        match &self.job.store {
            StoreAt::File(_) => unreachable!(),
            StoreAt::Redis { key, .. } => key,
        }
    }

    pub(crate) fn refreshes(&self) -> u64 {
        self.server.control(|emulator| emulator.counters().requests("oauth.refresh"))
    }

    pub(crate) fn replays(&self) -> u64 {
        self.server.control(|emulator| emulator.counters().refresh_replays)
    }

    /// Calls of all at once, on a token that has ended: all succeed, with one refresh.
    pub(crate) fn share_one_refresh(&self, team: &mut [Worker], calls: usize) {
        team.iter_mut().for_each(|worker| worker.begin(calls));
        for worker in &*team {
            let Answer { succeeded, failures } = worker.answer();
            assert_eq!((succeeded, failures.len()), (calls, 0), "{failures:?}");
        }
        assert_eq!(self.refreshes(), 1);
    }
}
