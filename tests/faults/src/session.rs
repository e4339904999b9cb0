//! Drives the session machine in one task of its own, however many callers wait, as the drivers of the platforms do.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use box_core::{
    call::Want,
    error::{Error, ErrorKind},
    session::{Grant, Locked, Session, SessionOutput, Token, TokenNeed, Tokens, WaiterId},
};

use crate::{client::Client, drive, source::Source};

/// A session that many callers share.
pub(crate) struct SessionHandle {
    machine: RefCell<Session>,
    answers: RefCell<BTreeMap<WaiterId, Answer>>,
    next: Cell<u64>,
    running: Cell<bool>,
    stored: RefCell<Option<Tokens>>,
}

enum Answer {
    Awaited(Option<Waker>),
    Here(Result<Token, Error>),
}

impl SessionHandle {
    /// A session for a grant, with the tokens that the application has kept.
    pub(crate) fn new(grant: Grant, tokens: Option<Tokens>, client: &Client) -> Self {
        Self {
            machine: RefCell::new(Session::new(grant, tokens, client.rng())),
            answers: RefCell::default(),
            next: Cell::new(0),
            running: Cell::new(false),
            stored: RefCell::default(),
        }
    }

    /// A token, at once if there is a good one. Dropping the future only drops this caller's place in the queue.
    pub(crate) async fn token(self: &Rc<Self>, client: &Client, need: TokenNeed) -> Result<Token, Error> {
        let now = client.clock().now();
        if let Some(token) = self.machine.borrow().token(now, need) {
            return Ok(token);
        }
        let waiter = WaiterId(self.next.replace(self.next.get() + 1));
        self.answers.borrow_mut().insert(waiter, Answer::Awaited(None));
        let place = Place { session: Rc::clone(self), waiter };
        self.machine.borrow_mut().request(now, waiter, need);
        if !self.running.replace(true) {
            client.clock().spawn(run(Rc::clone(self), client.clone()));
        }
        poll_fn(|context| {
            let mut answers = self.answers.borrow_mut();
            match answers.remove(&place.waiter) {
                Some(Answer::Here(result)) => Poll::Ready(result),
                _ => {
                    answers.insert(place.waiter, Answer::Awaited(Some(context.waker().clone())));
                    Poll::Pending
                }
            }
        })
        .await
    }

    fn answer(&self, waiter: WaiterId, result: Result<Token, Error>) {
        if let Some(answer) = self.answers.borrow_mut().get_mut(&waiter)
            && let Answer::Awaited(Some(waker)) = std::mem::replace(answer, Answer::Here(result))
        {
            waker.wake();
        }
    }
}

/// A caller's place among the waiters.
struct Place {
    session: Rc<SessionHandle>,
    waiter: WaiterId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.session.answers.borrow_mut().remove(&self.waiter);
        self.session.machine.borrow_mut().drop_waiter(self.waiter);
    }
}

async fn run(session: Rc<SessionHandle>, client: Client) {
    let clock = client.clock();
    loop {
        let output = session.machine.borrow_mut().poll_output();
        match output {
            SessionOutput::Token(waiter, token) => session.answer(waiter, Ok(token)),
            SessionOutput::Failed(waiter, error) => session.answer(waiter, Err(error)),
            SessionOutput::Lock { .. } => {
                session.machine.borrow_mut().handle_locked(clock.now(), Ok(Locked::Free));
            }
            SessionOutput::Load => {
                let stored = session.stored.borrow().clone();
                session.machine.borrow_mut().handle_loaded(clock.now(), Ok(stored));
            }
            SessionOutput::Store { tokens, .. } => {
                session.stored.replace(Some(tokens));
                session.machine.borrow_mut().handle_stored(clock.now(), Ok(()));
            }
            SessionOutput::AskProvider { .. } => {
                let none = Error::new(ErrorKind::Session, "no test has a token provider");
                session.machine.borrow_mut().handle_provided(clock.now(), Err(none));
            }
            SessionOutput::Send(draft, options) => {
                let nothing = Source::Zeros(0);
                let ended = drive::drive(&client, draft, options, Want::Bytes, &nothing, false).await;
                let reply = ended.map(|(reply, _)| reply);
                session.machine.borrow_mut().handle_reply(clock.now(), reply);
            }
            SessionOutput::Changed(_) => session.machine.borrow_mut().handle_announced(),
            SessionOutput::Pause(time) => {
                clock.sleep_until(Some(clock.now() + time)).await;
                session.machine.borrow_mut().handle_paused();
            }
            SessionOutput::Clear => {
                session.stored.replace(None);
                session.machine.borrow_mut().handle_cleared(Ok(()));
            }
            SessionOutput::AskParent(_) | SessionOutput::Sign { .. } => {
                unreachable!("no test has a derived session, or one with a key")
            }
            SessionOutput::Unlock | SessionOutput::SignInNeeded(..) | SessionOutput::Revoked(_) => {}
            SessionOutput::Idle => {
                session.running.set(false);
                return;
            }
        }
    }
}
