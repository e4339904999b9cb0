//! What the calls of a client share: a budget of retries, limits of rate, and one renewal of the token.

use std::time::Duration;

use box_core::traffic::{RateLimits, RetryBudget, Traffic};
use box_emulator::Fault;

use super::{Play, SECOND};
use crate::client::Client;

fn with_reserve(reserve: u32) -> Traffic {
    let mut budget = RetryBudget::default();
    budget.reserve = reserve;
    Traffic::new(RateLimits::none(), budget)
}

/// When the budget is used up, calls fail after their first try.
pub fn an_exhausted_budget_ends_retries() {
    let play = Play::with(1, |config| config.traffic = with_reserve(3));
    let play = play.fails(Fault::status("folders.get", 503).times(1000));
    for _ in 0..20 {
        assert_eq!(play.ends(play.read()).unwrap_err().status(), Some(503));
    }
    assert_eq!(play.requests("folders.get"), 23);
}

/// A storm of calls before a service that is down doesn't multiply its traffic.
pub fn a_storm_does_not_multiply_traffic() {
    let play = Play::with(1, |config| config.traffic = with_reserve(50));
    let play = play.fails(Fault::status("folders.get", 503).times(100_000));
    let ended = many(&play, 400);
    assert!(ended.iter().all(Result::is_err));
    assert_eq!(play.requests("folders.get"), 450);
}

/// However many calls meet an ended token, it is renewed once.
pub fn one_renewal_serves_all() {
    let play = Play::new();
    play.emulator(|emulator| emulator.expire_tokens());
    assert!(many(&play, 50).iter().all(Result::is_ok));
    assert_eq!(play.requests("oauth.token"), 1);
    assert_eq!(play.requests("folders.get"), 100);
}

/// The limits that Box publishes are kept by waiting, so Box has nothing to refuse.
pub fn limits_of_rate_are_kept() {
    let play = Play::with(1, |config| {
        config.traffic = Traffic::new(RateLimits::default(), RetryBudget::default());
    });
    play.emulator(|emulator| emulator.settings_mut().rate_limits = true);
    assert!(many(&play, 1500).iter().all(Result::is_ok));
    assert_eq!(play.emulator(|emulator| emulator.counters().statuses("folders.get", 429)), 0);
    let took = play.took();
    assert!(took >= 59 * SECOND && took <= Duration::from_secs(120), "{took:?}");
}

/// Makes so many calls at once.
fn many(play: &Play, calls: usize) -> Vec<Result<(), box_core::error::Error>> {
    let call = |client: Client| {
        let draft = play.read();
        async move { client.reply(draft, box_core::options::CallOptions::default()).await.map(drop) }
    };
    let calls = (0..calls).map(|_| call(play.client.clone())).collect();
    play.clock().run(play.clock().all(calls)).expect("they end")
}
