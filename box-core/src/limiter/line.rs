//! The calls of one class and subject: those that went, and those that wait.

use std::collections::VecDeque;

use crate::{time, traffic::Rate};

/// Calls in order of time.
#[derive(Debug)]
pub(super) struct Line {
    /// Those that went, by slots; the last one tells the time of its slot.
    gone: VecDeque<Calls>,
    /// Seats that were told and not taken.
    told: VecDeque<Calls>,
    /// The longest window.
    span: u64,
    /// Nobody goes before.
    until: u64,
    /// The part of the limits that holds when the pause ends, in sixteenths. From there it grows.
    level: u64,
}

#[derive(Clone, Copy, Debug)]
struct Calls {
    at: u64,
    count: u32,
}

/// Times are counted in slots, so that a line stays short.
const SLOT: u64 = 250;

/// A window is longer than Box's: requests take different times to get there.
const SLACK: u64 = 2 * SLOT;

const FULL: u64 = 16;

/// How long the level takes to grow by one.
const STEP: u64 = 6_000;

/// The pause after a 429 that names none.
const PAUSE: u64 = 1_000;

/// Seats are told this many windows ahead.
const AHEAD: u64 = 8;

impl Default for Line {
    fn default() -> Self {
        Self { gone: VecDeque::new(), told: VecDeque::new(), span: 0, until: 0, level: FULL }
    }
}

impl Line {
    /// `None`: it goes. Else when to ask again.
    pub(super) fn admit(&mut self, now: u64, rates: [Rate; 2]) -> Option<u64> {
        self.forget(now);
        let (mut start, mut apart) = (self.until, 0);
        let is_due = self.told.front().is_some_and(|seat| seat.at <= now);
        if is_due {
            pop(&mut self.told);
        }
        let goes = is_due || self.told.is_empty();
        for rate in rates.into_iter().filter(|rate| rate.is_limited()) {
            let span = time::millis(rate.per) + SLACK;
            self.span = self.span.max(span);
            let calls = (u64::from(rate.calls) * self.level(now) / FULL).max(1);
            apart = apart.max(span / calls);
            start = start.max(self.free(calls, !goes, span));
        }
        if goes && start <= now {
            push(&mut self.gone, now, SLOT);
            return None;
        }
        // Later than strictly needed: who comes a bit late still leaves room for those behind.
        let mut seat = start + SLOT;
        if let Some(last) = self.told.back() {
            seat = seat.max(last.at + apart);
        }
        if seat < now.max(self.until) + AHEAD * self.span {
            push(&mut self.told, seat, 1);
        }
        Some(seat)
    }

    /// A call was refused.
    pub(super) fn refused(&mut self, now: u64, retry_after: Option<u64>) {
        // Those that were under way before the pause tell nothing new.
        if self.until <= now {
            self.level = (self.level(now) / 2).max(1);
        }
        let until = now + retry_after.unwrap_or(PAUSE);
        if self.until < until {
            self.until = until;
            self.told.clear();
        }
    }

    /// Whether it is as if new.
    pub(super) fn is_idle(&mut self, now: u64) -> bool {
        self.forget(now);
        self.gone.is_empty() && self.told.is_empty() && self.until <= now && self.level(now) == FULL
    }

    fn forget(&mut self, now: u64) {
        for calls in [&mut self.gone, &mut self.told] {
            while calls.front().is_some_and(|first| first.at + self.span <= now) {
                calls.pop_front();
            }
        }
    }

    fn level(&self, now: u64) -> u64 {
        (self.level + now.saturating_sub(self.until) / STEP).min(FULL)
    }

    /// When the call that is this many places from the end leaves the window.
    fn free(&self, places: u64, with_told: bool, span: u64) -> u64 {
        let told = with_told.then_some(&self.told).into_iter().flatten();
        let mut left = places;
        for calls in told.rev().chain(self.gone.iter().rev()) {
            match left.checked_sub(u64::from(calls.count)) {
                Some(more) if more > 0 => left = more,
                _ => return calls.at + span,
            }
        }
        0
    }
}

/// Counts one more, along with those of the same slot.
fn push(line: &mut VecDeque<Calls>, at: u64, slot: u64) {
    match line.back_mut() {
        Some(last) if last.at / slot == at / slot => {
            last.at = at;
            last.count += 1;
        }
        _ => line.push_back(Calls { at, count: 1 }),
    }
}

fn pop(line: &mut VecDeque<Calls>) {
    match line.front_mut() {
        Some(first) if first.count > 1 => first.count -= 1,
        _ => _ = line.pop_front(),
    }
}
