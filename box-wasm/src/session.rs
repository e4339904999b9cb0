//! Drives the session machine in one task, however many callers wait.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use box_core::{
    action::CallOptions,
    call::Want,
    error::Error,
    reply::Reply,
    request::Draft,
    session::{Session, SessionOutput, Token, WaiterId},
};
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use crate::{clock, drive::Exchange, store::MemoryStore};

/// A session that many callers share.
#[derive(Clone)]
pub(crate) struct SessionHandle(Rc<Shared>);

struct Shared {
    machine: RefCell<Machine>,
    exchange: Exchange,
    store: MemoryStore,
}

struct Machine {
    session: Session,
    waiters: BTreeMap<WaiterId, oneshot::Sender<Result<Token, Error>>>,
    next: u64,
    running: bool,
}

impl SessionHandle {
    pub(crate) fn new(session: Session, exchange: Exchange, store: MemoryStore) -> Self {
        let machine = Machine { session, waiters: BTreeMap::new(), next: 0, running: false };
        Self(Rc::new(Shared { machine: RefCell::new(machine), exchange, store }))
    }

    /// A token, at once if there is a good one. Dropping the future only drops this caller's place in the queue.
    pub(crate) async fn token(&self, rejected: Option<u64>) -> Result<Token, Error> {
        let now = clock::now();
        if let Some(token) = self.0.machine.borrow().session.token(now, rejected) {
            return Ok(token);
        }
        self.wait(|session, waiter| session.request(now, waiter, rejected)).await
    }

    async fn wait(&self, ask: impl FnOnce(&mut Session, WaiterId)) -> Result<Token, Error> {
        let (sender, receiver) = oneshot::channel();
        let place = {
            let mut machine = self.0.machine.borrow_mut();
            let waiter = WaiterId(machine.next);
            machine.next += 1;
            machine.waiters.insert(waiter, sender);
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
        machine.waiters.remove(&self.waiter);
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
            return None;
        }
        Some(output)
    }

    fn answer(&self, waiter: WaiterId, result: Result<Token, Error>) {
        if let Some(sender) = self.machine.borrow_mut().waiters.remove(&waiter) {
            // The caller may have gone.
            let _ = sender.send(result);
        }
    }

    async fn send(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        let (reply, _) = self.exchange.drive(draft, options, Want::Bytes, None).await?;
        Ok(reply)
    }
}

async fn run(shared: Rc<Shared>) {
    while let Some(output) = shared.next() {
        match output {
            SessionOutput::Token(waiter, token) => shared.answer(waiter, Ok(token)),
            SessionOutput::Failed(waiter, error) => shared.answer(waiter, Err(error)),
            // Nobody shares a store in memory.
            SessionOutput::Lock => shared.handle(|session| session.handle_locked(Ok(()))),
            SessionOutput::Load => {
                let loaded = shared.store.load();
                shared.handle(|session| session.handle_loaded(clock::now(), Ok(loaded)));
            }
            SessionOutput::Store { expected_generation, tokens } => {
                let stored = shared.store.store(expected_generation, tokens);
                shared.handle(|session| session.handle_stored(stored));
            }
            SessionOutput::Send(draft, options) => {
                let reply = shared.send(draft, options).await;
                shared.handle(|session| session.handle_reply(clock::now(), reply));
            }
            SessionOutput::Changed(_) => shared.handle(Session::handle_announced),
            SessionOutput::Unlock | SessionOutput::SignInNeeded(_) | SessionOutput::Idle => {}
        }
    }
}
