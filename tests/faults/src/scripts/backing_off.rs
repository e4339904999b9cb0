//! How long is waited before another try.

use std::time::Duration;

use box_core::error::ErrorKind;
use box_emulator::Fault;

use super::{Play, ROUND_TRIP, SECOND, within};

/// The waits before each try of a read that always fails.
fn waits(seed: u64, tries: u32) -> Vec<Duration> {
    let play = Play::with(seed, |config| {
        config.retry.max_attempts = tries;
        config.timeouts.total = None;
    });
    let mut times = Vec::new();
    for _ in 1..tries {
        let play = Play::with(seed, |config| {
            config.retry.max_attempts = tries;
            config.timeouts.total = None;
        })
        .fails(Fault::status("folders.get", 503).times(times.len() as u64 + 1));
        assert!(play.ends(play.read()).is_ok());
        let before: Duration = times.iter().sum();
        let requests = u32::try_from(play.requests("folders.get")).expect("few");
        times.push(play.took() - before - ROUND_TRIP * requests);
    }
    drop(play);
    times
}

/// Back-off: each wait is anything up to a bound that doubles, and never more than the cap (full jitter).
pub fn waits_are_jittered_up_to_a_bound_that_doubles() {
    let policy = box_core::RetryPolicy::default();
    let all: Vec<_> = (0..60).map(|seed| waits(seed, 5)).collect();
    for number in 0..4 {
        let bound = (policy.base * (1 << number)).min(policy.cap);
        let waits = all.iter().map(|waits| waits[number]);
        assert!(waits.clone().all(|wait| wait <= bound), "none beyond {bound:?}");
        assert!(waits.clone().any(|wait| wait < bound / 5), "some of {bound:?} are short");
        assert!(waits.clone().any(|wait| wait > bound / 5 * 4), "some of {bound:?} are long");
    }
}

/// However often it fails, no wait is longer than the cap.
pub fn waits_have_a_cap() {
    let cap = box_core::RetryPolicy::default().cap;
    assert!(waits(3, 14).into_iter().all(|wait| wait <= cap));
}

/// `Retry-After` in either form is the least wait, for reads and, after a 429, for everything.
pub fn retry_after_is_a_floor() {
    for value in ["7", "Tue, 14 Nov 2023 22:13:27 GMT"] {
        for status in [429, 503] {
            let play = Play::new().fails(Fault::status("folders.get", status).retry_after(value));
            assert!(play.ends(play.read()).is_ok());
            let took = play.took();
            assert!((7 * SECOND - ROUND_TRIP..9 * SECOND).contains(&took), "{status} {value}: {took:?}");
        }
        let play = Play::new().fails(Fault::status("folders.create", 429).retry_after(value));
        assert!(play.ends(play.create()).is_ok());
        assert!(play.took() >= 7 * SECOND - ROUND_TRIP, "{value}");
        assert_eq!(play.effects("folders.create"), 1);
    }
}

/// A `Retry-After` of nothing, of the past, or that can't be read leaves the back-off as it is.
pub fn retry_after_that_says_nothing_changes_nothing() {
    let took = |value: Option<&str>| {
        let fault = Fault::status("folders.get", 503);
        let fault = value.map_or(fault.clone(), |value| fault.clone().retry_after(value));
        let play = Play::new().fails(fault);
        assert!(play.ends(play.read()).is_ok());
        play.took()
    };
    for value in ["0", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-1", "1.5", ""] {
        assert_eq!(took(Some(value)), took(None), "{value}");
    }
}

/// Where the wait would exceed the call's time it fails at once, and says when to try again.
pub fn a_wait_beyond_the_deadline_fails_at_once() {
    let play = Play::new().fails(Fault::status("folders.get", 429).retry_after("7"));
    let error = play.ends_with(play.read(), within(5 * SECOND)).unwrap_err();
    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(error.retry_after(), Some(7 * SECOND));
    assert_eq!((play.took(), play.clock().timers()), (ROUND_TRIP, 0));
}

/// The same where Box asks for more than a client ever waits.
pub fn a_wait_of_days_fails_at_once() {
    for status in [429, 503] {
        let play = Play::new().fails(Fault::status("folders.get", status).retry_after("99999999999"));
        let error = play.ends(play.read()).unwrap_err();
        assert_eq!((error.kind(), error.status(), play.took()), (ErrorKind::Api, Some(status), ROUND_TRIP));
        assert!(error.retry_after() >= Some(3600 * SECOND), "{error:?}");
    }
}

/// Tries have a limit, which a call can lower.
pub fn tries_end() {
    for (most, expected) in [(None, 5), (Some(1), 1), (Some(3), 3)] {
        let play = Play::new().fails(Fault::status("folders.get", 502).times(1000));
        let mut options = within(600 * SECOND);
        options.max_attempts = most;
        let error = play.ends_with(play.read(), options).unwrap_err();
        assert_eq!((error.status(), error.attempts().len()), (Some(502), expected));
        assert_eq!(play.requests("folders.get"), expected as u64);
    }
}

/// Box asks to try again when a name or an item is busy: a few times, not for ever.
pub fn what_is_busy_is_tried_again_a_few_times() {
    for code in ["name_temporarily_reserved", "operation_blocked_temporary"] {
        let busy = || Fault::status("folders.create", 409).code(code);
        let play = Play::new().fails(busy().times(2));
        assert!(play.ends(play.create()).is_ok(), "{code}");
        assert_eq!(play.effects("folders.create"), 1);
        let play = Play::new().fails(busy().times(1000));
        let error = play.ends(play.create()).unwrap_err();
        assert_eq!((error.code(), play.effects("folders.create")), (Some(code), 0));
        assert_eq!(play.requests("folders.create"), 5);
    }
}
