//! Whether and when a request is sent again: a pure function of what happened.

use std::time::Duration;

use crate::{
    error::{Outcome, Sent},
    operation::RetryClass,
    reply::Head,
    request::Replay,
    rng::Rng,
    time::Timestamp,
};

/// Limits of sending again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Most tries of one call that fails for the moment, the first included. Requests that follow a new token, a
    /// redirect or a 202 don't count, nor do those by which a web page finds out what a lost reply was.
    pub max_attempts: u32,
    /// Upper bound of the first wait; it doubles with every attempt.
    pub base: Duration,
    /// Upper bound of any wait that Box didn't ask for.
    pub cap: Duration,
    /// Longest wait that Box may ask for; when it asks for more, the call fails at once and says so.
    pub max_wait: Duration,
    /// Longest time for which a 202 is polled.
    pub poll_for: Duration,
    /// Wait before a poll when Box names none.
    pub poll_every: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
            max_wait: Duration::from_secs(300),
            poll_for: Duration::from_secs(600),
            poll_every: Duration::from_secs(2),
        }
    }
}

/// What is known of the request that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    /// Class of the operation.
    pub(crate) class: RetryClass,
    /// Whether `if-match` guards it.
    pub(crate) guarded: bool,
    /// Whether its body can be sent again.
    pub(crate) replay: Replay,
    /// Whether Box said that it refuses for a moment only.
    pub(crate) busy: bool,
    /// Which try it was, from 1.
    pub(crate) number: u32,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// What Box asked to wait.
    pub(crate) retry_after: Option<Duration>,
}

impl RetryPolicy {
    /// The wait before the next request, `None` if there shall be none.
    pub(crate) fn wait(&self, attempt: Try, most: u32, rng: &mut Rng) -> Option<Duration> {
        if attempt.number >= most || attempt.replay == Replay::Once || !may_repeat(attempt) {
            return None;
        }
        self.pause(attempt.number, attempt.retry_after, rng)
    }

    /// The wait after a number of failures, `None` if Box asks for more than is waited.
    pub(crate) fn pause(&self, number: u32, asked: Option<Duration>, rng: &mut Rng) -> Option<Duration> {
        // Full jitter: callers that failed together don't return together.
        let doublings = number.saturating_sub(1).min(16);
        let bound = self.base.saturating_mul(1 << doublings).min(self.cap);
        let wait = rng.below(bound).max(asked.unwrap_or_default());
        (wait <= self.max_wait).then_some(wait)
    }
}

/// Whether a second request does no harm, where the first may have had its effect.
pub(crate) fn is_repeatable(class: RetryClass, guarded: bool) -> bool {
    match class {
        RetryClass::Safe | RetryClass::Idempotent => true,
        RetryClass::Conditional => guarded,
        // A name is taken once: sent again, the request shows what the first one made.
        RetryClass::Reread(probe) => probe.is_by_conflict(),
        RetryClass::Never => false,
    }
}

