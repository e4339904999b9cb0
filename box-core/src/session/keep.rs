//! New tokens on their way to the store, and what is done when it refuses.

use super::{
    Grant, Mutant, Session, SessionOutput, Tokens,
    state::{State, Unstored},
    tokens::GENERATION_CONFLICT,
};
use crate::{
    error::{Error, ErrorKind},
    time::Timestamp,
};

/// How often another may be first before the machine gives up.
pub(super) const MOST_CONFLICTS: u32 = 5;

impl Session {
    pub(super) fn obtained(&mut self, mut tokens: Tokens) {
        // A server may leave the old refresh token in force (RFC 6749, section 6).
        let old = self.tokens.as_ref().and_then(|old| old.refresh_token.clone());
        tokens.refresh_token = tokens.refresh_token.or(old);
        if self.is(Mutant::PersistsAfterUse)
            && let Some(token) = (Tokens { generation: self.run.used + 1, ..tokens.clone() }).token()
        {
            for waiter in std::mem::take(&mut self.waiters) {
                self.outputs.push_back(SessionOutput::Token(waiter, token.clone()));
            }
        }
        self.keep(tokens);
    }

    /// New tokens are stored before anything else.
    pub(super) fn keep(&mut self, tokens: Tokens) {
        self.unstored = Some(Unstored { tokens, from: Some(self.run.used) });
        self.store();
    }

    pub(super) fn store(&mut self) {
        if self.is(Mutant::UnlocksBeforeStoring) {
            self.unlock();
        }
        let Some(Unstored { tokens, from }) = &mut self.unstored else {
            return;
        };
        let known = self.tokens.as_ref().map_or(0, |tokens| tokens.generation);
        let mut next = known.max(self.run.stored).max(self.newest).saturating_add(1);
        if from.is_none() {
            // Newer than whatever was in a store that has been emptied meanwhile, and is still known elsewhere.
            next = next.max(tokens.issued_at.unwrap_or_default());
        }
        tokens.generation = next;
        tokens.owner = Some(self.grant.owner());
        let tokens = tokens.clone();
        self.state = State::Storing(tokens.clone());
        self.outputs.push_back(SessionOutput::Store { expected_generation: self.run.stored, tokens });
    }

    pub(super) fn stored(&mut self, tokens: Tokens) {
        // They differ when somebody signed in while the store was being written.
        self.unstored =
            self.unstored.take().filter(|unstored| unstored.tokens.generation != tokens.generation);
        self.take(tokens.clone());
        self.relent();
        if matches!(self.grant, Grant::Provider) {
            return self.publish();
        }
        self.state = State::Announcing;
        self.outputs.push_back(SessionOutput::Changed(tokens));
    }

    #[inline(never)]
    pub(super) fn not_stored(&mut self, now: Timestamp, error: Error) {
        if error.code() == Some(GENERATION_CONFLICT) && self.run.conflicts < MOST_CONFLICTS {
            return self.again();
        }
        let message = ["the tokens can't be stored: ", error.message()].concat();
        let failed = Error::new(ErrorKind::PersistFailed, message).with_source(error);
        self.give_up(now, &failed);
    }

    /// Another was first, or has taken the lock over: what it has stored counts.
    pub(super) fn again(&mut self) {
        self.unlock();
        let conflicts = self.run.conflicts + 1;
        self.run = super::Run { conflicts, ..super::Run::default() };
        self.lock(false);
    }
}
