//! Callers of a client: each wants a token, uses it, and tries once more when Box refuses it.

use box_core::{
    error::Error,
    session::{Token, TokenNeed, WaiterId},
    time::Timestamp,
};

use crate::{
    event::{Event, Input, Life},
    world::World,
};

/// Longest wait of a caller in milliseconds: a queue for the lock, and what may be lost, slow or refused before.
const PATIENCE: u64 = 10 * 60_000;

/// A caller.
#[derive(Debug)]
pub(crate) struct Waiter {
    /// Since when it waits for the session.
    pub(crate) since: u64,
    /// Whether it waits for the session rather than for Box.
    waits: bool,
    /// The generation with which it is at Box.
    generation: u64,
    refused: bool,
    /// It must get a token: nothing goes wrong any more.
    roll: bool,
}

impl World {
    /// A caller gets its place.
    pub(crate) fn queue_up(&mut self, life: Life, roll: bool) -> WaiterId {
        let since = self.scheduler.now();
        let name = self.mind(life).map(|mind| {
            let name = mind.name();
            mind.waiters.insert(name, Waiter { since, waits: true, generation: 0, refused: false, roll });
            name
        });
        WaiterId(name.unwrap_or_default())
    }

    /// Somebody calls.
    pub(crate) fn calls(&mut self, life: Life, roll: bool) {
        let waiter = self.queue_up(life, roll);
        let mut need = TokenNeed::default();
        need.lasting = self.rng.u32(0..10) == 0;
        if self.chance(self.plan.chaos.leave) {
            let after = self.rng.u64(0..60_000);
            self.scheduler.plan(after, Event::Heard(life, Input::Leaves(waiter.0)));
        }
        self.asks(life, waiter, need);
    }

    fn asks(&mut self, life: Life, waiter: WaiterId, need: TokenNeed) {
        let now = Timestamp(self.scheduler.now());
        let Some(mind) = self.mind(life) else {
            return;
        };
        match mind.session.token(now, need) {
            Some(token) => self.handed(life, waiter.0, &token),
            None => mind.session.request(now, waiter, need),
        }
    }

    /// A caller gets its token, and uses it.
    pub(crate) fn handed(&mut self, life: Life, name: u64, token: &Token) {
        self.judge.handed(&self.box_site, token);
        if let Some(waiter) = self.waited(life, name) {
            waiter.generation = token.generation;
            self.use_token(life, name, token.secret.expose());
        }
    }

    /// A caller gets an error.
    pub(crate) fn failed(&mut self, life: Life, name: u64, error: &Error) {
        let roll = self.waited(life, name).is_some_and(|waiter| waiter.roll);
        self.done(life, name);
        if error.needs_sign_in() {
            self.judge_end(life, error);
        } else if roll {
            let message = format!("a start in quiet times fails: {error}");
            self.judge.breaks("P5", message);
        }
    }

    /// A caller is answered.
    fn waited(&mut self, life: Life, name: u64) -> Option<&mut Waiter> {
        let now = self.scheduler.now();
        let since = self.mind(life)?.waiters.get(&name)?.since;
        self.tally.longest_wait = self.tally.longest_wait.max(now.saturating_sub(since));
        if now > since + PATIENCE {
            self.judge.breaks("P6", format!("a caller has waited for {} s", (now - since) / 1000));
        }
        let waiter = self.mind(life)?.waiters.get_mut(&name)?;
        waiter.waits = false;
        Some(waiter)
    }

    /// A caller has what it wants.
    pub(crate) fn done(&mut self, life: Life, name: u64) {
        if let Some(mind) = self.mind(life) {
            mind.waiters.remove(&name);
        }
    }

    /// A caller no longer waits.
    pub(crate) fn leaves(&mut self, life: Life, name: u64) {
        if let Some(mind) = self.mind(life) {
            mind.session.drop_waiter(WaiterId(name));
            mind.waiters.remove(&name);
        }
    }

    /// Box has answered a caller.
    pub(crate) fn used(&mut self, life: Life, name: u64, status: u16) {
        let now = self.scheduler.now();
        let Some(waiter) = self.mind(life).and_then(|mind| mind.waiters.get_mut(&name)) else {
            return;
        };
        if status != 401 || waiter.refused {
            return self.done(life, name);
        }
        (waiter.refused, waiter.waits, waiter.since) = (true, true, now);
        let need = TokenNeed::instead_of(Some(waiter.generation));
        self.asks(life, WaiterId(name), need);
    }

    /// The application ends the session.
    pub(crate) fn farewell(&mut self, life: Life) {
        let waiter = self.queue_up(life, false);
        if let Some(mind) = self.mind(life) {
            mind.session.revoke(waiter);
        }
    }

    /// How many callers wait for their session.
    pub(crate) fn waiting(&self) -> usize {
        let minds = self.clients.iter().filter_map(|client| client.mind.as_ref());
        minds.flat_map(|mind| mind.waiters.values()).filter(|waiter| waiter.waits).count()
    }
}
