//! Hosts that share a Redis server, which runs for real; here they are processes.
#![cfg(all(feature = "redis", unix))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod redis_server;
mod support;
mod worker;

use std::time::Duration;

use box_emulator::RefreshMode;
use box_native::{
    ErrorKind, Tokens,
    store::{Expected, Locked, RedisStore, TokenStore as _},
};
use redis_server::RedisServer;
use rustix::process::{Pid, Signal, kill_process};
use support::{soon, until};
use worker::{Answer, Failure, MODES, Stage, StoreAt, Worker};

const GRACE: [RefreshMode; 2] = [RefreshMode::GraceSame, RefreshMode::GraceDistinct];

/// Hosts that share a session.
const TEAM: usize = 8;

/// A lease that runs out soon, in milliseconds, but not where a process is only held up by others.
const LEASE: u64 = 600;

const LIMIT: Duration = Duration::from_secs(20);

/// The processes of these tests.
#[test]
fn worker() {
    worker::run();
}

/// A stage whose tokens are in this server.
fn stage(mode: RefreshMode, redis: &RedisServer) -> Stage {
    let key = format!("tokens-{mode:?}");
    Stage::new(mode, StoreAt::Redis { url: redis.url(), key, lease_ms: LEASE })
}

#[test]
fn eight_hosts_share_one_refresh_also_when_the_server_has_lost_everything() {
    let mut redis = RedisServer::start();
    for mode in MODES {
        let stage = stage(mode, &redis);
        stage.end_token();
        let mut team = Worker::team(&stage.job, TEAM);
        stage.share_one_refresh(&mut team, 25);
        stage.refuse_token();
        redis.restart_empty();
        stage.share_one_refresh(&mut team, 25);
        drop(team);
        // What they have stored is found by another.
        stage.server.control(|emulator| emulator.reset_counters());
        let answer = Worker::team(&stage.job, 1)[0].calls(1);
        assert_eq!((answer.succeeded, stage.refreshes()), (1, 0), "{answer:?}");
    }
    println!("redis: {TEAM} x 25 calls, 1 refresh, 0 failed; the same after a restart without data");
}

#[test]
fn a_server_that_dies_in_mid_refresh_logs_nobody_out() {
    let mut redis = RedisServer::start();
    for mode in GRACE {
        let stage = stage(mode, &redis);
        stage.slow(300);
        let mut team = Worker::team(&stage.job, TEAM);
        for worker in &mut team {
            assert_eq!(worker.calls(1).succeeded, 1, "it knows the tokens from now on");
        }
        stage.refuse_token();
        team.iter_mut().for_each(|worker| worker.begin(5));
        stage.runtime.block_on(until("the refresh", || stage.refreshes() > 0));
        let generation = stage.tokens().generation;
        redis.restart_empty();
        for worker in &team {
            let answer = worker.answer();
            assert_eq!((answer.succeeded, answer.failures.len()), (5, 0), "{mode:?}: {answer:?}");
        }
        assert_eq!(stage.tokens().generation, generation + 1, "{mode:?}: one of two answers counts");
        stage.refuse_token();
        stage.share_one_refresh(&mut team, 5);
    }
    println!("redis: killed in mid-refresh and restarted empty, 0 logged out (grace-same, grace-distinct)");
}

/// Lets a process refresh, stops it before it sees Box's answer, and lets another work that takes its lease over. What
/// comes of the calls of both, and what was stored before the first went on.
fn take_over(stage: &Stage, redis: &RedisServer, team: &mut [Worker]) -> ([Answer; 2], Tokens) {
    stage.slow(200);
    stage.refuse_token();
    let [one, other] = team else { panic!("two of them") };
    one.begin(5);
    stage.runtime.block_on(until("the refresh", || stage.refreshes() > 0));
    let first = Pid::from_raw(i32::try_from(one.id()).unwrap()).unwrap();
    kill_process(first, Signal::STOP).unwrap();
    redis.let_attempts_end(stage.tokens_key());
    let second = other.calls(5);
    let stored = stage.tokens();
    kill_process(first, Signal::CONT).unwrap();
    ([one.answer(), second], stored)
}

