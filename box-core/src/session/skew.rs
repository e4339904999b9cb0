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
    /// What a reply says to a request of `sent` that has come by `now`. Its `Date` is cut to seconds, and of any moment
    /// between the two: a reply may travel, and who waits for it may stand still.
    pub(super) fn learned(self, sent: Timestamp, now: Timestamp, at_box: Timestamp) -> Self {
        const NOTHING: Duration = Duration::from_secs(3);
        let here = if at_box > self.at_box(now) + NOTHING {
            now
        } else if at_box + NOTHING < self.at_box(sent) {
            sent
        } else {
            return self;
        };
        let real = |difference: Duration| if difference > NOTHING { difference } else { Duration::ZERO };
        Self { ahead: real(at_box.since(here)), behind: real(here.since(at_box)) }
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
            let now = Timestamp(600_000);
            let skew = Skew::default().learned(now, now, Timestamp(at_box));
            assert_eq!(skew.at_box(now), Timestamp(seen), "{at_box}");
            assert_eq!(skew.learned(now, now, now).at_box(now), now, "{at_box}");
        }
    }

    #[test]
    fn a_reply_that_is_heard_late_says_little() {
        let (sent, now) = (Timestamp(600_000), Timestamp(700_000));
        for at_box in [597_500, 600_000, 650_000, 702_500] {
            assert_eq!(Skew::default().learned(sent, now, Timestamp(at_box)), Skew::default(), "{at_box}");
        }
        let behind = Skew::default().learned(sent, now, Timestamp(540_000));
        assert_eq!(behind.at_box(sent), Timestamp(540_000));
        assert_eq!(behind.learned(sent, now, Timestamp(600_000)), behind);
    }
}
