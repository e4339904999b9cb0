//! How far the clock of this machine is from Box's.

use std::time::Duration;

use crate::time::Timestamp;

/// Box's clock as seen from here. Without a readable `Date` it is taken to be this machine's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Skew {
    ahead: Duration,
    behind: Duration,
}

impl Skew {
    /// What a reply that has just come says. A `Date` is cut to seconds and has travelled, so little is nothing.
    pub(super) fn between(now: Timestamp, at_box: Timestamp) -> Self {
        const NOTHING: Duration = Duration::from_secs(3);
        let real = |difference: Duration| if difference > NOTHING { difference } else { Duration::ZERO };
        Self { ahead: real(at_box.since(now)), behind: real(now.since(at_box)) }
    }

    /// Box's time.
    pub(super) fn at_box(self, now: Timestamp) -> Timestamp {
        let Timestamp(time) = now + self.ahead;
        Timestamp(time.saturating_sub(crate::time::millis(self.behind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_put_right() {
        let cases = [
            (600_000, 600_000),
            (1_200_000, 1_200_000),
            (10_000, 10_000),
            (602_000, 600_000),
            (598_500, 600_000),
        ];
        for (at_box, seen) in cases {
            let skew = Skew::between(Timestamp(600_000), Timestamp(at_box));
            assert_eq!(skew.at_box(Timestamp(600_000)), Timestamp(seen), "{at_box}");
        }
    }
}
