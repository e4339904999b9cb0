//! Whether a body still moves.

use std::time::Duration;

use crate::{
    error::{Error, ErrorKind},
    time::{self, Timestamp},
};

/// Watches one body: in every window at least one byte per second must have moved. Bytes are counted from its
/// beginning, so a driver may tell of many at once.
#[derive(Clone, Debug)]
pub struct Pace {
    window: Duration,
    bytes: u64,
    /// Bytes when it was looked at last, oldest first; together they span the window.
    marks: [u64; LOOKS],
    looks: usize,
    next: Timestamp,
}

/// How often in a window it is looked at.
const LOOKS: usize = 4;

impl Pace {
    /// A body that begins now.
    pub fn new(now: Timestamp, window: Duration) -> Self {
        let mut pace = Self { window, bytes: 0, marks: [0; LOOKS], looks: 0, next: now };
        pace.next = now + pace.step();
        pace
    }

    /// So many bytes have moved since it began.
    pub fn moved(&mut self, bytes: u64) {
        self.bytes = self.bytes.max(bytes);
    }

    /// Bytes that have moved.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// When to [`check`](Self::check) again.
    pub fn next(&self) -> Timestamp {
        self.next
    }

    /// Looks whether it moves.
    ///
    /// # Errors
    /// `Timeout` when too little has moved in a whole window.
    pub fn check(&mut self, now: Timestamp) -> Result<(), Error> {
        if now < self.next {
            return Ok(());
        }
        // From now, not from when it should have been: a machine that slept has lost nothing.
        self.next = now + self.step();
        let [oldest, ..] = self.marks;
        self.marks.rotate_left(1);
        let [.., newest] = &mut self.marks;
        *newest = self.bytes;
        self.looks = self.looks.saturating_add(1);
        let seconds = self.window.as_secs().max(1);
        if self.looks >= LOOKS && self.bytes.saturating_sub(oldest) < seconds {
            let millis = time::millis(self.window).to_string();
            let why = ["less than a byte per second has moved for ", &millis, " ms"].concat();
            return Err(Error::new(ErrorKind::Timeout, why));
        }
        Ok(())
    }

    fn step(&self) -> Duration {
        (self.window / 4).max(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_must_move_in_every_window() {
        const WINDOW: Duration = Duration::from_secs(20);
        // Bytes per second, until when they come, and when it ends.
        let cases =
            [(0, 0, Some(20)), (1, 600, None), (1000, 600, None), (1000, 33, Some(55)), (1, 33, Some(35))];
        for (speed, until, ends) in cases {
            let mut pace = Pace::new(Timestamp(0), WINDOW);
            let ended = (1..600).find(|second| {
                pace.moved(speed * second.min(&until));
                pace.check(Timestamp(second * 1000)).is_err()
            });
            assert_eq!(ended, ends, "{speed} until {until}");
        }
        let mut slept = Pace::new(Timestamp(0), WINDOW);
        assert!(slept.check(Timestamp(3_600_000)).is_ok());
    }
}
