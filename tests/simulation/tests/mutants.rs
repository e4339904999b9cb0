//! Sessions that are wrong on purpose: the simulation must notice.

use std::io::{Write, stderr};

use box_core::session::Mutant;
use box_simulation::campaign;

/// Within so many seeds.
const SEEDS: u64 = 10_000;

#[test]
fn every_mutant_is_caught() {
    for mutant in Mutant::ALL {
        let Err(outcome) = campaign::run(SEEDS, Some(mutant)) else {
            panic!("{mutant:?} is not caught within {SEEDS} seeds");
        };
        let property = outcome.broken.as_ref().map_or("nothing", |(property, _)| property);
        let _ =
            writeln!(stderr(), "simulation: mutant {mutant:?} caught at seed {} by {property}", outcome.seed);
        // It is the mutant that breaks it, not the seed.
        assert!(campaign::replay(outcome.seed, None).broken.is_none(), "{outcome}");
    }
}
