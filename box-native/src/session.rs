//! Drives the session machine in one detached task, however many callers wait.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use box_core::{
    action::CallOptions,
    call::Want,
    error::{Error, ErrorKind},
    reply::Reply,
    request::Draft,
    session::{
        AskReason, PROVIDER_TIMEOUT, Provided, STEP_TIMEOUT, Session, SessionOutput, Token, TokenNeed,
        Tokens, WaiterId,
    },
    time::Timestamp,
};
use futures_util::FutureExt;
use tokio::sync::{Notify, oneshot};

use crate::{
    drive::{Exchange, NoSources},
    store::{Expected, LockGuard, TokenStore},
    transport::BoxFuture,
};

/// Told of new tokens before anything uses them.
pub(crate) type TokensChanged = Arc<dyn Fn(Tokens) -> BoxFuture<'static, ()> + Send + Sync>;

/// Asked for tokens.
pub(crate) type Provider =
    Arc<dyn Fn(AskReason) -> BoxFuture<'static, Result<Provided, Error>> + Send + Sync>;

/// What the application gives a session.
#[derive(Clone)]
pub(crate) struct Hooks {
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) tokens_changed: Option<TokensChanged>,
    pub(crate) provider: Option<Provider>,
}

tokio::task_local! {
    /// The session whose hook or store runs: a call of the same client from there would wait for itself.
    static INSIDE: SessionId;
}

/// A session that many callers share.
#[derive(Clone)]
pub(crate) struct SessionHandle(Arc<Shared>);

struct Shared {
    machine: Mutex<Machine>,
    exchange: Exchange,
    hooks: Hooks,
    idle: Notify,
}

struct Machine {
    session: Session,
    waiters: BTreeMap<WaiterId, oneshot::Sender<Result<Token, Error>>>,
    next: u64,
    running: bool,
}

impl SessionHandle {
    pub(crate) fn new(session: Session, exchange: Exchange, hooks: Hooks) -> Self {
        let machine = Machine { session, waiters: BTreeMap::new(), next: 0, running: false };
        Self(Arc::new(Shared { machine: Mutex::new(machine), exchange, hooks, idle: Notify::new() }))
    }

    /// The token in hand, if it is good.
    pub(crate) fn token_in_hand(&self, now: Timestamp, need: TokenNeed) -> Option<Token> {
        self.0.machine().session.token(now, need)
    }

    /// A token, at once if there is a good one. Dropping the future only drops this caller's place in the queue.
    pub(crate) async fn token(&self, need: TokenNeed) -> Result<Token, Error> {
        let now = self.0.exchange.clock.now();
        if let Some(token) = self.0.machine().session.token(now, need) {
            return Ok(token);
        }
        self.wait(|session, waiter| session.request(now, waiter, need)).await
    }

    /// Takes over tokens of a user who has just signed in.
    pub(crate) async fn sign_in(&self, reply: &Reply) -> Result<(), Error> {
        let now = self.0.exchange.clock.now();
        self.wait(|session, waiter| session.sign_in(now, waiter, reply)).await.map(drop)
    }

    /// Waits until no refresh is under way.
    pub(crate) async fn settle(&self) {
        loop {
            let idle = self.0.idle.notified();
            if !self.0.machine().running {
                return;
            }
            idle.await;
        }
    }

    /// Refuses what a hook or store of this session asks for: it would wait for itself.
    pub(crate) fn check_outside(&self) -> Result<(), Error> {
        if INSIDE.try_with(|inside| *inside == self.0.id()) == Ok(true) {
            let message = "a hook or store of the session called the client that waits for it";
            return Err(Error::new(ErrorKind::Session, message));
        }
        Ok(())
    }

    async fn wait(&self, ask: impl FnOnce(&mut Session, WaiterId)) -> Result<Token, Error> {
        self.check_outside()?;
        let (sender, receiver) = oneshot::channel();
        let (place, starts) = {
            let mut machine = self.0.machine();
            let waiter = WaiterId(machine.next);
            machine.next += 1;
            machine.waiters.insert(waiter, sender);
            ask(&mut machine.session, waiter);
            let starts = !std::mem::replace(&mut machine.running, true);
            let shared = &self.0;
            (Place { shared, waiter }, starts)
        };
        if starts {
            tokio::spawn(run(Run(Arc::clone(&self.0))));
        }
        let token = receiver.await;
        drop(place);
        token.unwrap_or_else(|_| Err(Error::internal("the session's task ended")))
    }
}

/// A caller's place among the waiters.
struct Place<'a> {
    shared: &'a Shared,
    waiter: WaiterId,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut machine = self.shared.machine();
        machine.waiters.remove(&self.waiter);
        machine.session.drop_waiter(self.waiter);
    }
}

