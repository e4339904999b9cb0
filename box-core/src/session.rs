//! The session: tokens, and one refresh however many callers wait.
//!
//! ```text
//!  Idle --request--> Locking --> Loading --.-> (the store holds newer tokens: adopt) ---------.
//!                                          '-> Requesting --> Storing --> Announcing ---------+--> Idle
//!                                                  |             |                            |
//!                                                  '-- refused --'--> Failed to all waiters   '--> Token to all
//!  Idle --request--> Asking (a token provider) --handle_provided--> Token or Failed to all
//! ```
//!
//! New tokens are stored before anyone uses them: Box's refresh tokens are good for one use, so a pair that only
//! memory knows is lost with the process. One driver's task runs the machine; the callers only wait.

mod grant;
mod provider;
mod tokens;

use std::{collections::VecDeque, time::Duration};

pub use grant::{ClientCredentials, Grant, OAuthApp, Subject};
pub use provider::{AskReason, PROVIDER_TIMEOUT, Provided};
pub use tokens::{Token, Tokens};

use crate::{
    action::CallOptions,
    error::{Error, ErrorKind},
    reply::Reply,
    request::Draft,
    rng::Rng,
    time::Timestamp,
};

/// Longest time that a store or a hook of the application may take.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time for a token request, its retries included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(45);

/// Longest time to wait for the lock: more than anybody holds it, which is a load, a request, a store and a hook.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(90);

/// Names a caller that waits for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaiterId(pub u64);

/// What the driver shall do next. All but the first two are done one at a time.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "an output is moved once, and boxes would cost as much")]
pub enum SessionOutput {
    /// A caller gets its token.
    Token(WaiterId, Token),
    /// A caller gets an error.
    Failed(WaiterId, Error),
    /// Take the lock that all users of the store share, then [`Session::handle_locked`].
    Lock,
    /// Give the lock back. Needs no answer.
    Unlock,
    /// Read the store, then [`Session::handle_loaded`].
    Load,
    /// Write the store if it holds the expected generation (0: nothing), then [`Session::handle_stored`].
    Store {
        /// Generation that the store must hold.
        expected_generation: u64,
        /// What to write.
        tokens: Tokens,
    },
    /// Ask the application for a token, then [`Session::handle_provided`].
    AskProvider {
        /// Why one is needed.
        reason: AskReason,
    },
    /// Send a token request as a call of its own, then [`Session::handle_reply`].
    Send(Draft, CallOptions),
    /// Tell the application, then [`Session::handle_announced`].
    Changed(Tokens),
    /// The user must sign in again. Needs no answer.
    SignInNeeded(Error),
    /// Nothing to do before an input.
    Idle,
}

/// The machine of a session.
#[derive(Debug)]
pub struct Session {
    grant: Grant,
    rng: Rng,
    tokens: Option<Tokens>,
    /// Generation that Box has refused; nothing up to it is handed out.
    rejected: u64,
    /// New tokens that are not stored yet, the newest credentials only.
    unstored: Option<Tokens>,
    /// The final refusal, until there are new credentials.
    ended: Option<Ended>,
    waiters: Vec<WaiterId>,
    state: State,
    outputs: VecDeque<SessionOutput>,
}

/// Box's last word.
#[derive(Debug)]
struct Ended {
    error: Error,
    /// The tokens of which it was said.
    generation: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Idle,
    Asking,
    Locking,
    Loading,
    Requesting { stored: u64 },
    Storing(Tokens),
    Announcing,
}

impl Session {
    /// A session for a grant. `tokens` are those that the application kept, for a start without a store.
    pub fn new(grant: Grant, tokens: Option<Tokens>, rng: Rng) -> Self {
        Self {
            grant,
            rng,
            tokens,
            rejected: 0,
            unstored: None,
            ended: None,
            waiters: Vec::new(),
            state: State::Idle,
            outputs: VecDeque::new(),
        }
    }

    /// The token in hand, if it is good: the way without a lock, a file or a wait. New tokens are in hand when the
    /// application knows them.
    ///
    /// `rejected` is the generation that Box has refused for this caller.
    pub fn token(&self, now: Timestamp, rejected: Option<u64>) -> Option<Token> {
        let tokens = self.tokens.as_ref()?;
        let refused = self.rejected.max(rejected.unwrap_or(0));
        let known = self.unstored.is_none() && self.state != State::Announcing;
        let good = known && tokens.generation > refused && tokens.is_fresh(now);
        if good { tokens.token() } else { None }
    }

