//! Drives the session machine in one task, however many callers wait.

mod hooks;
mod run;

use std::{cell::RefCell, rc::Rc, time::Duration};

use box_core::{
    error::Error,
    reply::Reply,
    session::{Grant, Session, SessionOutput, Token, TokenNeed, WaiterId},
    time::Timestamp,
};
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use crate::{clock, drive::Exchange, store::Listening};

pub(crate) use self::hooks::Hooks;

/// A session that many callers share.
#[derive(Clone)]
pub(crate) struct SessionHandle(Rc<Shared>);

struct Shared {
    machine: RefCell<Machine>,
    grant: Grant,
    exchange: Exchange,
    hooks: Hooks,
    /// As long as the session lives.
    listening: RefCell<Option<Listening>>,
}

struct Machine {
    session: Session,
    waiters: Vec<(WaiterId, oneshot::Sender<Result<Answer, Error>>)>,
    next: u64,
    running: bool,
    settling: Vec<oneshot::Sender<()>>,
}

/// What a caller gets.
enum Answer {
    Token(Token),
    Revoked,
}

impl SessionHandle {
    pub(crate) fn new(mut session: Session, exchange: Exchange, hooks: Hooks) -> Self {
        if let Some(patience) = hooks.store.steals_after() {
            session = session.stealing_after(patience);
        }
        let grant = session.grant().clone();
        let (waiters, settling) = (Vec::new(), Vec::new());
        let machine = RefCell::new(Machine { session, waiters, next: 0, running: false, settling });
        let listening = RefCell::default();
        let shared = Rc::new(Shared { machine, grant, exchange, hooks, listening });
        let session = Rc::downgrade(&shared);
        let listening = shared.hooks.store.listen(Rc::new(move |tokens| {
            if let Some(shared) = session.upgrade() {
                shared.input(|session, _| session.adopt(tokens));
            }
        }));
        shared.listening.replace(Some(listening));
        Self(shared)
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
        Rc::strong_count(&self.0) > 1
    }

    /// A token, at once if there is a good one. Dropping the future only drops this caller's place in the queue.
    pub(crate) async fn token(&self, need: TokenNeed) -> Result<Token, Error> {
        let now = clock::now();
        if let Some(token) = self.0.machine.borrow().session.token(now, need) {
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
        let now = clock::now();
        let session = &self.0.machine.borrow().session;
        // A newer one may be in hand by now, and the life is that one's.
        Ok((session.token(now, need).unwrap_or(token), session.lifetime(now)))
    }

    /// Takes over tokens of a user who has just signed in.
    pub(crate) async fn sign_in(&self, reply: &Reply) -> Result<(), Error> {
        let now = clock::now();
        self.wait(|session, waiter| session.sign_in(now, waiter, reply)).await.map(drop)
    }

    /// Ends the session.
    pub(crate) async fn revoke(&self) -> Result<(), Error> {
        self.wait(Session::revoke).await.map(drop)
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

    async fn wait(&self, ask: impl FnOnce(&mut Session, WaiterId)) -> Result<Answer, Error> {
        let (sender, receiver) = oneshot::channel();
        let place = {
            let mut machine = self.0.machine.borrow_mut();
            let waiter = WaiterId(machine.next);
            machine.next += 1;
            machine.waiters.push((waiter, sender));
            ask(&mut machine.session, waiter);
            if !machine.running {
                machine.running = true;
                spawn_local(run::to_the_end(Rc::clone(&self.0)));
            }
            Place { shared: &self.0, waiter }
        };
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
        let mut machine = self.shared.machine.borrow_mut();
        machine.waiters.retain(|(waiter, _)| *waiter != self.waiter);
        machine.session.drop_waiter(self.waiter);
    }
}

impl Shared {
    /// Something has come of the last output.
    fn input(&self, handle: impl FnOnce(&mut Session, Timestamp)) {
        handle(&mut self.machine.borrow_mut().session, clock::now());
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

    fn answer(&self, waiter: WaiterId, result: Result<Answer, Error>) {
        let mut machine = self.machine.borrow_mut();
        if let Some(at) = machine.waiters.iter().position(|(waiting, _)| *waiting == waiter) {
            // The caller may have gone.
            let _ = machine.waiters.swap_remove(at).1.send(result);
        }
    }
}
