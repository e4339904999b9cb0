//! Many workers, Box's limits and a network between them, on a virtual clock.
//!
//! Plain functions over the public API of box-core, so that they run wherever it does.
#![allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a simulation is a test")]

mod cases;
mod server;

use std::{cmp::Reverse, collections::BinaryHeap, fmt, ops::Range, time::Duration};

use box_core::{operation::RateClass, rng::Rng, time::Timestamp, traffic::Traffic};

pub use cases::{crowd, fleet, half, half_and_silent, published};
use server::{Server, Windows};

/// What is simulated. Times are in milliseconds.
#[derive(Clone, Debug)]
struct Setup {
    name: &'static str,
    class: RateClass,
    /// Most calls in a time, as the server enforces them.
    limits: Vec<(usize, u64)>,
    windows: Windows,
    /// Whether its refusals say how long to wait.
    says_when: bool,
    /// Each with traffic of its own; workers are dealt out among them.
    clients: Vec<Traffic>,
    /// Callers, each of which makes one call after another.
    workers: usize,
    /// The time that is counted.
    counted: Range<u64>,
    seed: u64,
    /// What must be reached at least, and refused at most, as [`Run`] has them.
    must: (u64, u64),
}

/// What came of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    name: &'static str,
    windows: Windows,
    workers: usize,
    must: (u64, u64),
    /// Calls that the server would have let through, and those that it did.
    allowed: u64,
    done: u64,
    refused: u64,
    /// The longest wait for leave to go, in milliseconds.
    pub longest: u64,
    /// The most times that a caller asked for it.
    pub asked: u32,
    /// Times and workers of all calls, as they went.
    pub order: Vec<(u64, usize)>,
}

impl Run {
    /// Calls that got through, of 10,000 that were allowed.
    pub fn reached(&self) -> u64 {
        self.done * 10_000 / self.allowed.max(1)
    }

    /// Calls that were refused, of 10,000 that were sent.
    pub fn refusals(&self) -> u64 {
        self.refused * 10_000 / (self.done + self.refused).max(1)
    }

    /// Whether it came out as it must.
    pub fn holds(&self) -> bool {
        self.reached() >= self.must.0 && self.refusals() <= self.must.1
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, workers, windows, .. } = self;
        let (reached, refusals) = (self.reached() / 10, self.refusals());
        write!(f, "limits: {name} {workers} workers ({windows} windows): ")?;
        write!(f, "{}.{} % of the allowed calls, ", reached / 10, reached % 10)?;
        write!(f, "{}.{:02} % 429", refusals / 100, refusals % 100)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A worker asks whether it may go.
    Ask,
    /// Its request arrives.
    Arrive,
    /// The reply is back: whether it was refused, and what it says to wait.
    Reply(Option<Option<u64>>),
}

/// A worker, while it waits for leave to go or for a reply.
#[derive(Clone, Copy, Debug)]
struct Worker {
    since: u64,
    asked: u32,
    /// How long the reply takes back.
    back: u64,
}

/// What will happen, in the order of time and then of planning.
#[derive(Debug, Default)]
struct Plan {
    events: BinaryHeap<Reverse<(u64, u64, usize, Step)>>,
    planned: u64,
}

impl Plan {
    fn add(&mut self, at: u64, worker: usize, step: Step) {
        self.planned += 1;
        self.events.push(Reverse((at, self.planned, worker, step)));
    }
}

/// When simulations begin: no window of a server begins with them.
const START: u64 = 1_700_000_012_345;

/// Runs a simulation from its beginning to its end.
fn run(setup: &Setup) -> Run {
    let Setup { counted, class, .. } = setup;
    let mut rng = Rng::new(setup.seed);
    let mut upto = |limit: u64| rng.below(Duration::from_millis(limit)).as_millis() as u64;
    let mut server = Server::new(setup.windows, setup.limits.clone());
    let mut plan = Plan::default();
    let mut workers = vec![Worker { since: START, asked: 0, back: 0 }; setup.workers];
    for worker in 0..setup.workers {
        plan.add(START, worker, Step::Ask);
    }
    let time = counted.end - counted.start;
    let mut run = Run {
        name: setup.name,
        windows: setup.windows,
        workers: setup.workers,
        must: setup.must,
        allowed: setup.limits.iter().map(|(calls, per)| *calls as u64 * time / per).min().unwrap_or(0),
        done: 0,
        refused: 0,
        longest: 0,
        asked: 0,
        order: Vec::new(),
    };
    while let Some(Reverse((at, _, number, step))) = plan.events.pop() {
        if at >= START + counted.end {
            break;
        }
        let counts = u64::from(at >= START + counted.start);
        let (now, traffic) = (Timestamp(at), &setup.clients[number % setup.clients.len()]);
        let worker = &mut workers[number];
        match step {
            Step::Ask => {
                worker.asked += 1;
                if let Some(later) = traffic.admit(now, *class, "") {
                    assert!(later > now, "{}: a time that has passed", setup.name);
                    // No timer is exact.
                    plan.add(later.0 + upto(4), number, Step::Ask);
                    continue;
                }
                run.order.push((at - START, number));
                run.longest = run.longest.max(at - worker.since);
                run.asked = run.asked.max(worker.asked);
                let took = 20 + upto(380);
                let there = upto(took);
                worker.back = took - there;
                plan.add(at + there, number, Step::Arrive);
            }
            Step::Arrive => {
                let refusal = server.refuses(at).map(|wait| setup.says_when.then_some(wait));
                plan.add(at + worker.back, number, Step::Reply(refusal));
            }
            Step::Reply(refusal) => {
                match refusal {
                    None => {
                        run.done += counts;
                        traffic.succeeded();
                    }
                    Some(wait) => {
                        run.refused += counts;
                        traffic.refused(now, *class, "", wait.map(Duration::from_secs));
                    }
                }
                *worker = Worker { since: at, asked: 0, back: 0 };
                plan.add(at, number, Step::Ask);
            }
        }
    }
    run
}
