//! The session: tokens, and one refresh however many callers, processes, hosts or tabs there are.
//!
//! ```text
//!  Idle --request--> Locking --> Loading --.-> (the store holds newer tokens: adopt) ----------------.
//!                      |                   |-> Asking (a provider) ----------------------------.     |
//!                      |                   |-> Parent, Signing --.                             |     |
//!      Peeking <-- time over               '-> Recording --------+-> Requesting --answered--> Storing --> Announcing
//!         |  (adopt, or steal the lock)        (the intent)      |       |                     |         |
//!         '-----> Locking                                        '-- Pausing (lost, busy)      |         v
//!                                            Failed to all <-- Rereading <-- refused           |    Token to all
//!                                                                     Failed to all <-- not stored
//! ```
//!
//! Box's refresh tokens are good for one use, so a pair that only one memory knows is lost with its process. Hence the
//! order: take the lock that all users of the store share, read the store again, record the intent, ask Box, store the
//! new tokens durably, tell the application, hand them out, and give the lock back. Whoever finds the intent of an
//! attempt that never ended sends the same refresh token once more. One driver's task runs the machine; the callers only
//! wait.

mod access_token;
mod annotator;
mod assertion;
mod cache;
mod client_credentials;
mod downscope;
mod grant;
mod handle;
mod jwt;
mod jwt_config;
mod keep;
mod latch;
mod lookup;
mod mutant;
mod oauth;
mod obtain;
mod output;
mod provider;
mod reason;
mod refused;
mod revoke;
mod skew;
mod state;
mod tokens;

use std::{collections::VecDeque, time::Duration};

#[doc(hidden)]
pub use self::mutant::Mutant;
pub use self::{
    access_token::AccessToken,
    annotator::Annotator,
    cache::SessionCache,
    client_credentials::ClientCredentials,
    downscope::{Downscope, Exchange, Restriction},
    grant::{Grant, Subject},
    jwt::{Algorithm, Jwt},
    jwt_config::JwtConfig,
    oauth::OAuthApp,
    output::{Locked, SessionOutput, WaiterId},
    provider::{AskReason, PROVIDER_TIMEOUT, Provided},
    reason::SignInReason,
    tokens::{Expected, Intent, Token, TokenNeed, Tokens, generation_conflict},
};

use self::{
    skew::Skew,
    state::{Ended, Run, State, Unstored},
};
use crate::{error::Error, reply::Reply, rng::Rng, time::Timestamp};

/// Longest time that a store or a hook of the application may take.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time for a token request, its retries included, from its intent on.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time to wait for the lock: more than anybody holds it, which is loads, a request, stores and a hook.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(90);

/// The machine of a session.
#[derive(Debug)]
pub struct Session {
    grant: Grant,
    rng: Rng,
    skew: Skew,
    /// How long another user of the store may hold the lock before it is taken from it.
    steals_after: Option<Duration>,
    tokens: Option<Tokens>,
    /// How much earlier than need be this session renews them, so that not all of a fleet do so at once.
    early: Duration,
    /// The newest generation of which this session has ever known.
    newest: u64,
    /// Generation that Box has refused; nothing up to it is handed out.
    rejected: u64,
    /// New tokens that are not stored yet, the newest credentials only.
    unstored: Option<Unstored>,
    /// The final refusal, until there are new credentials.
    ended: Option<Ended>,
    waiters: Vec<WaiterId>,
    /// Whether one of them needs a token that lives for a while.
    lasting: bool,
    /// Callers that end the session.
    revoking: Vec<WaiterId>,
    state: State,
    run: Run,
    outputs: VecDeque<SessionOutput>,
    #[cfg(feature = "mutants")]
    mutant: Option<Mutant>,
}

