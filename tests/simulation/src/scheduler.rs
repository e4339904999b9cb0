//! The virtual clock, and what is to come.

use std::collections::BTreeMap;

use crate::event::Event;

/// Events in the order of their time, and those of one time in the order in which they were planned.
#[derive(Debug, Default)]
pub(crate) struct Scheduler {
    now: u64,
    planned: u64,
    events: BTreeMap<(u64, u64), Event>,
}

impl Scheduler {
    /// A clock that shows a time.
    pub(crate) fn at(now: u64) -> Self {
        Self { now, ..Self::default() }
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    /// Something happens after so many milliseconds.
    pub(crate) fn plan(&mut self, after: u64, event: Event) {
        self.plan_at(self.now + after, event);
    }

    pub(crate) fn plan_at(&mut self, at: u64, event: Event) {
        self.planned += 1;
        self.events.insert((at.max(self.now), self.planned), event);
    }

    /// The next event; the clock then shows its time.
    pub(crate) fn next(&mut self) -> Option<Event> {
        let ((at, _), event) = self.events.pop_first()?;
        self.now = at;
        Some(event)
    }
}
