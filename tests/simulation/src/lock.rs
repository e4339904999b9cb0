//! The lock that all users of the store share.

use std::collections::VecDeque;

use box_core::session::Locked;

use crate::{
    event::{Answer, Event, Input, Life},
    plan::LockKind,
    world::World,
};

/// How long a request of somebody from whom the lock was taken may still be under way. Whoever took it may give it back or
/// die before, so the lock itself must remember: with `Free` the next would not wait.
const CONTESTED: u64 = 30_000;

/// Who holds the lock, and who waits for it.
#[derive(Debug)]
pub(crate) struct Lock {
    kind: LockKind,
    holder: Option<Holder>,
    waiting: VecDeque<(Life, u64)>,
    fence: u64,
    /// Until when every lock counts as taken over.
    contested_until: u64,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    life: Life,
    fence: u64,
    until: Option<u64>,
}

impl Lock {
    pub(crate) fn new(kind: LockKind) -> Self {
        Self { kind, holder: None, waiting: VecDeque::new(), fence: 0, contested_until: 0 }
    }

    /// The least fence that may write. The lock of a system is taken from nobody, so it has none.
    pub(crate) fn least_fence(&self) -> u64 {
        if self.kind == LockKind::System { 0 } else { self.fence }
    }
}

impl World {
    /// A client wants the lock.
    pub(crate) fn take_lock(&mut self, life: Life, step: u64, steal: bool, limit: u64) {
        let now = self.scheduler.now();
        let has_ended = |holder: &Holder| holder.until.is_some_and(|until| until <= now);
        match &self.lock.holder {
            None => self.lock_for(life, step, Locked::Free),
            Some(holder) if steal || has_ended(holder) => self.lock_for(life, step, Locked::TakenOver),
            Some(_) => {
                self.lock.waiting.push_back((life, step));
                self.scheduler.plan(limit, Event::LockTimeout(life, step));
            }
        }
    }

    fn lock_for(&mut self, life: Life, step: u64, how: Locked) {
        let now = self.scheduler.now();
        if how == Locked::TakenOver {
            self.lock.contested_until = now + CONTESTED;
        }
        let how = if now < self.lock.contested_until { Locked::TakenOver } else { how };
        self.lock.fence += 1;
        let fence = self.lock.fence;
        let until = match self.lock.kind {
            LockKind::Lease(time) => Some(now + time),
            LockKind::System | LockKind::Tab => None,
        };
        self.lock.holder = Some(Holder { life, fence, until });
        if let Some(until) = until {
            self.scheduler.plan_at(until, Event::LeaseEnds(fence));
        }
        self.tally.takeovers += u64::from(how == Locked::TakenOver);
        self.trace.note(now, || format!("lock: {how:?} for {life:?}, fence {fence}"));
        let after = self.rng.u64(1..20);
        self.scheduler.plan(after, Event::Heard(life, Input::Step(step, Answer::Locked(how, fence))));
    }

    fn grant_next(&mut self, how: Locked) {
        if let Some((life, step)) = self.lock.waiting.pop_front() {
            self.lock_for(life, step, how);
        }
    }

    /// A client gives the lock back, unless it has been taken from it.
    pub(crate) fn release_lock(&mut self, fence: u64) {
        if self.lock.holder.is_some_and(|holder| holder.fence == fence) {
            self.lock.holder = None;
            self.grant_next(Locked::Free);
        }
    }

    /// A client has waited for long enough.
    pub(crate) fn lock_timed_out(&mut self, life: Life, step: u64) {
        let before = self.lock.waiting.len();
        self.lock.waiting.retain(|waiting| *waiting != (life, step));
        if self.lock.waiting.len() < before {
            let answer = Answer::Locked(Locked::TimedOut, 0);
            self.scheduler.plan(0, Event::Heard(life, Input::Step(step, answer)));
        }
    }

    /// A lease runs out. Its holder isn't told.
    pub(crate) fn lease_ended(&mut self, fence: u64) {
        if self.lock.holder.is_some_and(|holder| holder.fence == fence) {
            self.grant_next(Locked::TakenOver);
        }
    }

    /// A client is gone. Its lease stays.
    pub(crate) fn forget_lock_of(&mut self, life: Life) {
        self.lock.waiting.retain(|(waiting, _)| *waiting != life);
        let held = self.lock.holder.filter(|holder| holder.life == life && holder.until.is_none());
        if let Some(holder) = held {
            self.release_lock(holder.fence);
        }
    }
}
