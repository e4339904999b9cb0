//! What stands in the way before Box is asked. Functions of their own: where a module is split, they go with what pages
//! seldom do.

use std::time::Duration;

use super::{Grant, Intent, Mutant, REQUEST_TIMEOUT, Session, Tokens};
use crate::{
    error::{Error, ErrorKind},
    time::Timestamp,
};

/// How long the refusal of an application is taken for Box's last word.
const LAPSE: Duration = Duration::from_secs(60);

impl Session {
    /// The store is another's.
    #[inline(never)]
    pub(super) fn fail_as_another(&mut self) {
        let message = ["the token store holds the tokens of another client, not of ", &self.grant.owner()];
        self.fail(&Error::new(ErrorKind::Session, message.concat()));
    }

    /// Somebody may have signed in elsewhere. If not, Box has said its last word on these tokens.
    #[inline(never)]
    pub(super) fn is_over(&mut self, now: Timestamp) -> bool {
        let Some(ended) = &self.ended else {
            return false;
        };
        let is_news = |tokens: &Tokens| tokens.generation > ended.generation;
        if self.is(Mutant::LatchStays) || !self.tokens.as_ref().is_some_and(is_news) {
            // An application that was refused may have been put right since; nobody signs in for it.
            let lapses = !matches!(self.grant, Grant::OAuth(_) | Grant::AccessToken);
            if lapses && now.since(ended.at) >= LAPSE {
                return false;
            }
            if matches!(self.grant, Grant::AccessToken) {
                // A refusal may have been a lost connection: the next call tries the token.
                self.rejected = 0;
            }
            let error = ended.error.clone();
            self.fail(&error);
            return true;
        }
        self.ended = None;
        false
    }

    /// There is a good token. Box's last word stays for as long as it may be of an older session that somebody has brought
    /// back.
    pub(super) fn relent(&mut self) {
        let generation = self.tokens.as_ref().map_or(0, |tokens| tokens.generation);
        self.ended = self.ended.take().filter(|ended| generation <= ended.generation);
    }

    /// An attempt never ended. Where the lock was taken from another, its request may still be under way.
    #[inline(never)]
    pub(super) fn must_wait_for(&mut self, now: Timestamp, intent: Intent) -> bool {
        self.run.resumes = true;
        let over = Timestamp(intent.started_at) + REQUEST_TIMEOUT;
        let left = over.since(self.skew.at_box(now));
        let waits = self.run.taken_over && !left.is_zero();
        if waits {
            // Once: clocks may differ by more than that.
            self.run.taken_over = false;
            self.pause(left.min(REQUEST_TIMEOUT));
        }
        waits
    }
}