impl Session {
    /// A session for a grant. `tokens` are those that the application kept, for a start without a store.
    pub fn new(grant: Grant, tokens: Option<Tokens>, rng: Rng) -> Self {
        Self {
            grant,
            rng,
            skew: Skew::default(),
            steals_after: None,
            newest: tokens.as_ref().map_or(0, |tokens| tokens.generation),
            tokens,
            early: Duration::ZERO,
            rejected: 0,
            unstored: None,
            ended: None,
            waiters: Vec::new(),
            lasting: false,
            revoking: Vec::new(),
            state: State::Idle,
            run: Run::default(),
            outputs: VecDeque::new(),
            #[cfg(feature = "mutants")]
            mutant: None,
        }
    }

    /// Takes the lock from whoever holds it for longer than this, after another look at the store: for locks that
    /// nobody frees when their holder is frozen, such as those of browser tabs.
    #[must_use]
    pub fn stealing_after(mut self, patience: Duration) -> Self {
        self.steals_after = Some(patience);
        self
    }

    /// The token in hand, if it is good: the way without a lock, a file or a wait. New tokens are in hand when the
    /// application knows them.
    pub fn token(&self, now: Timestamp, need: TokenNeed) -> Option<Token> {
        let tokens = self.tokens.as_ref()?;
        let refused = self.rejected.max(need.rejected.unwrap_or(0));
        let known = self.unstored.is_none() && self.state != State::Announcing;
        let good = known
            && tokens.generation > refused
            && tokens.is_fresh(self.skew.at_box(now), self.early, need.lasting);
        if good { tokens.token() } else { None }
    }

    /// How long the token in hand lives from now on. None: unknown, or there is none.
    pub fn lifetime(&self, now: Timestamp) -> Option<Duration> {
        let end = self.tokens.as_ref()?.expires_at?;
        Some(Timestamp(end).since(self.skew.at_box(now)))
    }

    /// Asks for a token on behalf of a caller. The answer is `Token` or `Failed`.
    pub fn request(&mut self, now: Timestamp, waiter: WaiterId, need: TokenNeed) {
        if let Some(token) = self.token(now, need) {
            self.outputs.push_back(SessionOutput::Token(waiter, token));
            return;
        }
        self.rejected = self.rejected.max(need.rejected.unwrap_or(0));
        self.lasting |= need.lasting;
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
        // Nobody knows here when it was asked for, so it can only be later at Box than it seems.
        self.learn(Timestamp(0), now, reply.headers.get("date").and_then(Timestamp::from_http_date));
        let tokens = if matches!(self.grant, Grant::OAuth(_)) {
            Tokens::from_reply(self.skew.at_box(now), reply)
        } else {
            Err(Error::invalid("signing in needs a session of OAuth"))
        };
        match tokens {
            Ok(tokens) => {
                if !self.is(Mutant::LatchStays) {
                    self.ended = None;
                }
                self.unstored = Some(Unstored { tokens, from: None });
                self.waiters.push(waiter);
                self.start();
            }
            Err(error) => self.outputs.push_back(SessionOutput::Failed(waiter, error)),
        }
    }

    /// Takes over newer tokens that another user of the same store has told of. Those of another session, and older
    /// ones, are left alone.
    pub fn adopt(&mut self, tokens: Tokens) {
        let known = self.tokens.as_ref().map_or(0, |tokens| tokens.generation);
        if tokens.owner == Some(self.grant.owner()) && tokens.generation > known {
            self.take(tokens);
        }
    }

    /// The driver's task has ended in the middle: nothing that is under way will be answered, and the driver tells
    /// the waiters itself. Tokens that aren't stored yet are kept for the next request.
    pub fn interrupt(&mut self) {
        self.state = State::Idle;
        self.run = Run::default();
        self.waiters.clear();
        self.revoking.clear();
        self.outputs.clear();
    }

    /// What to do next. Drain it after every input, until it answers `Idle`.
    pub fn poll_output(&mut self) -> SessionOutput {
        self.outputs.pop_front().unwrap_or(SessionOutput::Idle)
    }

