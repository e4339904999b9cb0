//! What comes in from the driver, and what follows.

use super::{
    Grant, Intent, Locked, Mutant, REQUEST_TIMEOUT, STEP_TIMEOUT, Session, SessionOutput, SignInReason,
    Token, TokenNeed, Tokens,
    grant::{is_final, needed},
    state::{Signing, State, Unstored},
    tokens::GENERATION_CONFLICT,
};
use crate::{
    action::CallOptions,
    codes,
    error::{Error, ErrorKind, Outcome, Sent},
    hint::Hint,
    refusal::after,
    reply::Reply,
    request::Draft,
    retry::RetryPolicy,
    time::Timestamp,
};

/// How often another may be first before the machine gives up.
const MOST_CONFLICTS: u32 = 5;

/// More than any session counts, and the last that JavaScript can count to.
const LAST_GENERATION: u64 = 1 << 53;

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

    fn load(&mut self, state: State) {
        self.state = state;
        self.outputs.push_back(SessionOutput::Load);
    }

    /// What any of those who wait needs.
    fn need(&self) -> TokenNeed {
        TokenNeed { rejected: None, lasting: self.lasting }
    }

    fn is_ours(&self, stored: &Tokens) -> bool {
        stored.owner.as_ref().is_none_or(|owner| *owner == self.grant.owner())
    }

    /// Of two as old as each other the store's count: others may have used the application's.
    fn take_newer(&mut self, stored: Option<Tokens>) {
        if let Some(stored) = stored
            && self.tokens.as_ref().is_none_or(|tokens| tokens.generation <= stored.generation)
        {
            self.take(stored);
        }
    }

    /// Whoever holds the lock may have stored new tokens meanwhile. If not, the lock is taken from it.
    #[inline(never)]
    fn peeked(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
        let stored = result.ok().flatten().filter(|stored| self.is_ours(stored));
        self.take_newer(stored);
        if self.unstored.is_none() && self.revoking.is_empty() && self.token(now, self.need()).is_some() {
            self.relent();
            return self.publish();
        }
        self.run.peeked = true;
        self.lock(true);
    }

    fn loaded(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
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

    pub(super) fn pause(&mut self, time: std::time::Duration) {
        self.state = State::Pausing;
        self.outputs.push_back(SessionOutput::Pause(time));
    }

    /// Gets new tokens, now that there are none to be found.
    fn obtain(&mut self, now: Timestamp) {
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
    fn record(&mut self, now: Timestamp) {
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
    fn recorded(&mut self, now: Timestamp, began: Timestamp) {
        self.run.asked = now;
        self.run.late = self.skew.at_box(now).since(began);
        if self.run.late > STEP_TIMEOUT {
            let error = Error::new(ErrorKind::Session, "storing took too long");
            return self.not_stored(now, error.with_code(GENERATION_CONFLICT));
        }
        self.request_tokens(now);
    }

    #[inline(never)]
    fn sign_or_send(&mut self, now: Timestamp) {
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

    fn request_tokens(&mut self, now: Timestamp) {
        match self.grant.draft(self.tokens.as_ref(), &mut self.rng) {
            Ok(draft) => self.send(draft),
            Err(error) if error.needs_sign_in() => self.nothing_renews(now, &error),
            Err(error) => self.fail(&error),
        }
    }

    pub(super) fn send(&mut self, draft: Draft) {
        self.state = State::Requesting;
        let max_attempts = self.grant.is_signed().then_some(1);
        let timeout = Some(REQUEST_TIMEOUT.saturating_sub(self.run.late));
        let options = CallOptions { timeout, max_attempts, ..CallOptions::default() };
        self.outputs.push_back(SessionOutput::Send(draft, options));
    }

    fn obtained(&mut self, mut tokens: Tokens) {
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

    fn store(&mut self) {
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

    fn stored(&mut self, tokens: Tokens) {
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
    fn not_stored(&mut self, now: Timestamp, error: Error) {
        if error.code() == Some(GENERATION_CONFLICT) && self.run.conflicts < MOST_CONFLICTS {
            return self.again();
        }
        let message = ["the tokens can't be stored: ", error.message()].concat();
        let failed = Error::new(ErrorKind::PersistFailed, message).with_source(error);
        self.give_up(now, &failed);
    }

    /// Another was first, or has taken the lock over: what it has stored counts.
    fn again(&mut self) {
        self.unlock();
        let conflicts = self.run.conflicts + 1;
        self.run = super::Run { conflicts, ..super::Run::default() };
        self.lock(false);
    }

    #[inline(never)]
    fn refused(&mut self, now: Timestamp, error: Error) {
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
    fn signs_again(&mut self, now: Timestamp, error: &Error) -> bool {
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
    fn reread(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
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
    fn finish(&mut self, now: Timestamp) {
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
