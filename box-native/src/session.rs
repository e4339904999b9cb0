//! Drives the session machine in one detached task, however many callers wait.

mod hooks;
mod run;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use box_core::{
    error::{Error, ErrorKind},
    reply::Reply,
    session::{Grant, Session, SessionOutput, Token, TokenNeed, WaiterId},
    time::Timestamp,
};
use tokio::sync::{Notify, oneshot};

use self::run::Run;
use crate::drive::Exchange;

pub(crate) use self::hooks::{Hooks, Provider, SignInNeeded, TokensChanged};

tokio::task_local! {
    /// The session whose hook or store runs: a call of the same client from there would wait for itself.
    static INSIDE: SessionId;
}

/// A session that many callers share.
#[derive(Clone)]
pub(crate) struct SessionHandle(Arc<Shared>);

struct Shared {
    machine: Mutex<Machine>,
    grant: Grant,
    exchange: Exchange,
    hooks: Hooks,
    /// Told of every step, and of the end.
    moved: Notify,
}

struct Machine {
    session: Session,
    waiters: BTreeMap<WaiterId, oneshot::Sender<Result<Answer, Error>>>,
    next: u64,
    running: bool,
}

/// What a caller gets.
enum Answer {
    Token(Token),
    Revoked,
}

impl SessionHandle {
    pub(crate) fn new(session: Session, exchange: Exchange, hooks: Hooks) -> Self {
        let grant = session.grant().clone();
        let machine = Mutex::new(Machine { session, waiters: BTreeMap::new(), next: 0, running: false });
        Self(Arc::new(Shared { machine, grant, exchange, hooks, moved: Notify::new() }))
    }

    pub(crate) fn grant(&self) -> &Grant {
        &self.0.grant
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.0.exchange
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        &self.0.hooks
    }

    /// Whether anybody else holds it too: a client, a running task, or a session that is derived from it.
    pub(crate) fn is_held(&self) -> bool {
        Arc::strong_count(&self.0) > 1
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
        match self.wait(|session, waiter| session.request(now, waiter, need)).await? {
            Answer::Token(token) => Ok(token),
            Answer::Revoked => Err(Error::internal("a token was asked for, and the session revoked")),
        }
    }

    /// A token, and how long it lives.
    pub(crate) async fn token_and_life(&self, need: TokenNeed) -> Result<(Token, Option<Duration>), Error> {
        let token = self.token(need).await?;
        let now = self.0.exchange.clock.now();
        let session = &self.0.machine().session;
        // A newer one may be in hand by now, and the life is that one's.
        Ok((session.token(now, need).unwrap_or(token), session.lifetime(now)))
    }

    /// Takes over tokens of a user who has just signed in.
    pub(crate) async fn sign_in(&self, reply: &Reply) -> Result<(), Error> {
        let now = self.0.exchange.clock.now();
        self.wait(|session, waiter| session.sign_in(now, waiter, reply)).await.map(drop)
    }

    /// Ends the session.
    pub(crate) async fn revoke(&self) -> Result<(), Error> {
        self.wait(Session::revoke).await.map(drop)
    }

    /// Waits until no refresh is under way whose end must not be missed.
    pub(crate) async fn settle(&self) {
        loop {
            let moved = self.0.moved.notified();
            let is_settled = {
                let machine = self.0.machine();
                !(machine.running && machine.session.is_committed())
            };
            if is_settled {
                return;
            }
            moved.await;
        }
    }

    /// Refuses what a hook or store of this session, or of one from which it is derived, asks for: it would wait for
    /// itself.
    pub(crate) fn check_outside(&self) -> Result<(), Error> {
        let line = || std::iter::successors(Some(self), |session| session.0.hooks.parent.as_ref());
        if INSIDE.try_with(|inside| line().any(|session| *inside == session.0.id())) == Ok(true) {
            let message = "a hook or store of the session called the client that waits for it";
            return Err(Error::new(ErrorKind::Session, message));
        }
        Ok(())
    }

    async fn wait(&self, ask: impl FnOnce(&mut Session, WaiterId)) -> Result<Answer, Error> {
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
            tokio::spawn(Run::new(&self.0).carry_out());
        }
        let answer = receiver.await;
        drop(place);
        answer.unwrap_or_else(|_| Err(Error::internal("the session's task ended")))
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
            self.moved.notify_waiters();
            return None;
        }
        Some(output)
    }

    /// Something has come of the last output.
    fn input(&self, handle: impl FnOnce(&mut Session, Timestamp)) {
        let now = self.exchange.clock.now();
        handle(&mut self.machine().session, now);
        self.moved.notify_waiters();
    }

    fn answer(&self, waiter: WaiterId, result: Result<Answer, Error>) {
        if let Some(sender) = self.machine().waiters.remove(&waiter) {
            // The caller may have gone.
            let _ = sender.send(result);
        }
    }
}

/// Names a session among those of the process.
#[derive(Clone, Copy, PartialEq, Eq)]
struct SessionId(usize);
