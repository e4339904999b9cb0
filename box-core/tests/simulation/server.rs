//! A server that counts.

use std::{collections::VecDeque, fmt};

/// How the windows lie in which a server counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Windows {
    /// Each ends now.
    Sliding,
    /// They follow one another, as minutes do.
    Fixed,
}

impl fmt::Display for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sliding => "sliding",
            Self::Fixed => "fixed",
        })
    }
}

/// Counts the calls that it lets through, and refuses those beyond its limits.
#[derive(Clone, Debug)]
pub(super) struct Server {
    windows: Windows,
    /// Most calls in so many milliseconds, and when those in the window came.
    limits: Vec<(usize, u64, VecDeque<u64>)>,
}

impl Server {
    /// One that nobody called yet.
    pub(super) fn new(windows: Windows, limits: Vec<(usize, u64)>) -> Self {
        let limits = limits.into_iter().map(|(calls, per)| (calls, per, VecDeque::new())).collect();
        Self { windows, limits }
    }

    /// A call arrives: `None` if it is let through, else the seconds to wait.
    pub(super) fn refuses(&mut self, now: u64) -> Option<u64> {
        let mut wait = None;
        for (calls, per, came) in &mut self.limits {
            let ends = |at: u64| match self.windows {
                Windows::Sliding => at + *per,
                Windows::Fixed => (at / *per + 1) * *per,
            };
            while came.front().is_some_and(|first| ends(*first) <= now) {
                came.pop_front();
            }
            if let (Some(first), true) = (came.front(), came.len() >= *calls) {
                wait = wait.max(Some((ends(*first) - now).div_ceil(1000)));
            }
        }
        if wait.is_none() {
            self.limits.iter_mut().for_each(|(_, _, came)| came.push_back(now));
        }
        wait
    }
}
