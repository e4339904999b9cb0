//! What follows a refusal.

use super::{
    Grant, REQUEST_TIMEOUT, Session, SessionOutput, SignInReason, Tokens,
    grant::{is_final, needed},
    keep::MOST_CONFLICTS,
    state::State,
};
use crate::{
    codes,
    error::{Error, ErrorKind, Outcome, Sent},
    hint::Hint,
    refusal::after,
    retry::RetryPolicy,
    time::Timestamp,
};

impl Session {
    #[inline(never)]
    pub(super) fn refused(&mut self, now: Timestamp, error: Error) {
        if self.grant.is_signed() && self.signs_again(now, &error) {
            return;
        }
        let parent = self.run.parent.take();
        let exchange = matches!(self.grant, Grant::Exchange(_)) && self.run.parent_rejected.is_none();
        if exchange
            && is_final(&error)
            && let Some(parent) = parent
        {
            // The token that was exchanged may have ended.
            self.run.parent_rejected = Some(parent.generation);
            return self.obtain(now);
        }
        if !is_final(&error) {
            return self.give_up(now, &error);
        }
        self.run.refusal = Some(error);
        if self.grant.rotates() { self.load(State::Rereading) } else { self.finish(now) }
    }

    /// An assertion is good for one use, so the session signs another where a request would be sent again.
    #[inline(never)]
    pub(super) fn signs_again(&mut self, now: Timestamp, error: &Error) -> bool {
        let used = error.code() == Some(codes::INVALID_GRANT) && after(error.message(), "'jti'").is_some();
        if error.hint() == Some(Hint::ClockWrong) && error.box_time().is_some() && !self.run.corrected {
            self.run.corrected = true;
            self.obtain(now);
            return true;
        }
        let policy = RetryPolicy::default();
        if !(used || error.is_transient()) || self.run.failures + 1 >= policy.max_attempts {
            return false;
        }
        self.run.failures += 1;
        let wait = policy.pause(self.run.failures, error.retry_after(), &mut self.rng);
        // No longer than a call that is sent again: others wait for the lock, and the old token may do.
        let end = *self.run.began.get_or_insert(now) + REQUEST_TIMEOUT;
        let wait = wait.filter(|wait| now + *wait < end);
        wait.map(|wait| self.pause(wait)).is_some()
    }

    /// Box has refused the refresh token. Another may have used it, and stored what it got.
    #[inline(never)]
    pub(super) fn reread(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
        let stored = match result {
            Ok(stored) => stored,
            // Nobody knows whether another was first.
            Err(error) => return self.give_up(now, &error),
        };
        if self.has_signed_in() {
            return self.store();
        }
        let newer = |stored: &Tokens| stored.generation > self.run.used && self.is_ours(stored);
        if let Some(stored) = stored.filter(newer)
            && self.run.conflicts < MOST_CONFLICTS
        {
            self.run.conflicts += 1;
            self.run.resumes = stored.intent.is_some();
            self.run.stored = stored.generation;
            self.take(stored);
            if self.token(now, self.need()).is_some() {
                self.relent();
                return self.publish();
            }
            return self.obtain(now);
        }
        // A fault of Box, too, may have come after the token was used.
        let was_lost = |error: &Error| {
            let lost = |outcome| matches!(outcome, Outcome::Lost(Sent::Maybe) | Outcome::Status(500..));
            error.attempts().iter().any(|attempt| lost(attempt.outcome))
        };
        if self.run.resumes || self.run.refusal.as_ref().is_some_and(was_lost) {
            self.run.resumes = true;
            return self.finish(now);
        }
        // The refusal is known, so nobody has to find out what became of the attempt.
        let known = self.tokens.clone().filter(|tokens| tokens.intent.is_some());
        let Some(tokens) = known else {
            return self.finish(now);
        };
        let tokens = Tokens { intent: None, ..tokens };
        self.state = State::Retiring;
        self.outputs.push_back(SessionOutput::Store { expected_generation: self.run.stored, tokens });
    }

    /// Box's last word.
    pub(super) fn finish(&mut self, now: Timestamp) {
        if self.has_signed_in() {
            // Whatever is said of the old tokens.
            return self.store();
        }
        // Another tab may have told of newer tokens while this one read the store.
        let has_news = self.tokens.as_ref().is_some_and(|tokens| tokens.generation > self.run.used);
        if has_news && self.run.conflicts < MOST_CONFLICTS {
            return self.again();
        }
        let error = self.run.refusal.take().unwrap_or_else(|| needed("the session has ended"));
        let mut error = if self.grant.rotates() { error.as_refresh(self.run.kept) } else { error };
        let kind = if self.run.resumes { ErrorKind::SessionLost } else { ErrorKind::SignInNeeded };
        if self.run.resumes {
            error = error.with_hint(Hint::TokenRaced);
        }
        let error = error.with_kind(kind);
        self.end(now, SignInReason::of(&error), &error);
    }
}
