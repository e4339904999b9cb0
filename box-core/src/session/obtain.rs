//! Getting new tokens: what comes before the request, and the request itself.

use std::time::Duration;

use super::{
    Grant, Intent, Mutant, REQUEST_TIMEOUT, STEP_TIMEOUT, Session, SessionOutput, TokenNeed, Tokens,
    state::{Signing, State},
    tokens::GENERATION_CONFLICT,
};
use crate::{
    action::CallOptions,
    error::{Error, ErrorKind},
    request::Draft,
    time::Timestamp,
};

impl Session {
    pub(super) fn pause(&mut self, time: Duration) {
        self.state = State::Pausing;
        self.outputs.push_back(SessionOutput::Pause(time));
    }

    /// Gets new tokens, now that there are none to be found.
    pub(super) fn obtain(&mut self, now: Timestamp) {
        self.run.used = self.tokens.as_ref().map_or(0, |tokens| tokens.generation);
        if matches!(self.grant, Grant::Provider) {
            self.ask();
        } else if self.grant.rotates() && !self.is(Mutant::RecordsNoIntent) {
            self.record(now);
        } else {
            self.sign_or_send(now);
        }
    }

    /// Says in the store that the refresh token is about to be used. A store that can't be written is met here, before
    /// the token is spent.
    #[inline(never)]
    pub(super) fn record(&mut self, now: Timestamp) {
        let has_token = |tokens: &&Tokens| tokens.refresh_token.is_some();
        let Some(tokens) = self.tokens.as_ref().filter(has_token) else {
            return self.request_tokens(now);
        };
        // Tokens that no store of this session has held came from the application.
        self.run.kept = tokens.owner.is_none();
        let intent = Some(Intent { started_at: self.skew.at_box(now).0 });
        let tokens = Tokens { intent, owner: Some(self.grant.owner()), ..tokens.clone() };
        self.state = State::Recording(tokens.clone());
        self.outputs.push_back(SessionOutput::Store { expected_generation: self.run.stored, tokens });
    }

    /// Others wait for the end of a request no longer than it may take since its intent, in case they take the lock over.
    /// One that begins later ends sooner, and one that was held up for too long begins anew.
    #[inline(never)]
    pub(super) fn recorded(&mut self, now: Timestamp, began: Timestamp) {
        self.run.asked = now;
        self.run.late = self.skew.at_box(now).since(began);
        if self.run.late > STEP_TIMEOUT {
            let error = Error::new(ErrorKind::Session, "storing took too long");
            return self.not_stored(now, error.with_code(GENERATION_CONFLICT));
        }
        self.request_tokens(now);
    }

    #[inline(never)]
    pub(super) fn sign_or_send(&mut self, now: Timestamp) {
        self.run.asked = now;
        let at_box = self.skew.at_box(now);
        let (algorithm, message) = match (&self.grant, &self.run.parent) {
            (Grant::Jwt(jwt), _) => (jwt.algorithm, jwt.message(at_box, &mut self.rng)),
            (Grant::Exchange(_), None) => {
                self.state = State::Parent;
                let need = TokenNeed { rejected: self.run.parent_rejected, lasting: self.lasting };
                self.outputs.push_back(SessionOutput::AskParent(need));
                return;
            }
            (Grant::Exchange(exchange), Some(parent)) => match &exchange.actor {
                Some(actor) => (actor.issuer().algorithm, actor.message(at_box, &mut self.rng)),
                None => match exchange.draft(parent, None, &mut self.rng) {
                    Ok(draft) => return self.send(draft),
                    Err(error) => return self.give_up(now, &error),
                },
            },
            _ => return self.request_tokens(now),
        };
        self.outputs.push_back(SessionOutput::Sign { algorithm, message: message.clone().into_bytes() });
        self.state = State::Signing(Signing { message });
    }

    pub(super) fn request_tokens(&mut self, now: Timestamp) {
        match self.grant.draft(self.tokens.as_ref(), &mut self.rng) {
            Ok(draft) => self.send(draft),
            Err(error) if error.needs_sign_in() => self.nothing_renews(now, &error),
            Err(error) => self.fail(&error),
        }
    }

    pub(super) fn send(&mut self, draft: Draft) {
        let max_attempts = self.grant.is_signed().then_some(1);
        self.ask_box(draft, State::Requesting, max_attempts);
    }

    pub(super) fn ask_box(&mut self, draft: Draft, state: State, max_attempts: Option<u32>) {
        self.state = state;
        let timeout = Some(REQUEST_TIMEOUT.saturating_sub(self.run.late));
        let options = CallOptions { timeout, max_attempts, ..CallOptions::default() };
        self.outputs.push_back(SessionOutput::Send(draft, options));
    }
}
