//! The calls of one class and subject: those that went, and those that wait.

use crate::{time, traffic::Rate};

/// Calls in order of time.
#[derive(Debug)]
pub(super) struct Line {
    /// Those that went, by slots; the last one tells the time of its slot.
    gone: Vec<Calls>,
    /// Seats that were told and not taken.
    told: Vec<Calls>,
    /// The longest window.
    span: u64,
    /// Nobody goes before.
    until: u64,
    /// The part of the usual pace at which calls go when the pause ends. From there it grows.
    pace: u64,
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

/// The pace at which calls follow each other evenly up to the limit, and above which they need not be apart.
const FULL: u64 = 1024;

/// How long the pace takes to grow by one: 51 seconds from half of it.
const STEP: u64 = 100;

/// The pause after a first 429 that names none.
const PAUSE: u64 = 1_000;

/// No time is longer: sums of times stay numbers.
const FAR: u64 = 1 << 40;

/// How many windows ahead there are seats. Who is told a later time will hardly wait for it.
const AHEAD: u64 = 5;

impl Default for Line {
    fn default() -> Self {
        Self { gone: Vec::new(), told: Vec::new(), span: 0, until: 0, pace: FULL }
    }
}

impl Line {
    /// `None`: it goes. Else when to ask again.
    pub(super) fn admit(&mut self, now: u64, rates: &[Rate]) -> Option<u64> {
        self.forget(now);
        let is_due = match self.told.first_mut() {
            Some(seat) if seat.at <= now => {
                seat.count -= 1;
                if seat.count == 0 {
                    self.told.remove(0);
                }
                true
            }
            _ => false,
        };
        let goes = is_due || self.told.is_empty();
        let mut apart = 0;
        for rate in rates.iter().filter(|rate| rate.is_limited()) {
            self.span = self.span.max(span(rate));
            apart = apart.max(span(rate) * FULL / (calls(rate) * self.pace(now)));
        }
        let mut start = self.until.max(free(rates, &self.gone, &[], 0));
        if let (Some(last), false, true) = (self.gone.last(), is_due, self.pace(now) < FULL) {
            start = start.max(last.at + apart);
        }
        if goes && start <= now {
            push(&mut self.gone, now, SLOT);
            return None;
        }
        // Later than strictly needed: who comes a bit late still leaves room for those behind.
        let mut seat = start.max(free(rates, &self.gone, &self.told, SLOT));
        if let Some(last) = self.told.last() {
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
            self.pace = (self.pace(now) / 2).max(FULL / 16);
        }
        self.until = self.until.max(now + retry_after.unwrap_or(PAUSE * FULL / 2 / self.pace).min(FAR));
        drop_before(&mut self.told, self.until);
    }

    #[cfg(test)]
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.gone.len(), self.told.len())
    }

    /// Whether it is as if new.
    pub(super) fn is_idle(&mut self, now: u64) -> bool {
        self.forget(now);
        self.gone.is_empty() && self.told.is_empty() && self.until <= now && self.pace(now) == FULL
    }

    fn forget(&mut self, now: u64) {
        let after = (now + 1).saturating_sub(self.span);
        drop_before(&mut self.gone, after);
        drop_before(&mut self.told, after);
    }

    fn pace(&self, now: u64) -> u64 {
        (self.pace + now.saturating_sub(self.until) / STEP).min(FULL)
    }
}

fn span(rate: &Rate) -> u64 {
    time::millis(rate.per).min(FAR) + SLACK
}

fn calls(rate: &Rate) -> u64 {
    rate.calls.max(1).into()
}

/// When the window of each limit has room after these.
fn free(rates: &[Rate], gone: &[Calls], told: &[Calls], late: u64) -> u64 {
    let mut free = 0;
    for rate in rates.iter().filter(|rate| rate.is_limited()) {
        let mut left = calls(rate);
        for calls in told.iter().rev().chain(gone.iter().rev()) {
            if left <= calls.count.into() {
                free = free.max(calls.at + span(rate) + late);
                break;
            }
            left -= u64::from(calls.count);
        }
    }
    free
}

/// Counts one more, along with those of the same slot.
fn push(line: &mut Vec<Calls>, at: u64, slot: u64) {
    match line.last_mut() {
        Some(last) if last.at / slot == at / slot => {
            last.at = at;
            last.count += 1;
        }
        _ => line.push(Calls { at, count: 1 }),
    }
}

/// Drops those of an earlier time.
fn drop_before(line: &mut Vec<Calls>, at: u64) {
    let count = line.iter().take_while(|calls| calls.at < at).count();
    line.drain(..count);
}