fn may_repeat(attempt: Try) -> bool {
    let harmless = is_repeatable(attempt.class, attempt.guarded);
    match attempt.outcome {
        Outcome::Lost(Sent::No) | Outcome::Status(429) => true,
        Outcome::Lost(Sent::Maybe) | Outcome::Status(500 | 502..=504) => harmless,
        Outcome::Status(_) => attempt.busy,
    }
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), at most a day.
pub(crate) fn retry_after(head: &Head, now: Timestamp) -> Option<Duration> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let value = head.headers.get("retry-after")?.trim_ascii();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => Timestamp::from_http_date(value)?.since(now),
    };
    Some(wait.min(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{Expect, Probe};

    const PROBE: RetryClass = RetryClass::Reread(Probe {
        operation: "g.get",
        path: "/g/{g_id}",
        by: "g_id",
        expect: Expect::Absent,
    });
    const CONFLICT: RetryClass = RetryClass::Reread(Probe {
        operation: "g.get",
        path: "/g/{g_id}",
        by: "conflict",
        expect: Expect::Present,
    });
    const MOST: u32 = 5;

    fn attempt(class: RetryClass, outcome: Outcome) -> Try {
        let replay = Replay::Reopen;
        Try { class, guarded: false, replay, busy: false, number: 1, outcome, retry_after: None }
    }

    #[test]
    fn only_harmless_requests_repeat_after_a_lost_reply() {
        use {Outcome::*, RetryClass::*};
        let cases = [
            (Safe, Lost(Sent::Maybe), true),
            (Idempotent, Status(503), true),
            (Idempotent, Status(501), false),
            (Idempotent, Status(409), false),
            (Never, Lost(Sent::Maybe), false),
            (Never, Lost(Sent::No), true),
            (Never, Status(503), false),
            (Never, Status(429), true),
            (PROBE, Status(503), false),
            (CONFLICT, Status(503), true),
            (Conditional, Status(503), false),
        ];
        for (class, outcome, again) in cases {
            let wait = RetryPolicy::default().wait(attempt(class, outcome), MOST, &mut Rng::new(1));
            assert_eq!(wait.is_some(), again, "{class:?} {outcome:?}");
        }
        let guarded = Try { guarded: true, ..attempt(Conditional, Status(503)) };
        assert!(RetryPolicy::default().wait(guarded, MOST, &mut Rng::new(1)).is_some());
        let busy = Try { busy: true, ..attempt(Never, Status(409)) };
        assert!(RetryPolicy::default().wait(busy, MOST, &mut Rng::new(1)).is_some());
        let once = Try { replay: Replay::Once, ..attempt(Safe, Lost(Sent::No)) };
        assert_eq!(RetryPolicy::default().wait(once, MOST, &mut Rng::new(1)), None);
    }

    #[test]
    fn waits_grow_within_their_bounds_and_end() {
        let policy = RetryPolicy::default();
        let mut longest = [Duration::ZERO; 4];
        for seed in 0..200 {
            let mut rng = Rng::new(seed);
            for number in 1..policy.max_attempts {
                let failed = Try { number, ..attempt(RetryClass::Safe, Outcome::Status(503)) };
                let wait = policy.wait(failed, MOST, &mut rng).unwrap();
                assert!(wait <= policy.base * (1 << (number - 1)), "{number}: {wait:?}");
                let longest = &mut longest[number as usize - 1];
                *longest = wait.max(*longest);
                let asked = Some(Duration::from_secs(7));
                let asked = policy.wait(Try { retry_after: asked, ..failed }, MOST, &mut rng).unwrap();
                assert!(asked >= Duration::from_secs(7));
            }
            let last = Try { number: policy.max_attempts, ..attempt(RetryClass::Safe, Outcome::Status(503)) };
            assert_eq!(policy.wait(last, MOST, &mut rng), None);
        }
        assert!(longest.is_sorted_by(|one, next| *next > *one + policy.base / 2), "{longest:?}");
    }

    #[test]
    fn nobody_waits_for_a_day() {
        let policy = RetryPolicy::default();
        for (seconds, waits) in [(300, true), (301, false), (86_400, false)] {
            let asked = Try {
                retry_after: Some(Duration::from_secs(seconds)),
                ..attempt(RetryClass::Safe, Outcome::Status(429))
            };
            assert_eq!(policy.wait(asked, MOST, &mut Rng::new(1)).is_some(), waits, "{seconds}");
        }
    }

    #[test]
    fn retry_after_comes_in_two_forms() {
        let now = Timestamp(784_111_777_000);
        let cases = [
            ("3", Some(3)),
            ("0", Some(0)),
            ("99999999999", Some(86_400)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ];
        for (value, seconds) in cases {
            let head = Head { status: 429, headers: [("retry-after", value)].into_iter().collect() };
            assert_eq!(retry_after(&head, now), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
