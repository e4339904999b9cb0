//! When calls may go, so that Box doesn't refuse them with 429: per class of rate and per subject.
//!
//! A window ends now: a call goes if the one that is as many places before it as the limit allows is out of the window.
//! So a burst up to the limit goes at once, and nothing beyond it, wherever a window begins.
//!
//! Who can't go is told of a seat: a time at which there will be room. Seats follow the order of asking, apart from each
//! other, so those who wait don't come back together, and nobody who comes later goes before them. A seat bears no name:
//! who asks when one is due takes it. So it does no harm if somebody who was told a time never comes back.

mod line;

use std::time::Duration;

use crate::{
    operation::RateClass,
    time::{self, Timestamp},
    traffic::Rate,
};
use line::Line;

/// Everybody's calls.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    /// In order. A map is three times the code, which every page loads.
    #[expect(clippy::vec_box, reason = "a new one moves those behind it")]
    known: Vec<Box<Known>>,
    /// The latest time that was handed in.
    now: u64,
    /// When idle subjects were forgotten last.
    swept: u64,
}

#[derive(Debug)]
struct Known {
    class: RateClass,
    subject: Box<str>,
    line: Line,
}

/// How often idle subjects are forgotten.
const SWEEP: u64 = 60_000;

/// A clock that goes back by more than this was set; by less, threads met in another order than they read it.
const SET_BACK: u64 = 10_000;

/// Time stands still from here on, which is further than clocks go.
const END: u64 = 1 << 60;

impl Limiter {
    /// Whether a call may go: `None` if so, and it counts from now on; else when to ask again.
    pub(crate) fn admit(
        &mut self,
        now: Timestamp,
        class: RateClass,
        rates: &[Rate],
        subject: &str,
    ) -> Option<Timestamp> {
        self.advance(now);
        let now = self.now;
        self.line(class, subject)?.admit(now, rates).map(Timestamp)
    }

    /// A call was refused: nobody goes before `retry_after` has passed.
    pub(crate) fn refused(
        &mut self,
        now: Timestamp,
        class: RateClass,
        subject: &str,
        retry_after: Option<Duration>,
    ) {
        self.advance(now);
        let now = self.now;
        if let Some(line) = self.line(class, subject) {
            line.refused(now, retry_after.map(time::millis));
        }
    }

    fn line(&mut self, class: RateClass, subject: &str) -> Option<&mut Line> {
        let found =
            self.known.binary_search_by(|known| (known.class, &*known.subject).cmp(&(class, subject)));
        let at = found.unwrap_or_else(|at| {
            let known = Known { class, subject: subject.into(), line: Line::default() };
            self.known.insert(at, Box::new(known));
            at
        });
        self.known.get_mut(at).map(|known| &mut known.line)
    }

    fn advance(&mut self, now: Timestamp) {
        let now = now.0.min(END);
        if now + SET_BACK < self.now {
            *self = Self::default();
        }
        self.now = self.now.max(now);
        if self.now - self.swept >= SWEEP {
            self.swept = self.now;
            let now = self.now;
            self.known.retain_mut(|known| !known.line.is_idle(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_idle_are_forgotten() {
        let mut limiter = Limiter::default();
        let rates = [Rate::new(2, 60)];
        let go = |limiter: &mut Limiter, at: u64, subject: &str| {
            limiter.admit(Timestamp(at), RateClass::Api, &rates, subject)
        };
        for number in 0..1000 {
            assert_eq!(go(&mut limiter, number, &number.to_string()), None);
        }
        // One waits and one was refused: both stay until that is over.
        assert!((0..3).filter(|_| go(&mut limiter, 1000, "7").is_some()).count() == 2);
        limiter.refused(Timestamp(1000), RateClass::Api, "8", Some(Duration::from_secs(200)));
        let known = |limiter: &Limiter| limiter.known.iter().map(|known| known.subject.len()).sum::<usize>();
        assert_eq!(limiter.known.len(), 1000);
        assert_eq!(go(&mut limiter, 100_000, "a"), None);
        assert_eq!((limiter.known.len(), known(&limiter)), (3, 3));
        assert_eq!(go(&mut limiter, 400_000, "b"), None);
        assert_eq!(limiter.known.len(), 1);
    }

    #[test]
    fn a_line_stays_short() {
        let mut limiter = Limiter::default();
        let rates = [Rate::new(1000, 60)];
        for at in 0..20_000 {
            limiter.admit(Timestamp(at), RateClass::Api, &rates, "");
        }
        let (gone, told) = limiter.known.first().map(|known| known.line.lengths()).unwrap();
        assert!(gone <= 245 && told <= 5 * 1000, "{gone} {told}");
    }
}
