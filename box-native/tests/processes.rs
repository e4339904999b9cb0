//! Processes that share a file, and die in the middle of what they do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;
mod worker;

use std::time::{Duration, UNIX_EPOCH};

use box_emulator::RefreshMode;
use worker::{Failure, MODES, Stage, StoreAt, Worker};

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

/// A stage whose tokens are in a file of this folder.
fn stage(mode: RefreshMode, folder: &tempfile::TempDir) -> Stage {
    Stage::new(mode, StoreAt::File(folder.path().join("tokens.json")))
}

#[test]
fn eight_processes_share_one_refresh_in_every_mode() {
    for mode in MODES {
        let folder = tempfile::tempdir().unwrap();
        let stage = stage(mode, &folder);
        stage.end_token();
        let mut team = Worker::team(&stage.job, TEAM);
        stage.share_one_refresh(&mut team, 25);
        stage.refuse_token();
        stage.share_one_refresh(&mut team, 25);
    }
    println!("processes: {TEAM} x 25 calls, 1 refresh, 0 failed");
}

/// What the rounds of a mode came to.
#[derive(Default)]
struct Tally {
    kills: u64,
    replays: u64,
    lost: u64,
}

#[test]
fn no_kill_logs_anybody_out() {
    let seed = UNIX_EPOCH.elapsed().unwrap().subsec_nanos().into();
    let seed = std::env::var("BOX_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed);
    println!("processes: seed {seed} (BOX_TEST_SEED)");
    let mut rng = fastrand::Rng::with_seed(seed);
    let rounds = [ROUNDS / 3, ROUNDS / 3, ROUNDS - 2 * (ROUNDS / 3)];
    let tallies: Vec<_> =
        MODES.iter().zip(rounds).map(|(mode, rounds)| kills(*mode, rounds, &mut rng)).collect();
    let [strict, same, distinct] = &tallies[..] else { unreachable!() };
    assert_eq!(same.lost + distinct.lost, 0, "nobody is logged out in the grace modes");
    let sum = |figure: fn(&Tally) -> u64| tallies.iter().map(figure).sum::<u64>();
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
    let folder = tempfile::tempdir().unwrap();
    let stage = stage(mode, &folder);
    stage.slow(SLOW);
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
    assert!(folder.path().read_dir().unwrap().count() <= 3);
    tally
}