#[test]
fn a_holder_whose_lease_was_taken_writes_nothing_and_takes_over_what_is_there() {
    let redis = RedisServer::start();
    for mode in GRACE {
        let stage = stage(mode, &redis);
        let mut team = Worker::team(&stage.job, 2);
        let generation = stage.tokens().generation;
        let (answers, stored) = take_over(&stage, &redis, &mut team);
        assert_eq!([answers[0].succeeded, answers[1].succeeded], [5, 5], "{mode:?}: {answers:?}");
        assert_eq!(stage.tokens(), stored, "{mode:?}: the first has written nothing");
        assert_eq!((stored.generation, stored.intent), (generation + 1, None), "{mode:?}");
        assert_eq!((stage.refreshes(), stage.replays()), (2, 1), "{mode:?}");
        stage.refuse_token();
        stage.share_one_refresh(&mut team, 5);
    }
    println!("redis: a lease taken in mid-refresh: the stale writer refused, 1 generation");
}

#[test]
fn a_holder_that_was_taken_for_dead_brings_the_session_back_where_box_forgives_nothing() {
    let redis = RedisServer::start();
    let stage = stage(RefreshMode::Strict, &redis);
    let mut team = Worker::team(&stage.job, 2);
    let generation = stage.tokens().generation;
    let ([first, second], stored) = take_over(&stage, &redis, &mut team);
    assert!(second.failures.iter().all(|failure| failure.kind == "SessionLost"), "{second:?}");
    assert_eq!((first.succeeded, second.failures.len()), (5, 5), "{first:?} {second:?}");
    assert_eq!((stored.generation, stage.tokens().generation), (generation, generation + 1));
    let again = team[1].calls(5);
    assert_eq!((again.succeeded, stage.refreshes()), (5, 2), "{again:?}");
    println!("redis: a holder taken for dead brings a strict session back");
}

#[test]
fn no_kill_of_a_host_logs_anybody_out() {
    const ROUNDS: [u64; 3] = [10, 20, 20];
    const SLOW: u64 = 25;
    let redis = RedisServer::start();
    let (mut kills, mut replays, mut lost) = (0, 0, 0);
    for (mode, rounds) in MODES.into_iter().zip(ROUNDS) {
        let stage = stage(mode, &redis);
        stage.slow(SLOW);
        let mut rng = fastrand::Rng::with_seed(rounds);
        let mut team = Worker::team(&stage.job, if mode == RefreshMode::Strict { 2 } else { 3 });
        for round in 0..rounds {
            stage.server.control(|emulator| emulator.expire_tokens());
            let victim = rng.usize(..team.len());
            team.swap(0, victim);
            team.iter_mut().for_each(|worker| worker.begin(3));
            std::thread::sleep(Duration::from_micros(rng.u64(..2 * SLOW * 1000)));
            team.swap_remove(0).kill();
            redis.let_attempts_end(stage.tokens_key());
            let failures: Vec<_> = team.iter().flat_map(|worker| worker.answer().failures).collect();
            if !failures.is_empty() {
                assert_eq!(mode, RefreshMode::Strict, "round {round}: {failures:?}");
                let typed = |failure: &Failure| failure.kind == "SessionLost" && failure.needs_sign_in;
                assert!(failures.iter().all(typed), "round {round}: {failures:?}");
                lost += 1;
                stage.sign_in();
            }
            let fresh = Worker::team(&stage.job, 1).remove(0);
            team.push(fresh);
            let answer = team.last_mut().unwrap().calls(1);
            assert!(answer.failures.is_empty(), "{mode:?}, round {round}: {answer:?}");
        }
        assert!(stage.replays() <= rounds, "{mode:?}: {} replays", stage.replays());
        kills += rounds;
        replays += stage.replays();
    }
    println!(
        "redis: {kills} kills, {replays} replays, 0 logged out (grace-same, grace-distinct), strict: {lost} lost and \
         typed"
    );
}

