//! Limits of rate and of retries, in simulation.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test shows its figures"
)]

pub mod simulation;

use std::time::Duration;

use box_core::{
    operation::RateClass,
    rng::Rng,
    time::Timestamp,
    traffic::{Rate, RateLimits, RetryBudget, Traffic},
};
use simulation::Run;

/// They are printed, and each comes out as it must.
fn hold(runs: Vec<Run>) {
    for run in runs {
        println!("{run}");
        assert!(run.holds(), "{run}");
    }
}

#[test]
fn workers_reach_what_box_allows() {
    (1..=3).for_each(|seed| hold(simulation::published(seed)));
}

#[test]
fn a_fleet_reaches_what_box_allows() {
    (1..=3).for_each(|seed| hold(simulation::fleet(seed)));
}

#[test]
fn refusals_teach() {
    (1..=3).for_each(|seed| hold(simulation::half(seed)));
    hold(simulation::half_and_silent(1));
}

#[test]
fn nobody_starves_in_a_crowd() {
    for run in simulation::crowd(1) {
        // A turn comes every 91 seconds. Whose seat was taken by another at its very moment goes to the end of the line.
        println!("{run}; the longest wait was {} s, for {} answers", run.longest / 1000, run.asked);
        assert!(run.holds() && run.longest < 300_000 && run.asked <= 4, "{run}");
    }
}

#[test]
fn the_same_seed_gives_the_same_order() {
    let orders = |seed| simulation::half(seed).into_iter().map(|run| run.order).collect::<Vec<_>>();
    assert_eq!(orders(7), orders(7));
    assert_ne!(orders(7), orders(8));
}

fn api(limits: RateLimits) -> Traffic {
    Traffic::new(limits, RetryBudget::default())
}

#[test]
fn a_burst_goes_at_once_and_the_rest_is_spread() {
    let now = Timestamp(1_000_000);
    let traffic = api(RateLimits::default());
    let go = |at: Timestamp, subject: &str| traffic.admit(at, RateClass::Api, subject);
    assert!((0..1000).all(|_| go(now, "1").is_none()));
    let told: Vec<_> = (0..500).map(|_| go(now, "1").unwrap()).collect();
    assert!(told.iter().all(|at| (60_000..92_000).contains(&(at.0 - now.0))));
    assert!(told.windows(2).all(|two| (60..70).contains(&(two[1].0 - two[0].0))), "{told:?}");
    // It is nobody else's limit.
    assert_eq!(go(now, "2"), None);
    assert_eq!(traffic.admit(now, RateClass::Upload, "1"), None);
    // Who was told a time goes when it comes, and who comes in between waits behind.
    for at in told {
        assert!(go(Timestamp(at.0 - 1), "1").unwrap() > at);
        assert_eq!(go(at, "1"), None);
    }
}

#[test]
fn after_a_refusal_nobody_goes_until_it_says() {
    let now = Timestamp(1_000_000);
    let traffic = api(RateLimits::default());
    let go = |at: u64| traffic.admit(now + Duration::from_millis(at), RateClass::Api, "");
    assert_eq!(go(0), None);
    traffic.refused(now, RateClass::Api, "", Some(Duration::from_secs(30)));
    let later = go(0).unwrap();
    assert!(later >= now + Duration::from_secs(30));
    assert_eq!(traffic.admit(now, RateClass::Upload, ""), None);
    assert!(go(29_999).unwrap() > later);
    // One after another goes at half the pace, and soon as before.
    let gone = |from: u64| {
        let (mut at, mut gone) = (from, 0);
        while at < from + 5000 {
            match go(at) {
                None => gone += 1,
                Some(later) => at = later.since(now).as_millis() as u64,
            }
        }
        gone
    };
    let (slow, fast) = (gone(30_400), gone(120_000));
    assert!((40..50).contains(&slow) && fast >= 1000 - slow, "{slow} {fast}");
}

#[test]
fn a_clock_that_was_set_back_stops_nobody() {
    let traffic = api(RateLimits::default());
    let go = |at: u64| traffic.admit(Timestamp(at), RateClass::Sign, "");
    assert!((0..100).all(|_| go(10_000_000).is_none()));
    // Threads may meet in another order than they read the clock.
    assert!(go(9_999_990).is_some());
    assert_eq!(go(1_000_000), None);
    assert_eq!(go(u64::MAX), None);
    assert_eq!(go(0), None);
}

/// The most calls in any window.
fn most(gone: &[u64], per: u64) -> usize {
    let within = |first: usize| gone[first..].iter().take_while(|at| **at < gone[first] + per).count();
    (0..gone.len()).map(within).max().unwrap_or(0)
}

#[test]
fn no_window_holds_more_than_its_limit() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let mut upto = |most: u64| rng.below(Duration::from_millis(most)).as_millis() as u64;
        let rates =
            [0, 1].map(|_| Rate { calls: 1 + upto(40) as u32, per: Duration::from_millis(1 + upto(9000)) });
        let mut limits = RateLimits::none();
        limits.search = rates;
        let traffic = api(limits);
        // Callers come in bursts, come back when told, early or late, or not at all; and now and then one is refused.
        let (mut now, mut gone, mut waiting) = (5_000, Vec::new(), Vec::new());
        for _ in 0..4000 {
            now += if upto(9) == 0 { upto(3000) } else { upto(20) };
            waiting.sort_unstable();
            if waiting.first().is_some_and(|told| *told <= now) {
                waiting.remove(0);
            }
            match traffic.admit(Timestamp(now), RateClass::Search, "") {
                Some(later) => {
                    assert!(later.0 > now);
                    if upto(3) > 0 {
                        waiting.push(later.0 + upto(50));
                    }
                }
                None => gone.push(now),
            }
            if upto(400) == 0 {
                let wait = (upto(1) == 0).then(|| Duration::from_millis(upto(2000)));
                traffic.refused(Timestamp(now), RateClass::Search, "", wait);
            }
        }
        assert!(gone.len() > 20, "{seed} {rates:?}: {}", gone.len());
        for rate in rates {
            let most = most(&gone, rate.per.as_millis() as u64);
            assert!(most <= rate.calls as usize, "{seed} {rates:?}: {most}");
        }
    }
}

#[test]
fn retries_stay_within_the_budget() {
    for seed in 0..200 {
        let mut rng = Rng::new(seed);
        let mut upto = |most: u64| rng.below(Duration::from_millis(most)).as_millis() as u64;
        let mut budget = RetryBudget::default();
        if seed > 0 {
            (budget.reserve, budget.successes_per_retry) = (upto(50) as u32, upto(9) as u32);
        }
        let traffic = Traffic::new(RateLimits::none(), budget);
        let clone = traffic.clone();
        let (mut retries, mut successes, often) = (0, 0, upto(10));
        for _ in 0..2000 {
            if upto(10) < often {
                clone.succeeded();
                successes += 1;
            } else if traffic.may_retry() {
                retries += 1;
            }
            let most = u64::from(budget.reserve) + successes / u64::from(budget.successes_per_retry.max(1));
            assert!(retries <= most, "{seed} {budget:?}: {retries} of {most}");
        }
    }
}