    /// Asks for a token on behalf of a caller. The answer is `Token` or `Failed`.
    pub fn request(&mut self, now: Timestamp, waiter: WaiterId, rejected: Option<u64>) {
        if let Some(token) = self.token(now, rejected) {
            self.outputs.push_back(SessionOutput::Token(waiter, token));
            return;
        }
        self.rejected = self.rejected.max(rejected.unwrap_or(0));
        self.waiters.push(waiter);
        self.start();
    }

    /// A caller no longer waits. What runs goes on: others wait too, and a refresh that Box has answered must
    /// be stored.
    pub fn drop_waiter(&mut self, waiter: WaiterId) {
        self.waiters.retain(|waiting| *waiting != waiter);
    }

    /// New tokens from outside: the user has signed in. They are stored and announced like refreshed ones.
    ///
    /// `reply` is that of the token endpoint to the code of the authorize page.
    pub fn sign_in(&mut self, now: Timestamp, waiter: WaiterId, reply: &Reply) {
        let provided = matches!(self.grant, Grant::Provider);
        let tokens = if provided {
            Err(Error::invalid("nobody signs in where the application provides the tokens"))
        } else {
            Tokens::from_reply(now, reply)
        };
        match tokens {
            Ok(tokens) => {
                self.ended = None;
                self.unstored = Some(tokens);
                self.waiters.push(waiter);
                self.start();
            }
            Err(error) => self.outputs.push_back(SessionOutput::Failed(waiter, error)),
        }
    }

    /// The driver's task has ended in the middle: nothing that is under way will be answered, and the driver tells
    /// the waiters itself. Tokens that aren't stored yet are kept for the next request.
    pub fn interrupt(&mut self) {
        self.state = State::Idle;
        self.waiters.clear();
        self.outputs.clear();
    }

    /// What to do next. Drain it after every input, until it answers `Idle`.
    pub fn poll_output(&mut self) -> SessionOutput {
        self.outputs.pop_front().unwrap_or(SessionOutput::Idle)
    }

    /// The lock is held, or can't be had.
    pub fn handle_locked(&mut self, result: Result<(), Error>) {
        if self.state != State::Locking {
            return;
        }
        match result {
            Ok(()) => {
                self.state = State::Loading;
                self.outputs.push_back(SessionOutput::Load);
            }
            Err(error) => self.fail(&error),
        }
    }

    /// What the store holds.
    pub fn handle_loaded(&mut self, now: Timestamp, result: Result<Option<Tokens>, Error>) {
        if self.state != State::Loading {
            return;
        }
        let stored = match result {
            Ok(stored) => stored,
            Err(error) => return self.end_with(&error),
        };
        let generation = stored.as_ref().map_or(0, |tokens| tokens.generation);
        let owner = self.grant.owner();
        let others = stored.as_ref().and_then(|tokens| tokens.owner.as_ref());
        if others.is_some_and(|other| *other != owner) {
            let message = ["the token store holds the tokens of another client, not of ", &owner].concat();
            return self.end_with(&Error::new(ErrorKind::Session, message));
        }
        if self.unstored.is_some() {
            return self.store(generation);
        }
        // Of two as old as each other the store's count: others may have used the application's.
        if let Some(stored) = stored
            && self.tokens.as_ref().is_none_or(|tokens| tokens.generation <= stored.generation)
        {
            self.tokens = Some(stored);
        }
        if self.token(now, None).is_some() {
            self.ended = None;
            return self.publish();
        }
        if let Some(ended) = &self.ended {
            // Somebody may have signed in elsewhere. If not, Box has said its last word on these tokens.
            if self.tokens.as_ref().is_none_or(|tokens| tokens.generation <= ended.generation) {
                let error = ended.error.clone();
                return self.end_with(&error);
            }
            self.ended = None;
        }
        let draft = match self.grant.draft(self.tokens.as_ref(), &mut self.rng) {
            Ok(draft) => draft,
            Err(error) if error.needs_sign_in() => {
                // Nothing renews the token. A refusal may have been a lost connection, so the next call tries it.
                self.rejected = 0;
                return self.end_session(&error);
            }
            Err(error) => return self.end_with(&error),
        };
        self.state = State::Requesting { stored: generation };
        let options = CallOptions { timeout: Some(REQUEST_TIMEOUT), ..CallOptions::default() };
        self.outputs.push_back(SessionOutput::Send(draft, options));
    }

