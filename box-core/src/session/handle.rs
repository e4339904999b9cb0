//! What comes in from the driver, and what follows.

use super::{
    Grant, Locked, Mutant, Session, SessionOutput, Token, TokenNeed, Tokens,
    state::{Signing, State},
    tokens::GENERATION_CONFLICT,
};
use crate::{
    error::{Error, ErrorKind},
    reply::Reply,
    time::Timestamp,
};

impl Session {
    /// The lock is held, another holds it, or it can't be had.
    pub fn handle_locked(&mut self, now: Timestamp, result: Result<Locked, Error>) {
        if self.state != State::Locking {
            return;
        }
        match result {
            Ok(Locked::TimedOut) if self.steals_after.is_some() && !self.run.peeked => {
                self.load(State::Peeking);
            }
            Ok(Locked::TimedOut) => {
                let error = Error::new(ErrorKind::Session, "another holds the token lock for too long");
                self.give_up(now, &error);
            }
            Ok(locked) => {
                self.run.locked = true;
                self.run.taken_over = locked == Locked::TakenOver;
                let known = self.tokens.as_ref().map(|tokens| tokens.generation);
                match known.filter(|_| self.is(Mutant::NeverRereads)) {
                    Some(known) => {
                        self.run.stored = known;
                        self.obtain(now);
                    }
                    None => self.load(State::Loading),
                }
            }
            Err(error) => self.give_up(now, &error),
        }
    }

    /// What the store holds.
    pub fn handle_loaded(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
        match self.state {
            State::Peeking => self.peeked(now, result),
            State::Loading => self.loaded(now, result),
            State::Rereading => self.reread(now, result),
            _ => {}
        }
    }

    /// What came of storing. A failure keeps new tokens for another try: they are not used before they are stored.
    pub fn handle_stored(&mut self, now: Timestamp, result: Result<(), Error>) {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Recording(tokens) => match result {
                Ok(()) => {
                    self.run.stored = tokens.generation;
                    let began = tokens.intent.map_or(0, |intent| intent.started_at);
                    self.tokens = Some(tokens);
                    self.recorded(now, Timestamp(began));
                }
                Err(error) => self.not_stored(now, error),
            },
            State::Storing(tokens) => match result {
                Ok(()) => self.stored(tokens),
                Err(error) => self.not_stored(now, error),
            },
            State::Retiring => match result {
                // Another has written, so it may have been first.
                Err(error) if error.code() == Some(GENERATION_CONFLICT) => self.not_stored(now, error),
                _ => self.finish(now),
            },
            other => self.state = other,
        }
    }

    /// The time of the last `Pause` is over.
    pub fn handle_paused(&mut self) {
        if self.state == State::Pausing {
            self.load(State::Loading);
        }
    }

    /// A token of the session from which this one is derived.
    pub fn handle_parent(&mut self, now: Timestamp, result: Result<Token, Error>) {
        if self.state != State::Parent {
            return;
        }
        match result {
            Ok(token) => {
                self.run.parent = Some(token);
                self.sign_or_send(now);
            }
            Err(error) => self.give_up(now, &error),
        }
    }

    /// The signature of the message, or why there is none.
    pub fn handle_signed(&mut self, now: Timestamp, result: Result<Vec<u8>, Error>) {
        let message = match std::mem::replace(&mut self.state, State::Idle) {
            State::Signing(Signing { message }) => message,
            other => {
                self.state = other;
                return;
            }
        };
        let draft = result.and_then(|signature| match (&self.grant, &self.run.parent) {
            (Grant::Jwt(jwt), _) => jwt.draft(&message, &signature, &mut self.rng),
            (Grant::Exchange(exchange), Some(parent)) => {
                exchange.draft(parent, Some((&message, &signature)), &mut self.rng)
            }
            _ => Err(Error::internal("a signature that nobody needs")),
        });
        self.run.asked = now;
        match draft {
            Ok(draft) => self.send(draft),
            Err(error) => self.give_up(now, &error),
        }
    }

    /// What came of the token request.
    pub fn handle_reply(&mut self, now: Timestamp, result: Result<Reply, Error>) {
        let result = result.map_err(Error::behind);
        let date = match &result {
            Ok(reply) => reply.headers.get("date").and_then(Timestamp::from_http_date),
            Err(error) => error.box_time(),
        };
        match self.state {
            State::Revoking => {
                self.learn(self.run.asked, now, date);
                self.revoked(result);
            }
            State::Requesting => {
                self.learn(self.run.asked, now, date);
                if self.has_signed_in() {
                    // Those credentials count, whatever became of the old ones.
                    return self.store();
                }
                let tokens = result.and_then(|reply| Tokens::from_reply(self.skew.at_box(now), &reply));
                match tokens {
                    Ok(tokens) => self.obtained(tokens),
                    Err(error) => self.refused(now, error),
                }
            }
            _ => {}
        }
    }

    /// The application knows the new tokens.
    pub fn handle_announced(&mut self) {
        if self.state == State::Announcing {
            self.publish();
        }
    }

    pub(super) fn load(&mut self, state: State) {
        self.state = state;
        self.outputs.push_back(SessionOutput::Load);
    }

    /// What any of those who wait needs.
    pub(super) fn need(&self) -> TokenNeed {
        TokenNeed { rejected: None, lasting: self.lasting }
    }
}
