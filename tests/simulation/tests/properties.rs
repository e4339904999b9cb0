//! All properties, over many seeds. `BOX_SIMULATION_SEED=<n>` replays one, `BOX_SIMULATION_SEEDS=<count>` runs more.

use std::{
    io::{Write, stderr},
    time::Instant,
};

use box_simulation::campaign;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// At the margin, also where the harness captures what tests print.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

#[test]
fn whatever_goes_wrong_the_properties_hold() {
    if let Some(seed) = number("BOX_SIMULATION_SEED") {
        let outcome = campaign::replay(seed, None);
        say(&outcome.to_string());
        assert!(outcome.broken.is_none(), "seed {seed}");
        return;
    }
    let usual = if cfg!(debug_assertions) { 2_000 } else { 100_000 };
    let seeds = number("BOX_SIMULATION_SEEDS").unwrap_or(usual);
    let start = Instant::now();
    let tally = campaign::run(seeds, None).unwrap_or_else(|outcome| {
        panic!("{outcome}\nBOX_SIMULATION_SEED={} shows all of it", outcome.seed);
    });
    // All that can go wrong has gone wrong.
    let met = [tally.replays, tally.crashes, tally.lost, tally.takeovers, tally.sessions_lost];
    assert!(met.iter().all(|times| *times > 0), "{tally:?}");
    say(&format!(
        "simulation: {seeds} seeds in {:.1} s: {} steps, {} refreshes ({} replayed), {} crashes, {} lost replies, {} takeovers, \
         {} sessions lost in strict, longest wait {} s; 8 properties hold",
        start.elapsed().as_secs_f64(),
        tally.steps,
        tally.refreshes,
        tally.replays,
        tally.crashes,
        tally.lost,
        tally.takeovers,
        tally.sessions_lost,
        tally.longest_wait / 1000,
    ));
}

#[test]
fn a_seed_decides_everything() {
    for seed in 0..50 {
        let (once, again) = (campaign::replay(seed, None), campaign::replay(seed, None));
        assert_eq!(once.hash, again.hash, "seed {seed}");
        assert_eq!(once.trace, again.trace, "seed {seed}");
    }
}
