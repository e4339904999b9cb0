//! A client: a session, its callers, and a driver that dies, freezes and is told things too late.

use std::collections::{BTreeMap, BTreeSet};

use box_core::{
    error::{Error, ErrorKind},
    rng::Rng,
    session::{Session, Tokens},
    time::Timestamp,
};

use crate::{
    caller::Waiter,
    event::{Answer, Event, Input, Life},
    exchange::{self, Exchange},
    plan::{LockKind, Way},
    world::World,
};

/// How long a tab waits before it steals the lock.
const TAB_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// A host or tab.
#[derive(Debug, Default)]
pub(crate) struct Client {
    pub(crate) lives: u32,
    pub(crate) frozen_until: u64,
    pub(crate) mind: Option<Mind>,
}

/// What a crash takes away.
#[derive(Debug)]
pub(crate) struct Mind {
    pub(crate) session: Session,
    /// What the session waits for; answers to anything earlier are too late.
    pub(crate) step: u64,
    /// The lock that the driver holds.
    pub(crate) fence: Option<u64>,
    pub(crate) exchanges: BTreeMap<u64, Exchange>,
    pub(crate) waiters: BTreeMap<u64, Waiter>,
    /// What the store was last seen to hold: the refresh token, and whether there was an intent.
    pub(crate) seen: Option<(String, bool)>,
    /// When that was.
    pub(crate) read: u64,
    /// The refresh token that was last sent.
    pub(crate) sent: Option<String>,
    /// Those after which a sign-in was asked for.
    pub(crate) refused: BTreeSet<String>,
    /// The step after which the session said that it is over; all that wait are told of it, some of them late.
    pub(crate) judged: Option<u64>,
    names: u64,
}

impl Mind {
    /// A name for a caller or an exchange.
    pub(crate) fn name(&mut self) -> u64 {
        self.names += 1;
        self.names
    }
}

impl World {
    /// What a client knows, if it still lives that life.
    pub(crate) fn mind(&mut self, life: Life) -> Option<&mut Mind> {
        let client = self.clients.get_mut(life.client)?;
        client.mind.as_mut().filter(|_| client.lives == life.number)
    }

    /// The present life of a client, if it has one.
    pub(crate) fn life(&self, client: usize) -> Option<Life> {
        let found = self.clients.get(client)?;
        found.mind.as_ref().map(|_| Life { client, number: found.lives })
    }

    /// A client starts, knowing what its application kept.
    pub(crate) fn start(&mut self, client: usize) {
        let grant = self.grant();
        let rng = Rng::new(self.rng.u64(..));
        // An application that has ended its session keeps none of its tokens.
        let tokens =
            self.original.clone().filter(|_| self.plan.way == Way::OAuth && !self.box_site.has_ended());
        let now = self.scheduler.now();
        let mutant = self.mutant;
        let Some(found) = self.clients.get_mut(client).filter(|client| client.mind.is_none()) else {
            return;
        };
        found.lives += 1;
        found.frozen_until = 0;
        let mut session = Session::new(grant, tokens, rng).with_mutant(mutant);
        if self.plan.lock == LockKind::Tab {
            session = session.stealing_after(TAB_PATIENCE);
        }
        found.mind = Some(Mind {
            session,
            step: 0,
            fence: None,
            exchanges: BTreeMap::new(),
            waiters: BTreeMap::new(),
            seen: None,
            read: now,
            sent: None,
            refused: BTreeSet::new(),
            judged: None,
            names: 0,
        });
        self.trace.note(now, || format!("client {client} starts"));
    }

    /// A client dies. What it has asked the store and Box for goes on.
    pub(crate) fn crash(&mut self, life: Life) {
        if self.mind(life).is_none() {
            return;
        }
        let now = self.scheduler.now();
        self.trace.note(now, || format!("{life:?}: crashes"));
        self.tally.crashes += 1;
        if let Some(client) = self.clients.get_mut(life.client) {
            client.mind = None;
        }
        self.judge.died(life);
        self.forget_lock_of(life);
        let after = self.rng.u64(100..60_000);
        self.scheduler.plan(after, Event::Start(life.client));
        self.scheduler.plan(after + 1, Event::Calls(life.client, 1));
    }

    /// A client stands still for a while.
    pub(crate) fn freeze(&mut self, life: Life) {
        let now = self.scheduler.now();
        let time = self.rng.u64(1_000..120_000);
        self.trace.note(now, || format!("{life:?}: freezes for {time} ms"));
        if let Some(client) = self.clients.get_mut(life.client) {
            client.frozen_until = now + time;
        }
        if let Some(mind) = self.mind(life) {
            // A caller can't wait while it stands still itself.
            mind.waiters.values_mut().for_each(|waiter| waiter.since += time);
        }
        self.scheduler.plan(time, Event::Heard(life, Input::Thawed));
    }

    /// A client hears of something, when it isn't frozen.
    pub(crate) fn heard(&mut self, life: Life, input: Input) {
        let now = self.scheduler.now();
        let frozen_until = self.clients.get(life.client).map_or(0, |client| client.frozen_until);
        if self.mind(life).is_none() {
            return;
        }
        if frozen_until > now {
            return self.scheduler.plan_at(frozen_until, Event::Heard(life, input));
        }
        match input {
            Input::Thawed => {}
            Input::Step(step, answer) => self.answered(life, step, answer),
            Input::Reply(key, id, reply, sent) => {
                self.drive(life, key, |call, now| exchange::answer(call, now, id, reply, sent));
            }
            Input::Wake(key) => self.drive(life, key, |call, now| call.handle_timeout(now)),
            Input::Used(waiter, status) => self.used(life, waiter, status),
            Input::Leaves(waiter) => self.leaves(life, waiter),
            Input::News(tokens) => {
                if let Some(mind) = self.mind(life) {
                    mind.session.adopt(*tokens);
                }
            }
        }
        self.pump(life);
    }

    fn answered(&mut self, life: Life, step: u64, answer: Answer) {
        let now = Timestamp(self.scheduler.now());
        let due = self.mind(life).map(|mind| mind.step);
        if due == Some(step) {
            self.trace.note(now.0, || format!("{life:?}: {answer:?}"));
        }
        let Some(mind) = self.mind(life) else {
            return;
        };
        if mind.step != step {
            if let Answer::Locked(_, fence) = answer {
                self.release_lock(fence);
            }
            return;
        }
        mind.step += 1;
        let session = &mut mind.session;
        match answer {
            Answer::Locked(how, fence) => {
                mind.fence = Some(fence);
                session.handle_locked(now, Ok(how));
            }
            Answer::Loaded(result) => {
                if let Ok(found) = &result {
                    mind.seen = found.as_deref().and_then(seen);
                }
                session.handle_loaded(now, result.map(|found| found.map(|tokens| *tokens)));
            }
            Answer::Stored(result) => session.handle_stored(now, result),
            Answer::Cleared(result) => session.handle_cleared(result),
            Answer::Paused => session.handle_paused(),
            Answer::Announced => session.handle_announced(),
            Answer::Provided(result) => session.handle_provided(now, result),
        }
    }
}

/// What matters of a record.
fn seen(tokens: &Tokens) -> Option<(String, bool)> {
    let refresh = tokens.refresh_token.as_ref()?;
    Some((refresh.expose().to_owned(), tokens.intent.is_some()))
}

/// What a driver says when its patience with a step is over.
pub(crate) fn too_long() -> Error {
    Error::new(ErrorKind::Session, "the step took too long")
}