impl Shared {
    fn id(self: &Arc<Self>) -> SessionId {
        SessionId(Arc::as_ptr(self).addr())
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next output, `None` when there is nothing to do; then the task is over.
    fn next(&self) -> Option<SessionOutput> {
        let mut machine = self.machine();
        let output = machine.session.poll_output();
        if matches!(output, SessionOutput::Idle) {
            machine.running = false;
            self.idle.notify_waiters();
            return None;
        }
        Some(output)
    }

    fn answer(&self, waiter: WaiterId, result: Result<Token, Error>) {
        if let Some(sender) = self.machine().waiters.remove(&waiter) {
            // The caller may have gone.
            let _ = sender.send(result);
        }
    }

    async fn send(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        let call = self.exchange.drive(draft, options, Want::Bytes, &NoSources, None);
        let reply = AssertUnwindSafe(call).catch_unwind();
        let panicked = |_| Err(Error::internal("the transport panicked"));
        reply.await.unwrap_or_else(panicked).map(|(reply, _)| reply)
    }

    /// Runs the application's code: with a deadline, and without taking its panics over.
    async fn step<T>(
        self: &Arc<Self>,
        what: &str,
        limit: Duration,
        work: impl AsyncFnOnce() -> T,
    ) -> Result<T, Error> {
        let failed = |how: &str| Error::new(ErrorKind::Session, format!("{what} {how}"));
        // Called inside of what catches its panics: not only its future may panic.
        let work = AssertUnwindSafe(async { work().await }).catch_unwind();
        match tokio::time::timeout(limit, INSIDE.scope(self.id(), work)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(_)) => Err(failed("panicked")),
            Err(_) => Err(failed("took too long")),
        }
    }
}

/// Names a session among those of the process.
#[derive(Clone, Copy, PartialEq, Eq)]
struct SessionId(usize);

/// The running task. If its runtime ends before it, the next caller begins anew in another.
struct Run(Arc<Shared>);

impl Drop for Run {
    fn drop(&mut self) {
        let mut machine = self.0.machine();
        if std::mem::take(&mut machine.running) {
            machine.session.interrupt();
            machine.waiters.clear();
            self.0.idle.notify_waiters();
        }
    }
}

async fn run(run: Run) {
    let shared = &run.0;
    let mut lock: Option<LockGuard> = None;
    while let Some(output) = shared.next() {
        match output {
            SessionOutput::Token(waiter, token) => shared.answer(waiter, Ok(token)),
            SessionOutput::Failed(waiter, error) => shared.answer(waiter, Err(error)),
            SessionOutput::Lock { limit, .. } => {
                let locked = shared
                    .step("the token lock", limit, async || shared.hooks.store.lock(limit).await)
                    .await
                    .and_then(|locked| locked);
                let locked = locked.map(|guard| lock.insert(guard).held());
                let now = shared.exchange.clock.now();
                shared.machine().session.handle_locked(now, locked);
            }
            SessionOutput::Unlock => lock = None,
            SessionOutput::Load => {
                let loaded = shared
                    .step("the token store", STEP_TIMEOUT, async || shared.hooks.store.load().await)
                    .await
                    .and_then(|loaded| loaded);
                let now = shared.exchange.clock.now();
                shared.machine().session.handle_loaded(now, loaded);
            }
            SessionOutput::Store { expected_generation, tokens } => {
                let fence = lock.as_ref().map_or(0, LockGuard::fence);
                let expected = Expected::new(expected_generation, fence);
                let store = async || shared.hooks.store.store(expected, tokens).await;
                let stored =
                    shared.step("the token store", STEP_TIMEOUT, store).await.and_then(|stored| stored);
                let now = shared.exchange.clock.now();
                shared.machine().session.handle_stored(now, stored);
            }
            SessionOutput::AskProvider { reason } => {
                let provided = match &shared.hooks.provider {
                    Some(provide) => {
                        let ask = async || provide(reason).await;
                        shared.step("the token provider", PROVIDER_TIMEOUT, ask).await.and_then(|given| given)
                    }
                    None => Err(Error::internal("a session without its token provider")),
                };
                let now = shared.exchange.clock.now();
                shared.machine().session.handle_provided(now, provided);
            }
            SessionOutput::Send(draft, options) => {
                let reply = shared.send(draft, options).await;
                let now = shared.exchange.clock.now();
                shared.machine().session.handle_reply(now, reply);
            }
            SessionOutput::Changed(tokens) => {
                if let Some(hook) = &shared.hooks.tokens_changed {
                    // The tokens are stored: a hook that fails must not lose them.
                    let _ = shared.step("tokens_changed", STEP_TIMEOUT, async || hook(tokens).await).await;
                }
                shared.machine().session.handle_announced();
            }
            SessionOutput::Pause(time) => {
                tokio::time::sleep(time).await;
                shared.machine().session.handle_paused();
            }
            SessionOutput::Clear => {
                let cleared = shared
                    .step("the token store", STEP_TIMEOUT, async || shared.hooks.store.clear().await)
                    .await
                    .and_then(|cleared| cleared);
                shared.machine().session.handle_cleared(cleared);
            }
            SessionOutput::AskParent(_) | SessionOutput::Sign { .. } => {}
            SessionOutput::SignInNeeded(..) | SessionOutput::Revoked(_) | SessionOutput::Idle => {}
        }
    }
}
