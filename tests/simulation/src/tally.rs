//! What came of a seed, and of many.

use std::{fmt, ops::AddAssign};

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events.
    pub steps: u64,
    /// Requests that presented a refresh token.
    pub refreshes: u64,
    /// Those with a refresh token that had been presented before.
    pub replays: u64,
    /// Clients that died.
    pub crashes: u64,
    /// Token requests or replies that got lost.
    pub lost: u64,
    /// Locks that were taken from others.
    pub takeovers: u64,
    /// How often a client was told that a session is lost, where Box has no grace.
    pub sessions_lost: u64,
    /// The longest wait of a caller, in milliseconds.
    pub longest_wait: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.refreshes += other.refreshes;
        self.replays += other.replays;
        self.crashes += other.crashes;
        self.lost += other.lost;
        self.takeovers += other.takeovers;
        self.sessions_lost += other.sessions_lost;
        self.longest_wait = self.longest_wait.max(other.longest_wait);
    }
}

/// What came of a seed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// How often what happened.
    pub tally: Tally,
    /// The property that was broken, and how.
    pub broken: Option<(&'static str, String)>,
    /// Stands for all that happened, in its order.
    pub hash: u64,
    /// The last events, if they were asked for.
    pub trace: Vec<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.trace {
            writeln!(f, "{line}")?;
        }
        match &self.broken {
            Some((property, how)) => write!(f, "seed {} breaks {property}: {how}", self.seed),
            None => write!(f, "seed {} holds", self.seed),
        }
    }
}
