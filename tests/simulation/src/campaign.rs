//! Many seeds, on all processors.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use box_core::session::Mutant;

use crate::{
    tally::{Outcome, Tally},
    world::World,
};

/// Lines of a trace that are shown of a seed that fails.
const LINES: usize = 40;

/// Carries one seed out, and keeps its whole trace.
pub fn replay(seed: u64, mutant: Option<Mutant>) -> Outcome {
    World::run(seed, mutant, usize::MAX)
}

/// What came of many seeds: their sum, or the first of them that breaks a property, with the end of its trace.
///
/// # Errors
/// The outcome of the least seed that breaks a property.
pub fn run(seeds: u64, mutant: Option<Mutant>) -> Result<Tally, Box<Outcome>> {
    let (next, stop) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let sum = Mutex::new(Tally::default());
    let work = || {
        let mut tally = Tally::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds || seed > stop.load(Ordering::Relaxed) {
                break;
            }
            let outcome = World::run(seed, mutant, 0);
            tally += outcome.tally;
            if outcome.broken.is_some() {
                stop.fetch_min(seed, Ordering::Relaxed);
            }
        }
        *sum.lock().unwrap_or_else(PoisonError::into_inner) += tally;
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    match stop.into_inner() {
        u64::MAX => Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner)),
        seed => Err(Box::new(World::run(seed, mutant, LINES))),
    }
}
