//! Drives the session machine in one task, however many callers wait.

use std::{cell::RefCell, pin::pin, rc::Rc, time::Duration};

use box_core::{
    action::CallOptions,
    error::{Error, ErrorKind},
    reply::Reply,
    request::Draft,
    session::{
        AskReason, Locked, Provided, STEP_TIMEOUT, Session, SessionOutput, Token, TokenNeed, Tokens, WaiterId,
    },
};
use futures_channel::oneshot;
use futures_util::future::{Either, LocalBoxFuture, select};
use wasm_bindgen_futures::spawn_local;

use crate::{clock, drive::Exchange, store::MemoryStore};

/// Told of new tokens before anything uses them.
pub(crate) type TokensChanged = Rc<dyn Fn(Tokens) -> LocalBoxFuture<'static, ()>>;

/// Asked for tokens.
pub(crate) type Provider = Rc<dyn Fn(AskReason) -> LocalBoxFuture<'static, Result<Provided, Error>>>;

/// What the application gives a session.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) tokens_changed: Option<TokensChanged>,
    pub(crate) provider: Option<(Provider, Duration)>,
}

/// A session that many callers share.
#[derive(Clone)]
pub(crate) struct SessionHandle(Rc<Shared>);

struct Shared {
    machine: RefCell<Machine>,
    exchange: Exchange,
    store: MemoryStore,
    hooks: Hooks,
}

struct Machine {
    session: Session,
    waiters: Vec<(WaiterId, oneshot::Sender<Result<Token, Error>>)>,
    next: u64,
    running: bool,
    settling: Vec<oneshot::Sender<()>>,
}

impl SessionHandle {
    pub(crate) fn new(session: Session, exchange: Exchange, hooks: Hooks) -> Self {
        let (waiters, settling) = (Vec::new(), Vec::new());
        let machine = Machine { session, waiters, next: 0, running: false, settling };
        let store = MemoryStore::default();
        Self(Rc::new(Shared { machine: RefCell::new(machine), exchange, store, hooks }))
    }

    /// A token, at once if there is a good one. Dropping the future only drops this caller's place in the queue.
    pub(crate) async fn token(&self, need: TokenNeed) -> Result<Token, Error> {
        let now = clock::now();
        if let Some(token) = self.0.machine.borrow().session.token(now, need) {
            return Ok(token);
        }
        self.wait(|session, waiter| session.request(now, waiter, need)).await
    }

    /// Takes over tokens of a user who has just signed in.
    pub(crate) async fn sign_in(&self, reply: &Reply) -> Result<(), Error> {
        let now = clock::now();
        self.wait(|session, waiter| session.sign_in(now, waiter, reply)).await.map(drop)
    }

    /// Waits until no refresh is under way.
    pub(crate) async fn settle(&self) {
        let settled = {
            let mut machine = self.0.machine.borrow_mut();
            let (sender, settled) = oneshot::channel();
            if machine.running {
                machine.settling.push(sender);
            }
            settled
        };
        // The sender is only ever dropped.
        let _ = settled.await;
    }

    async fn wait(&self, ask: impl FnOnce(&mut Session, WaiterId)) -> Result<Token, Error> {
        let (sender, receiver) = oneshot::channel();
        let place = {
            let mut machine = self.0.machine.borrow_mut();
            let waiter = WaiterId(machine.next);
            machine.next += 1;
            machine.waiters.push((waiter, sender));
            ask(&mut machine.session, waiter);
            if !machine.running {
                machine.running = true;
                spawn_local(run(Rc::clone(&self.0)));
            }
            Place { shared: &self.0, waiter }
        };
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
        let mut machine = self.shared.machine.borrow_mut();
        machine.waiters.retain(|(waiter, _)| *waiter != self.waiter);
        machine.session.drop_waiter(self.waiter);
    }
}

impl Shared {
    /// Hands an input to the machine.
    fn handle(&self, input: impl FnOnce(&mut Session)) {
        input(&mut self.machine.borrow_mut().session);
    }

    /// The next output, `None` when there is nothing to do; then the task is over.
    fn next(&self) -> Option<SessionOutput> {
        let mut machine = self.machine.borrow_mut();
        let output = machine.session.poll_output();
        if matches!(output, SessionOutput::Idle) {
            machine.running = false;
            // Whoever waits for it learns by their end.
            machine.settling.clear();
            return None;
        }
        Some(output)
    }

    fn answer(&self, waiter: WaiterId, result: Result<Token, Error>) {
        let mut machine = self.machine.borrow_mut();
        if let Some(at) = machine.waiters.iter().position(|(waiting, _)| *waiting == waiter) {
            // The caller may have gone.
            let _ = machine.waiters.swap_remove(at).1.send(result);
        }
    }

    async fn provide(&self, reason: AskReason) -> Result<Provided, Error> {
        let Some((provide, patience)) = &self.hooks.provider else {
            return Err(Error::internal("a session without its token provider"));
        };
        step("the token provider", *patience, provide(reason)).await.and_then(|provided| provided)
    }

    async fn send(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        self.exchange.call(draft, options).await
    }
}

async fn run(shared: Rc<Shared>) {
    while let Some(output) = shared.next() {
        match output {
            SessionOutput::Token(waiter, token) => shared.answer(waiter, Ok(token)),
            SessionOutput::Failed(waiter, error) => shared.answer(waiter, Err(error)),
            // Nobody shares a store in memory.
            SessionOutput::Lock { .. } => {
                shared.handle(|session| session.handle_locked(clock::now(), Ok(Locked::Free)))
            }
            SessionOutput::Load => {
                let loaded = shared.store.load();
                shared.handle(|session| session.handle_loaded(clock::now(), Ok(loaded)));
            }
            SessionOutput::Store { expected_generation, tokens } => {
                let stored = shared.store.store(expected_generation, tokens);
                shared.handle(|session| session.handle_stored(clock::now(), stored));
            }
            SessionOutput::Send(draft, options) => {
                let reply = shared.send(draft, options).await;
                shared.handle(|session| session.handle_reply(clock::now(), reply));
            }
            SessionOutput::AskProvider { reason } => {
                let provided = shared.provide(reason).await;
                shared.handle(|session| session.handle_provided(clock::now(), provided));
            }
            SessionOutput::Changed(tokens) => {
                if let Some(hook) = &shared.hooks.tokens_changed {
                    // The tokens are stored: a hook that fails must not lose them.
                    let _ = step("tokens_changed", STEP_TIMEOUT, hook(tokens)).await;
                }
                shared.handle(Session::handle_announced);
            }
            SessionOutput::Pause(time) => {
                clock::sleep_until(Some(clock::now() + time)).await;
                shared.handle(Session::handle_paused);
            }
            SessionOutput::Clear => {
                shared.store.clear();
                shared.handle(|session| session.handle_cleared(Ok(())));
            }
            SessionOutput::AskParent(_) | SessionOutput::Sign { .. } => {}
            SessionOutput::Unlock
            | SessionOutput::SignInNeeded(..)
            | SessionOutput::Revoked(_)
            | SessionOutput::Idle => {}
        }
    }
}

/// Runs the application's code with a deadline.
async fn step<T>(what: &str, limit: Duration, work: impl Future<Output = T>) -> Result<T, Error> {
    let alarm = clock::sleep_until(Some(clock::now() + limit));
    match select(pin!(work), pin!(alarm)).await {
        Either::Left((value, _)) => Ok(value),
        Either::Right(_) => Err(Error::new(ErrorKind::Session, [what, " took too long"].concat())),
    }
}