    /// What came of the token request.
    pub fn handle_reply(&mut self, now: Timestamp, result: Result<Reply, Error>) {
        let State::Requesting { stored } = self.state else {
            return;
        };
        if self.unstored.is_some() {
            // Somebody has signed in meanwhile: those credentials count, whatever became of the old ones.
            return self.store(stored);
        }
        match result.map_err(Error::behind).and_then(|reply| Tokens::from_reply(now, &reply)) {
            Ok(mut tokens) => {
                // A server may leave the old refresh token in force (RFC 6749, section 6).
                let old = self.tokens.as_ref().and_then(|old| old.refresh_token.clone());
                tokens.refresh_token = tokens.refresh_token.or(old);
                self.unstored = Some(tokens);
                self.store(stored);
            }
            Err(error) if grant::is_final(&error) => {
                // Tokens that no store of this session has held came from the application.
                let kept = self.tokens.as_ref().is_some_and(|tokens| tokens.owner.is_none());
                let error =
                    if matches!(self.grant, Grant::OAuth(_)) { error.as_refresh(kept) } else { error };
                self.end_session(&grant::sign_in_needed(error));
            }
            // The old token was to be renewed early, and is still good.
            Err(_) if self.is_usable(now) => self.publish(),
            Err(error) => self.end_with(&error),
        }
    }

    /// What came of storing. A failure keeps the tokens for another try: they are not used before they are stored.
    pub fn handle_stored(&mut self, result: Result<(), Error>) {
        let State::Storing(tokens) = &self.state else {
            return;
        };
        match result {
            Ok(()) => {
                let tokens = tokens.clone();
                // They differ when somebody signed in while the store was being written.
                self.unstored = self.unstored.take().filter(|unstored| *unstored != tokens);
                self.tokens = Some(tokens.clone());
                self.state = State::Announcing;
                self.outputs.push_back(SessionOutput::Changed(tokens));
            }
            Err(error) => self.end_with(&error),
        }
    }

    /// The application knows the new tokens.
    pub fn handle_announced(&mut self) {
        if self.state == State::Announcing {
            self.publish();
        }
    }

    fn is_usable(&self, now: Timestamp) -> bool {
        let tokens = self.tokens.as_ref();
        tokens.is_some_and(|tokens| tokens.generation > self.rejected && tokens.lives(now))
    }

    fn start(&mut self) {
        if self.state != State::Idle {
            return;
        }
        if matches!(self.grant, Grant::Provider) {
            return self.ask();
        }
        self.state = State::Locking;
        self.outputs.push_back(SessionOutput::Lock);
    }

    fn store(&mut self, expected_generation: u64) {
        let Some(tokens) = &mut self.unstored else {
            return;
        };
        let known = self.tokens.as_ref().map_or(0, |tokens| tokens.generation);
        tokens.generation = known.max(expected_generation) + 1;
        tokens.owner = Some(self.grant.owner());
        let tokens = tokens.clone();
        self.state = State::Storing(tokens.clone());
        self.outputs.push_back(SessionOutput::Store { expected_generation, tokens });
    }

    /// Gives the lock back and answers the waiters. A token that ends soon is answered too, or a lifetime of
    /// seconds would be refreshed in a circle; only a refused one is not, nor one that a sign-in has just replaced.
    fn publish(&mut self) {
        if self.state != State::Asking {
            self.outputs.push_back(SessionOutput::Unlock);
        }
        self.state = State::Idle;
        let good = self
            .tokens
            .as_ref()
            .filter(|tokens| self.unstored.is_none() && tokens.generation > self.rejected);
        if let Some(token) = good.and_then(Tokens::token) {
            for waiter in std::mem::take(&mut self.waiters) {
                self.outputs.push_back(SessionOutput::Token(waiter, token.clone()));
            }
        }
        if !self.waiters.is_empty() || self.unstored.is_some() {
            self.start();
        }
    }

    /// Ends the session for good, until the user signs in again.
    fn end_session(&mut self, error: &Error) {
        let generation = self.tokens.as_ref().map_or(0, |tokens| tokens.generation);
        self.ended = Some(Ended { error: error.clone(), generation });
        self.outputs.push_back(SessionOutput::SignInNeeded(error.clone()));
        self.end_with(error);
    }

    /// Gives the lock back, and the waiters an error.
    fn end_with(&mut self, error: &Error) {
        self.outputs.push_back(SessionOutput::Unlock);
        self.fail(error);
    }

    fn fail(&mut self, error: &Error) {
        self.state = State::Idle;
        for waiter in std::mem::take(&mut self.waiters) {
            self.outputs.push_back(SessionOutput::Failed(waiter, error.clone()));
        }
    }
}
