//! What follows when a request failed: another one, a look at the state, or the end.

use bytes::Bytes;

use crate::{
    call::Call,
    codes,
    error::{Error, ErrorKind, Outcome, Sent},
    headers::Headers,
    operation::{Method, RetryClass},
    reply::{Content, Reply},
    retry::Try,
    time::Timestamp,
};

impl Call {
    /// A request of the call itself has failed.
    pub(super) fn settle(&mut self, now: Timestamp, outcome: Outcome, error: Error) {
        let operation = self.draft.operation;
        if outcome == Outcome::Status(429) {
            self.config.traffic.refused(now, operation.rate, self.user(), error.retry_after());
        }
        let probe = match operation.retry {
            RetryClass::Reread(probe) => Some(probe),
            _ => None,
        };
        let conflict = probe.filter(|probe| probe.is_by_conflict() && self.open && error.is_conflict());
        if let Some(probe) = conflict.filter(|_| error.code() == Some(codes::ITEM_NAME_IN_USE)) {
            return self.look_at_conflict(now, probe, error);
        }
        if self.open && operation.method == Method::Delete && error.is_not_found() {
            if matches!(error.code(), None | Some(codes::NOT_FOUND))
                && operation.retry == RetryClass::Idempotent
            {
                // An earlier request of this call has deleted it.
                return self.finish(Ok(nothing()));
            }
            self.open = error.code().is_none();
        }
        if is_unclear(outcome) && operation.writes {
            self.open = true;
            if let Some(probe) = probe.filter(|probe| !probe.is_by_conflict()) {
                return self.look(now, probe, error);
            }
        }
        let attempt = Try {
            class: operation.retry,
            guarded: self.draft.headers.get("if-match").is_some() || self.options.if_match.is_some(),
            replay: self.draft.body.replay(),
            // A conflict whose body was cut doesn't say which.
            busy: is_busy(&error) || conflict.is_some() && error.code().is_none(),
            number: self.failures + 1,
            outcome,
            retry_after: error.retry_after(),
        };
        let policy = &self.config.retry;
        match policy.wait(attempt, self.max_attempts(), &mut self.rng) {
            Some(wait) if self.config.traffic.may_retry() => {
                self.failures += 1;
                self.retries(wait, outcome, &error);
                self.wait(now, wait, || error);
            }
            _ => self.finish(Err(error)),
        }
    }

    /// A request is lost of which nobody will know more.
    pub(super) fn lost_for_good(&mut self, now: Timestamp, error: Error) {
        self.settle(now, Outcome::Lost(Sent::Maybe), error);
    }

    pub(super) fn max_attempts(&self) -> u32 {
        self.options.max_attempts.unwrap_or(self.config.retry.max_attempts)
    }
}

/// The reply to what was done without one.
pub(super) fn nothing() -> Reply {
    Reply { status: 204, headers: Headers::new(), content: Content::Bytes(Bytes::new()) }
}

/// Whether the request may have had its effect all the same. Box carries some writes out after a 503 (Box guide
/// "Common errors").
pub(super) fn is_unclear(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Lost(Sent::Maybe) | Outcome::Status(500 | 502..=504))
}

/// Whether Box refuses for a moment only.
fn is_busy(error: &Error) -> bool {
    matches!(error.code(), Some(codes::NAME_TEMPORARILY_RESERVED | codes::OPERATION_BLOCKED_TEMPORARY))
}

/// The end of a write of which nobody knows whether it was done.
pub(super) fn outcome_unknown(error: Error) -> Error {
    const WHY: &str = "nobody knows whether Box did it: look before you try again";
    let unknown = Error::new(ErrorKind::OutcomeUnknown, WHY)
        .with_request_id(error.request_id())
        .with_retry_after(error.retry_after());
    let unknown = error.status().into_iter().fold(unknown, Error::with_status);
    let unknown = error.code().map(str::to_owned).into_iter().fold(unknown, Error::with_code);
    unknown.with_source(error)
}
