//! What the store says, and what follows.

use super::{Session, Tokens, state::Unstored};
use crate::{
    error::{Error, ErrorKind},
    time::Timestamp,
};

/// More than any session counts, and the last that JavaScript can count to.
const LAST_GENERATION: u64 = 1 << 53;

impl Session {
    pub(super) fn is_ours(&self, stored: &Tokens) -> bool {
        stored.owner.as_ref().is_none_or(|owner| *owner == self.grant.owner())
    }

    /// Of two as old as each other the store's count: others may have used the application's.
    pub(super) fn take_newer(&mut self, stored: Option<Tokens>) {
        if let Some(stored) = stored
            && self.tokens.as_ref().is_none_or(|tokens| tokens.generation <= stored.generation)
        {
            self.take(stored);
        }
    }

    /// Whoever holds the lock may have stored new tokens meanwhile. If not, the lock is taken from it.
    #[inline(never)]
    pub(super) fn peeked(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
        let stored = result.ok().flatten().filter(|stored| self.is_ours(stored));
        self.take_newer(stored);
        if self.unstored.is_none() && self.revoking.is_empty() && self.token(now, self.need()).is_some() {
            self.relent();
            return self.publish();
        }
        self.run.peeked = true;
        self.lock(true);
    }

    pub(super) fn loaded(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
        let stored = match result {
            Ok(stored) => stored,
            Err(error) => return self.give_up(now, &error),
        };
        let generation = stored.as_ref().map_or(0, |tokens| tokens.generation);
        self.run.asked = now;
        self.run.stored = generation;
        if stored.as_ref().is_some_and(|stored| !self.is_ours(stored)) {
            return self.fail_as_another();
        }
        if generation >= LAST_GENERATION {
            return self.fail(&Error::new(ErrorKind::Session, "the token store counts beyond all measure"));
        }
        if let Some(Unstored { tokens, from }) = &self.unstored {
            // A store may have taken a sign-in and not said so, and others may have renewed its tokens since.
            let is_first = tokens.generation == 0 || generation < tokens.generation;
            if from.map_or(is_first, |from| generation <= from) {
                return self.store();
            }
            // Another has renewed the same tokens, and was first.
            self.unstored = None;
        }
        self.take_newer(stored);
        if !self.revoking.is_empty() {
            return self.revoke_now();
        }
        if self.token(now, self.need()).is_some() {
            self.relent();
            return self.publish();
        }
        if self.ended.is_some() && self.is_over(now) {
            return;
        }
        let intent = self.tokens.as_ref().and_then(|tokens| tokens.intent);
        if intent.is_some_and(|intent| self.must_wait_for(now, intent)) {
            return;
        }
        self.obtain(now);
    }
}
