//! Ending a session: Box voids its tokens, and the store is emptied (Box guide "Revoke a Token").

use super::{
    Session, SessionOutput, WaiterId,
    grant::needed,
    state::{Ended, State},
};
use crate::{action::Action, actions::oauth, error::Error, reply::Reply, time::Timestamp};

impl Session {
    /// Ends the session: Box voids its tokens, and the store is emptied. The answer is `Revoked` or `Failed`. A
    /// session of OAuth then needs a sign-in; an application gets itself new tokens when it needs them.
    pub fn revoke(&mut self, waiter: WaiterId) {
        self.revoking.push(waiter);
        self.start();
    }

    /// The lock is held, and the newest tokens are known.
    #[inline(never)]
    pub(super) fn revoke_now(&mut self) {
        let Some(app) = self.grant.app() else {
            let message =
                "revoking needs the application's id and secret; revoke the token where it came from";
            return self.spare(&Error::invalid(message));
        };
        let tokens = self.tokens.as_ref();
        let token = tokens.and_then(|tokens| tokens.refresh_token.clone().or(tokens.access_token.clone()));
        if token.is_none() {
            return self.clear();
        }
        let mut revoke = oauth::Revoke::new();
        revoke.client_id = Some(app.client_id.clone());
        revoke.client_secret = Some(app.client_secret.clone());
        revoke.token = token;
        match revoke.draft(&mut self.rng) {
            Ok(draft) => self.ask_box(draft, State::Revoking, None),
            Err(error) => self.spare(&error),
        }
    }

    /// What Box says to it.
    pub(super) fn revoked(&mut self, result: Result<Reply, Error>) {
        match result {
            Ok(_) => self.clear(),
            Err(error) => self.spare(&error),
        }
    }

    fn clear(&mut self) {
        self.state = State::Clearing;
        self.outputs.push_back(SessionOutput::Clear);
    }

    /// The store is empty, or can't be emptied.
    #[allow(clippy::needless_pass_by_value, reason = "inputs are values")]
    pub fn handle_cleared(&mut self, result: Result<(), Error>) {
        if self.state != State::Clearing {
            return;
        }
        self.tokens = None;
        if !self.has_signed_in() {
            self.unstored = None;
        }
        if self.grant.rotates() && !self.has_signed_in() {
            let (error, generation) = (needed("the session was revoked"), self.newest);
            self.ended = Some(Ended { error, generation, at: Timestamp::default() });
        }
        for waiter in std::mem::take(&mut self.revoking) {
            self.outputs.push_back(match &result {
                Ok(()) => SessionOutput::Revoked(waiter),
                Err(error) => SessionOutput::Failed(waiter, error.clone()),
            });
        }
        self.publish();
    }

    /// The session goes on.
    pub(super) fn spare(&mut self, error: &Error) {
        for waiter in std::mem::take(&mut self.revoking) {
            self.outputs.push_back(SessionOutput::Failed(waiter, error.clone()));
        }
        self.publish();
    }
}
