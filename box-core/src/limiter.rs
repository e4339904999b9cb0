//! When calls may go, so that Box doesn't refuse them with 429: per class of rate and per subject.
//!
//! A limit is a window that ends now: a call goes if the one that is as many places before it as the limit allows is out of
//! the window. So a burst up to the limit goes at once, and nothing beyond it wherever a window begins.
//!
//! Who can't go gets a seat: a time at which there will be room. Seats are told in the order of asking and apart from each
//! other, so that those who wait neither come back together nor overtake. A seat bears no name: who asks when one is due takes
//! it. So it doesn't matter if somebody who was told a time never comes back.

mod line;

use std::{collections::BTreeMap, time::Duration};

use crate::{
    operation::RateClass,
    time::{self, Timestamp},
    traffic::Rate,
};
use line::Line;

/// Everybody's calls.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    subjects: BTreeMap<String, [Line; CLASSES]>,
    /// The latest time that was handed in.
    now: u64,
    /// When idle subjects were forgotten last.
    swept: u64,
}

const CLASSES: usize = 4;

/// How often idle subjects are forgotten.
const SWEEP: u64 = 60_000;

/// A clock that goes back by more than this was set; by less, threads met in another order than they read it.
const SET_BACK: u64 = 10_000;

impl Limiter {
    /// Whether a call may go: `None` if so, and it counts from now on; else when to ask again.
    pub(crate) fn admit(
        &mut self,
        now: Timestamp,
        class: RateClass,
        rates: [Rate; 2],
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
        if !self.subjects.contains_key(subject) {
            self.subjects.insert(subject.to_owned(), Default::default());
        }
        let at = match class {
            RateClass::None => return None,
            RateClass::Api => 0,
            RateClass::Upload => 1,
            RateClass::Search => 2,
            RateClass::Sign => 3,
        };
        self.subjects.get_mut(subject)?.get_mut(at)
    }

    fn advance(&mut self, now: Timestamp) {
        if now.0 + SET_BACK < self.now {
            *self = Self::default();
        }
        self.now = self.now.max(now.0);
        if self.now - self.swept >= SWEEP {
            self.swept = self.now;
            let now = self.now;
            self.subjects.retain(|_, lines| !lines.iter_mut().all(|line| line.is_idle(now)));
        }
    }
}