    /// Whether something is under way whose end must not be missed: a request that may spend a token, or new tokens that
    /// are not stored and told yet.
    pub fn is_committed(&self) -> bool {
        use State::{Asking, Idle, Loading, Locking, Parent, Pausing, Peeking, Signing};
        !matches!(self.state, Idle | Locking | Peeking | Loading | Pausing | Asking | Parent | Signing(_))
    }

    /// For whom the session acts, and how: what drivers must know of it.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    fn take(&mut self, tokens: Tokens) {
        self.early = self.rng.below(tokens.margin());
        self.newest = self.newest.max(tokens.generation);
        self.tokens = Some(tokens);
    }

    fn learn(&mut self, asked: Timestamp, now: Timestamp, box_time: Option<Timestamp>) {
        if let Some(time) = box_time {
            self.skew = self.skew.learned(asked, now, time);
        }
    }

    /// Whether the token in hand still does, although it is to be renewed.
    fn is_usable(&self, now: Timestamp) -> bool {
        let now = self.skew.at_box(now);
        let usable = |tokens: &Tokens| tokens.generation > self.rejected && tokens.lives(now);
        !self.has_signed_in() && self.tokens.as_ref().is_some_and(usable)
    }

    /// Whether somebody has signed in, and the tokens are not stored yet.
    fn has_signed_in(&self) -> bool {
        self.unstored.as_ref().is_some_and(|unstored| unstored.from.is_none())
    }

    fn start(&mut self) {
        if self.state == State::Idle {
            self.run = Run::default();
            self.lock(false);
        }
    }

    fn lock(&mut self, steal: bool) {
        let limit = self.steals_after.unwrap_or(LOCK_TIMEOUT);
        self.state = State::Locking;
        self.outputs.push_back(SessionOutput::Lock { steal, limit });
    }

    fn unlock(&mut self) {
        if std::mem::take(&mut self.run.locked) {
            self.outputs.push_back(SessionOutput::Unlock);
        }
    }

    /// Gives the lock back and answers the waiters. A token that ends soon is answered too, or a lifetime of
    /// seconds would be refreshed in a circle; only a refused one is not, nor one that a sign-in has just replaced.
    fn publish(&mut self) {
        self.unlock();
        self.state = State::Idle;
        self.lasting = false;
        let good =
            self.tokens.as_ref().filter(|tokens| !self.has_signed_in() && tokens.generation > self.rejected);
        if let Some(token) = good.and_then(Tokens::token) {
            for waiter in std::mem::take(&mut self.waiters) {
                self.outputs.push_back(SessionOutput::Token(waiter, token.clone()));
            }
        }
        if !self.waiters.is_empty() || !self.revoking.is_empty() || self.has_signed_in() {
            self.start();
        }
    }

    /// Something is in the way: the old token still does, where there is one. Nothing is revoked then.
    fn give_up(&mut self, now: Timestamp, error: &Error) {
        if self.is_usable(now) {
            self.spare(error);
        } else {
            self.fail(error);
        }
    }

    /// Ends the session for good, until the user signs in again.
    fn end(&mut self, now: Timestamp, reason: SignInReason, error: &Error) {
        let (generation, at) = (self.run.used, now);
        let told = self.ended.replace(Ended { error: error.clone(), generation, at });
        if told.is_none() {
            self.outputs.push_back(SessionOutput::SignInNeeded(reason, error.clone()));
        }
        self.fail(error);
    }

    /// Gives the lock back, and the waiters an error.
    fn fail(&mut self, error: &Error) {
        self.unlock();
        self.state = State::Idle;
        self.lasting = false;
        let revoking = std::mem::take(&mut self.revoking);
        for waiter in std::mem::take(&mut self.waiters).into_iter().chain(revoking) {
            self.outputs.push_back(SessionOutput::Failed(waiter, error.clone()));
        }
    }
}
