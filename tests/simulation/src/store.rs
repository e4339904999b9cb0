//! The store: one durable record, which is written only by who knows what it holds.

use box_core::{
    error::{Error, ErrorKind},
    session::{Tokens, generation_conflict},
};

use crate::{
    event::{Answer, Event, Input, Life, StoreFate, StoreRequest},
    world::World,
};

/// What outlives every client.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) record: Option<Tokens>,
    /// The application has ended its session.
    pub(crate) emptied: bool,
}

impl World {
    /// A client asks the store for something.
    pub(crate) fn ask_store(&mut self, life: Life, step: u64, request: StoreRequest) {
        let chaos = self.plan.chaos;
        let fate = if !self.chance(chaos.store) {
            StoreFate::Fine
        } else if self.rng.bool() {
            StoreFate::Fails
        } else {
            StoreFate::Unanswered
        };
        let slow = self.chance(chaos.slow);
        let after = if slow { self.rng.u64(5_000..25_000) } else { self.rng.u64(1..100) };
        self.scheduler.plan(after, Event::Store(life, step, request, fate));
    }

    /// The store does what it was asked for, whether or not somebody still waits.
    pub(crate) fn store(&mut self, life: Life, step: u64, request: StoreRequest, fate: StoreFate) {
        let now = self.scheduler.now();
        self.trace.note(now, || format!("store: {} of {life:?}, {fate:?}", shown(&request)));
        let lost = || Error::new(ErrorKind::Io, "the store can't be reached");
        let done = |world: &mut Self, request: StoreRequest| match request {
            StoreRequest::Load => {
                if let Some(mind) = world.mind(life).filter(|mind| mind.step == step) {
                    mind.read = now;
                }
                Answer::Loaded(Ok(world.store.record.clone().map(Box::new)))
            }
            StoreRequest::Write { expected, fence, tokens } => {
                Answer::Stored(world.write(life, expected, fence, *tokens))
            }
            StoreRequest::Clear => {
                world.store = Store { record: None, emptied: true };
                world.box_site.end_everything();
                world.judge.emptied();
                Answer::Cleared(Ok(()))
            }
        };
        let failed = |request: &StoreRequest| match request {
            StoreRequest::Load => Answer::Loaded(Err(lost())),
            StoreRequest::Write { .. } => Answer::Stored(Err(lost())),
            StoreRequest::Clear => Answer::Cleared(Err(lost())),
        };
        let answer = match fate {
            StoreFate::Fine => done(self, request),
            StoreFate::Fails => failed(&request),
            StoreFate::Unanswered => {
                let answer = failed(&request);
                done(self, request);
                answer
            }
        };
        let after = self.rng.u64(0..20);
        self.scheduler.plan(after, Event::Heard(life, Input::Step(step, answer)));
    }

    fn write(&mut self, life: Life, expected: u64, fence: u64, tokens: Tokens) -> Result<(), Error> {
        let found = self.store.record.as_ref().map_or(0, |tokens| tokens.generation);
        if found != expected || fence < self.lock.least_fence() {
            let now = self.scheduler.now();
            self.trace.note(now, || format!("store: conflict, it holds {found}"));
            return Err(generation_conflict(expected, found));
        }
        if let Some(access) = &tokens.access_token {
            self.judge.durable(&self.box_site, access.expose(), tokens.generation);
        }
        let refresh = tokens.refresh_token.as_ref().filter(|_| tokens.intent.is_some());
        self.judge.intends(life, refresh.map(|token| token.expose()));
        if let Some(refresh) = &tokens.refresh_token {
            self.box_site.keep(self.scheduler.now(), refresh.expose());
            if expected == 0 && self.store.emptied && tokens.intent.is_none() {
                self.brought_back(refresh.expose());
            }
        }
        self.store.record = Some(tokens);
        Ok(())
    }

    /// Tokens that a client hadn't stored when the store was emptied. They count as new, for it may have been lost, so each
    /// client may learn once more that they are void.
    fn brought_back(&mut self, refresh: &str) {
        for mind in self.clients.iter_mut().filter_map(|client| client.mind.as_mut()) {
            mind.refused.remove(refresh);
        }
    }
}

fn shown(request: &StoreRequest) -> String {
    match request {
        StoreRequest::Load => "load".to_owned(),
        StoreRequest::Clear => "clear".to_owned(),
        StoreRequest::Write { expected, fence, tokens } => format!(
            "write generation {} over {expected}, fence {fence}, intent {:?}, refresh {:.4}",
            tokens.generation,
            tokens.intent.map(|intent| intent.started_at),
            tokens.refresh_token.as_ref().map_or("none", |token| token.expose()),
        ),
    }
}
