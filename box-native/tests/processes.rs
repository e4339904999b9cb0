//! Processes that share a file, and die in the middle of what they do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;
mod worker;

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use box_emulator::{
    RefreshMode,
    server::{Options, Server},
};
use box_native::store::{Expected, FileStore, TokenStore as _};
use support::{requests, sign_in};
use tokio::runtime::Runtime;
use worker::{Failure, Job, StoreAt, Worker};

const MODES: [RefreshMode; 3] = [RefreshMode::Strict, RefreshMode::GraceSame, RefreshMode::GraceDistinct];

/// Processes that share a session.
const TEAM: usize = 8;

/// Rounds in which one is killed, over all modes.
const ROUNDS: usize = 200;

/// How long Box takes for a token, in milliseconds.
const SLOW: u64 = 25;

/// The processes of these tests.
#[test]
fn worker() {
    worker::run();
}

/// An emulator, and a file with the tokens of a user who has signed in.
struct Stage {
    runtime: Runtime,
    server: Server,
    job: Job,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new(mode: RefreshMode) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut options = Options::default();
        options.settings.refresh_mode = mode;
        let server = runtime.block_on(Server::start(options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let job = Job::new(&server, StoreAt::File(folder.path().join("tokens.json")));
        let stage = Self { runtime, server, job, folder };
        stage.sign_in();
        stage.server.control(|emulator| emulator.reset_counters());
        stage
    }

    fn sign_in(&self) {
        let client = worker::builder(&self.job).build().unwrap();
        self.runtime.block_on(sign_in(&client));
    }

    fn path(&self) -> &Path {
        match &self.job.store {
            StoreAt::File(path) => path,
            StoreAt::Redis { .. } => unreachable!(),
        }
    }

    /// Lets the token in the file end by the clock, too: processes that start know it before they call.
    fn end_token(&self) {
        self.server.control(|emulator| emulator.expire_tokens());
        let store = FileStore::new(self.path());
        self.runtime.block_on(async {
            let mut tokens = store.load().await.unwrap().unwrap();
            let past = UNIX_EPOCH.elapsed().unwrap() - Duration::from_secs(60);
            tokens.expires_at = u64::try_from(past.as_millis()).ok();
            tokens.refresh_at = tokens.expires_at;
            store.store(Expected::new(tokens.generation, 0), tokens).await.unwrap();
        });
    }

    fn replays(&self) -> usize {
        let replays = self.server.control(|emulator| emulator.counters().refresh_replays);
        usize::try_from(replays).unwrap()
    }
}

#[test]
fn eight_processes_share_one_refresh_in_every_mode() {
    for mode in MODES {
        let stage = Stage::new(mode);
        stage.end_token();
        let mut team = Worker::team(&stage.job, TEAM);
        for how in ["ended", "refused"] {
            stage.server.control(|emulator| {
                emulator.expire_tokens();
                emulator.reset_counters();
            });
            team.iter_mut().for_each(|worker| worker.begin(25));
            for worker in &team {
                let answer = worker.answer();
                assert_eq!((answer.succeeded, answer.failures.len()), (25, 0), "{mode:?} {how}: {answer:?}");
            }
            assert_eq!(requests(&stage.server, "oauth.refresh"), 1, "{mode:?} {how}");
        }
    }
    println!("processes: {TEAM} x 25 calls, 1 refresh, 0 failed");
}

/// What the rounds of a mode came to.
#[derive(Default)]
struct Tally {
    kills: usize,
    replays: usize,
    lost: usize,
}

#[test]
fn no_kill_logs_anybody_out() {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
    let seed = std::env::var("BOX_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed);
    println!("processes: seed {seed} (BOX_TEST_SEED)");
    let mut rng = fastrand::Rng::with_seed(seed);
    let rounds = [ROUNDS / 3, ROUNDS / 3, ROUNDS - 2 * (ROUNDS / 3)];
    let tallies: Vec<_> =
        MODES.iter().zip(rounds).map(|(mode, rounds)| kills(*mode, rounds, &mut rng)).collect();
    let [strict, same, distinct] = &tallies[..] else { unreachable!() };
    assert_eq!(same.lost + distinct.lost, 0, "nobody is logged out in the grace modes");
    let sum = |figure: fn(&Tally) -> usize| tallies.iter().map(figure).sum::<usize>();
    println!(
        "processes: {} kills, {} replays, 0 logged out (grace-same, grace-distinct), strict: {} lost and typed",
        sum(|tally| tally.kills),
        sum(|tally| tally.replays),
        strict.lost,
    );
    for tally in &tallies {
        assert!(tally.replays <= tally.kills, "{} replays, {} kills", tally.replays, tally.kills);
    }
    assert!(same.replays + distinct.replays > 0, "kills hit refreshes");
}

/// Processes work on one session. In each round the token ends, one process is killed at a random moment, and a fresh
/// one takes its place.
fn kills(mode: RefreshMode, rounds: usize, rng: &mut fastrand::Rng) -> Tally {
    let stage = Stage::new(mode);
    let delays = [("oauth.refresh".to_owned(), SLOW)];
    stage.server.control(|emulator| emulator.settings_mut().delays = delays.into());
    // Where Box forgives nothing, whoever finds the attempt of a dead process tries it once.
    let size = if mode == RefreshMode::Strict { 2 } else { 3 };
    let mut team = Worker::team(&stage.job, size);
    let mut tally = Tally::default();
    for round in 0..rounds {
        stage.server.control(|emulator| emulator.expire_tokens());
        let victim = rng.usize(..team.len());
        team.swap(0, victim);
        team.iter_mut().for_each(|worker| worker.begin(3));
        std::thread::sleep(Duration::from_micros(rng.u64(..2 * SLOW * 1000)));
        team.swap_remove(0).kill();
        tally.kills += 1;
        let failures: Vec<_> = team.iter().flat_map(|worker| worker.answer().failures).collect();
        if !failures.is_empty() {
            assert_eq!(mode, RefreshMode::Strict, "round {round}: {failures:?}");
            let typed = |failure: &Failure| failure.kind == "SessionLost" && failure.needs_sign_in;
            assert!(failures.iter().all(typed), "round {round}: {failures:?}");
            tally.lost += 1;
            stage.sign_in();
        }
        let mut fresh = Worker::start(&stage.job);
        fresh.ready();
        fresh.begin(1);
        let answer = fresh.answer();
        assert!(answer.failures.is_empty(), "{mode:?}, round {round}: {answer:?}");
        team.push(fresh);
    }
    tally.replays = stage.replays();
    // The file, its lock, and at most what the last one has left in mid-write.
    assert!(stage.folder.path().read_dir().unwrap().count() <= 3);
    tally
}
