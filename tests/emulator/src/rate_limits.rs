//! Box's published limits of rate, which count by user over a sliding time.

use std::collections::{BTreeMap, VecDeque};

use crate::{Failure, Host, Route, world::UserId};

/// Which of the limits a request counts towards; each counts towards one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Api,
    Upload,
    Search,
}

struct Limit {
    requests: usize,
    millis: u64,
    /// Counted over the enterprise instead of by user.
    shared: bool,
}

const fn limit(requests: usize, seconds: u64, shared: bool) -> Limit {
    Limit { requests, millis: seconds * 1000, shared }
}

impl Class {
    fn of(route: &Route) -> Option<Self> {
        match (route.id, route.host) {
            ("search.query", _) => Some(Self::Search),
            (_, Host::Api) => Some(Self::Api),
            (_, Host::Upload) => Some(Self::Upload),
            _ => None,
        }
    }

    fn limits(self) -> &'static [Limit] {
        const API: &[Limit] = &[limit(1000, 60, false)];
        const UPLOAD: &[Limit] = &[limit(240, 60, false)];
        const SEARCH: &[Limit] = &[limit(6, 1, false), limit(60, 60, false), limit(12, 1, true)];
        match self {
            Self::Api => API,
            Self::Upload => UPLOAD,
            Self::Search => SEARCH,
        }
    }
}

/// When requests of the last minute came, by class and user. Those that were refused don't count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rates(BTreeMap<(Class, UserId), VecDeque<u64>>);

const LONGEST: u64 = 60_000;

impl Rates {
    /// Counts a request in, or says when the next one may come.
    pub(crate) fn admit(&mut self, now: u64, route: &Route, user: UserId) -> Result<(), Failure> {
        let Some(class) = Class::of(route) else {
            return Ok(());
        };
        let free_at =
            class.limits().iter().filter_map(|limit| self.full_until(now, class, user, limit)).max();
        if let Some(free_at) = free_at {
            let seconds = free_at.saturating_sub(now).div_ceil(1000).max(1);
            let message = "Request rate limit exceeded, please try again later";
            let failure = Failure::new(429, "rate_limit_exceeded", message);
            return Err(failure.with_header("retry-after", seconds.to_string()));
        }
        let times = self.0.entry((class, user)).or_default();
        while times.front().is_some_and(|time| time.saturating_add(LONGEST) <= now) {
            times.pop_front();
        }
        times.push_back(now);
        Ok(())
    }

    /// When a limit that is exhausted has room again.
    fn full_until(&self, now: u64, class: Class, user: UserId, limit: &Limit) -> Option<u64> {
        let users = self.0.iter().filter(|((of, by), _)| *of == class && (limit.shared || *by == user));
        let times = users.flat_map(|(_, times)| times.iter().copied());
        let mut recent: Vec<_> = times.filter(|time| time.saturating_add(limit.millis) > now).collect();
        if recent.len() < limit.requests {
            return None;
        }
        recent.sort_unstable();
        // So many must leave the window until one more fits.
        recent.get(recent.len() - limit.requests).map(|time| time.saturating_add(limit.millis))
    }
}
