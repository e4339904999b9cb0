//! What is simulated: ten minutes each, on a server whose windows slide and on one whose windows follow one another.

use box_core::{
    operation::RateClass,
    traffic::{RateLimits, RetryBudget, Traffic},
};

use super::{
    Run, Setup, run,
    server::Windows::{self, Fixed, Sliding},
};

const MINUTE: u64 = 60_000;

/// Clients of a fleet.
fn clients(number: u32) -> Vec<Traffic> {
    let limits = RateLimits::default().share(number);
    (0..number).map(|_| Traffic::new(limits, RetryBudget::default())).collect()
}

fn setup(
    name: &'static str,
    class: RateClass,
    limits: &[(usize, u64)],
    windows: Windows,
    seed: u64,
) -> Setup {
    Setup {
        name,
        class,
        limits: limits.to_vec(),
        windows,
        says_when: true,
        clients: clients(1),
        workers: 50,
        counted: 0..10 * MINUTE,
        seed,
        must: (9500, 100),
    }
}

/// Each class, on a server that enforces what Box publishes.
pub fn published(seed: u64) -> Vec<Run> {
    let classes: [(_, _, &[_]); 4] = [
        ("api", RateClass::Api, &[(1000, MINUTE)]),
        ("upload", RateClass::Upload, &[(240, MINUTE)]),
        ("search", RateClass::Search, &[(6, 1000), (60, MINUTE)]),
        ("sign", RateClass::Sign, &[(100, MINUTE)]),
    ];
    let both = classes.into_iter().flat_map(|class| [(class, Sliding), (class, Fixed)]);
    both.map(|((name, class, limits), windows)| run(&setup(name, class, limits, windows, seed))).collect()
}

fn api(name: &'static str, calls: usize, windows: Windows, seed: u64) -> Setup {
    setup(name, RateClass::Api, &[(calls, MINUTE)], windows, seed)
}

/// Four clients that know nothing of each other, each with its share.
pub fn fleet(seed: u64) -> Vec<Run> {
    let fleet =
        |windows| run(&Setup { clients: clients(4), ..api("api, a fleet of 4,", 1000, windows, seed) });
    [Sliding, Fixed].map(fleet).into()
}

/// More workers than calls that are allowed in a minute.
pub fn crowd(seed: u64) -> Vec<Run> {
    let crowd = |windows| run(&Setup { workers: 1500, ..api("api", 1000, windows, seed) });
    [Sliding, Fixed].map(crowd).into()
}

/// A server that allows half of what it should: from its first refusals, and then from them on.
///
/// The first refusals are those of the workers whose calls are under way when there is the first.
pub fn half(seed: u64) -> Vec<Run> {
    let half = |windows| {
        let whole = Setup { must: (9500, 150), ..api("api, half allowed,", 500, windows, seed) };
        let later = Setup { counted: MINUTE..10 * MINUTE, must: (9500, 100), ..whole.clone() };
        let later = Setup { name: "api, half allowed, after a minute,", clients: clients(1), ..later };
        [run(&whole), run(&later)]
    };
    [Sliding, Fixed].map(half).concat()
}

/// The same, and its refusals don't say for how long: that costs calls, but there are few refusals.
pub fn half_and_silent(seed: u64) -> Vec<Run> {
    let half = |windows| {
        let setup = api("api, half allowed, no retry-after,", 500, windows, seed);
        run(&Setup { says_when: false, must: (6000, 300), ..setup })
    };
    [Sliding, Fixed].map(half).into()
}