#[tokio::test]
async fn fences_grow_and_keep_out_who_comes_too_late() {
    let mut redis = RedisServer::start();
    let store = || RedisStore::new(&redis.url(), "t").unwrap().with_lease(Duration::from_secs(60));
    let [one, two, three] = [store(), store(), store()];
    let tokens = redis_server::tokens(1);
    let first = one.lock(LIMIT).await.unwrap();
    assert_eq!(first.held(), Locked::Free);
    one.store(Expected::new(0, first.fence()), tokens.clone()).await.unwrap();
    one.store(Expected::new(0, first.fence()), tokens.clone()).await.expect("the same again");
    assert_eq!(two.lock(Duration::from_millis(30)).await.unwrap().held(), Locked::TimedOut);

    redis.set("t", "until", "1");
    let second = two.lock(LIMIT).await.unwrap();
    assert_eq!(second.held(), Locked::TakenOver);
    assert!(second.fence() > first.fence());
    let next = redis_server::tokens(2);
    let late = one.store(Expected::new(1, first.fence()), next.clone()).await.unwrap_err();
    assert_eq!(late.code(), Some("generation_conflict"), "{late:?}");
    let wrong = two.store(Expected::new(7, second.fence()), next.clone()).await.unwrap_err();
    assert_eq!(wrong.code(), Some("generation_conflict"), "{wrong:?}");
    two.store(Expected::new(1, second.fence()), next.clone()).await.unwrap();
    assert_eq!(one.load().await.unwrap(), Some(next));
    // What isn't its own any more can't be given back.
    drop(first);
    assert_eq!(three.lock(Duration::from_millis(100)).await.unwrap().held(), Locked::TimedOut);
    let fence = second.fence();
    drop(second);
    let third = soon("the lease", three.lock(LIMIT)).await.unwrap();
    assert_eq!(third.held(), Locked::TakenOver, "the first may still be at work");
    assert!(third.fence() > fence);
    drop(third);
    redis.set("t", "contested", "1");
    let third = soon("the lease", three.lock(LIMIT)).await.unwrap();
    assert_eq!(third.held(), Locked::Free);

    redis.restart_empty();
    assert_eq!(one.load().await.unwrap(), None);
    let stale = three.store(Expected::new(0, third.fence()), tokens.clone()).await.unwrap_err();
    assert_eq!(stale.code(), Some("generation_conflict"), "{stale:?}");
    let fourth = soon("the lease", one.lock(LIMIT)).await.unwrap();
    assert!(fourth.fence() > third.fence(), "fences outlive the data");
    one.store(Expected::new(0, fourth.fence()), tokens.clone()).await.unwrap();
    let beside = one.beside("somebody").unwrap();
    assert_eq!(beside.load().await.unwrap(), None);
    one.clear().await.unwrap();
    assert_eq!(one.load().await.unwrap(), None);
}

#[tokio::test]
async fn a_lease_is_renewed_for_as_long_as_its_holder_lives() {
    let redis = RedisServer::start();
    let store = RedisStore::new(&redis.url(), "t").unwrap().with_lease(Duration::from_secs(1));
    let held = store.lock(LIMIT).await.unwrap();
    assert_eq!(store.lock(Duration::from_millis(2500)).await.unwrap().held(), Locked::TimedOut);
    drop(held);
    assert_eq!(soon("the lease", store.lock(LIMIT)).await.unwrap().held(), Locked::Free);
}

#[tokio::test]
async fn errors_are_typed_and_tell_neither_address_nor_record() {
    let redis = RedisServer::start();
    let store = RedisStore::new(&redis.url(), "t").unwrap();
    redis.set("t", "record", "s3cret-token");
    let url = redis.url().replace("redis://", "redis://:s3cret@");
    let refused = RedisStore::new(&url, "t").unwrap();
    let gone = RedisStore::new("redis://:s3cret@127.0.0.1:1/0", "t").unwrap();
    for (store, part) in [(store, "t holds no tokens"), (refused, "Redis"), (gone, "Redis")] {
        let error = soon("the error", store.load()).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?} {store:?}", std::error::Error::source(&error));
        assert_eq!(error.kind(), ErrorKind::Session, "{shown}");
        assert!(shown.contains(part) && !shown.contains("s3cret"), "{shown}");
    }
    let error = RedisStore::new("s3cret", "t").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
}
