//! What all clones of a client share of their traffic: Box's limits of rate, and the budget of retries.

use std::{
    fmt, slice,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use crate::budget::RetryBudget;
use crate::{budget::Purse, limiter::Limiter, operation::RateClass, time::Timestamp};

/// At most so many calls within a time, wherever that time begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls. Zero counts as one.
    pub calls: u32,
    /// The time.
    pub per: Duration,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self::new(u32::MAX, 0);

    /// So many calls in so many seconds.
    pub const fn new(calls: u32, seconds: u64) -> Self {
        Self { calls, per: Duration::from_secs(seconds) }
    }

    pub(crate) fn is_limited(self) -> bool {
        self.calls != u32::MAX
    }

    fn share(self, clients: u32) -> Self {
        let calls = if self.is_limited() { (self.calls / clients.max(1)).max(1) } else { self.calls };
        Self { calls, ..self }
    }
}

/// How many calls one user may make. The default are the limits that Box publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimits {
    /// Calls of the API.
    pub api: Rate,
    /// Uploads.
    pub upload: Rate,
    /// Searches: both hold.
    pub search: [Rate; 2],
    /// Sign requests that are created or sent once more.
    pub sign: Rate,
}

impl RateLimits {
    /// No limits.
    pub const fn none() -> Self {
        const FREE: Rate = Rate::UNLIMITED;
        Self { api: FREE, upload: FREE, search: [FREE; 2], sign: FREE }
    }

    /// The part of one of so many clients that act for the same users and know nothing of each other.
    #[must_use]
    pub fn share(self, clients: u32) -> Self {
        Self {
            api: self.api.share(clients),
            upload: self.upload.share(clients),
            search: self.search.map(|rate| rate.share(clients)),
            sign: self.sign.share(clients),
        }
    }

    /// Those of a class; none if nothing limits it.
    fn of(&self, class: RateClass) -> Option<&[Rate]> {
        let rates = match class {
            RateClass::None => &[],
            RateClass::Api => slice::from_ref(&self.api),
            RateClass::Upload => slice::from_ref(&self.upload),
            RateClass::Search => &self.search,
            RateClass::Sign => slice::from_ref(&self.sign),
        };
        rates.iter().any(|rate| rate.is_limited()).then_some(rates)
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        let minute = |calls| Rate::new(calls, 60);
        Self {
            api: minute(1000),
            upload: minute(240),
            search: [Rate::new(6, 1), minute(60)],
            sign: minute(100),
        }
    }
}

/// Traffic that clones of a client share. Cloning shares it further.
///
/// The default limits no rate, and has the default budget of retries.
#[derive(Clone)]
pub struct Traffic(Arc<Shared>);

struct Shared {
    limits: RateLimits,
    limiter: Mutex<Limiter>,
    purse: Mutex<Purse>,
    heard: AtomicBool,
}

impl Traffic {
    /// Traffic of its own.
    pub fn new(limits: RateLimits, budget: RetryBudget) -> Self {
        let limiter = Mutex::new(Limiter::default());
        let (purse, heard) = (Mutex::new(Purse::new(budget)), AtomicBool::new(false));
        Self(Arc::new(Shared { limits, limiter, purse, heard }))
    }

    /// Whether a call may go for a subject: `None` if so, and it counts from now on; else when to ask again.
    #[doc(hidden)]
    pub fn admit(&self, now: Timestamp, class: RateClass, subject: &str) -> Option<Timestamp> {
        let rates = self.0.limits.of(class)?;
        lock(&self.0.limiter).admit(now, class, rates, subject)
    }

    /// Box refused a call with 429: no other of that class and subject goes before `retry_after` has passed, and
    /// fewer for about a minute.
    #[doc(hidden)]
    pub fn refused(&self, now: Timestamp, class: RateClass, subject: &str, retry_after: Option<Duration>) {
        if self.0.limits.of(class).is_some() {
            lock(&self.0.limiter).refused(now, class, subject, retry_after);
        }
    }

    /// A call succeeded.
    #[doc(hidden)]
    pub fn succeeded(&self) {
        self.0.heard.store(true, Ordering::Relaxed);
        lock(&self.0.purse).succeeded();
    }

    /// Whether Box has ever answered.
    pub(crate) fn has_heard(&self) -> bool {
        self.0.heard.load(Ordering::Relaxed)
    }

    /// Takes a retry, if one is left.
    #[doc(hidden)]
    pub fn may_retry(&self) -> bool {
        lock(&self.0.purse).may_retry()
    }
}

/// A panic in there could at worst leave a count that is off.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Traffic {
    fn default() -> Self {
        Self::new(RateLimits::none(), RetryBudget::default())
    }
}

/// Without its subjects.
impl fmt::Debug for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traffic")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_nothing() {
        let share = RateLimits::default().share(4);
        assert_eq!((share.api.calls, share.upload.calls, share.sign.calls), (250, 60, 25));
        assert_eq!(share.search.map(|rate| rate.calls), [1, 15]);
        let share = RateLimits::default().share(1_000_000);
        assert_eq!((share.api.calls, share.search.map(|rate| rate.calls)), (1, [1, 1]));
        assert_eq!(RateLimits::default().share(0), RateLimits::default());
        assert_eq!(RateLimits::none().share(4), RateLimits::none());
    }

    #[test]
    fn without_limits_everything_goes() {
        let traffic = Traffic::default();
        for at in 0..5000 {
            traffic.refused(Timestamp(at), RateClass::Api, "", Some(Duration::from_secs(60)));
            assert_eq!(traffic.admit(Timestamp(at), RateClass::Api, ""), None);
        }
        let limited = Traffic::new(RateLimits::default(), RetryBudget::default());
        assert!((0..5000).all(|at| limited.admit(Timestamp(at), RateClass::None, "").is_none()));
    }
}
