//! Carries out what a session wants.

use box_core::{
    options::CallOptions,
    session::{SessionOutput, Tokens},
    time::Timestamp,
};

use crate::{
    client::too_long,
    event::{Answer, Event, Input, Life, StoreRequest},
    exchange::Purpose,
    plan::LockKind,
    world::World,
};

/// How long a driver waits for the store or a hook.
const STEP: u64 = 10_000;

/// How long it waits for a token of the application.
const PROVIDER: u64 = 60_000;

impl World {
    /// Does all that the session of a client wants now, unless it dies or freezes over it.
    pub(crate) fn pump(&mut self, life: Life) {
        while let Some(mind) = self.mind(life) {
            let output = mind.session.poll_output();
            if matches!(output, SessionOutput::Idle) {
                return;
            }
            if self.chance(self.plan.chaos.crash) {
                return self.crash(life);
            }
            self.carry_out(life, output);
            if self.chance(self.plan.chaos.crash) {
                return self.crash(life);
            }
            if self.chance(self.plan.chaos.freeze) {
                return self.freeze(life);
            }
        }
    }

    fn carry_out(&mut self, life: Life, output: SessionOutput) {
        let now = self.scheduler.now();
        self.trace.note(now, || format!("{life:?} wants {output:?}"));
        let Some(mind) = self.mind(life) else {
            return;
        };
        let (step, fence) = (mind.step, mind.fence);
        match output {
            SessionOutput::Token(waiter, token) => self.handed(life, waiter.0, &token),
            SessionOutput::Failed(waiter, error) => self.failed(life, waiter.0, &error),
            SessionOutput::Revoked(waiter) => self.done(life, waiter.0),
            SessionOutput::Lock { steal, limit } => {
                let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
                self.take_lock(life, step, steal, limit);
            }
            SessionOutput::Unlock => {
                let held = self.mind(life).and_then(|mind| mind.fence.take());
                if let Some(fence) = held {
                    self.release_lock(fence);
                }
            }
            SessionOutput::Load => {
                self.ask_store(life, step, StoreRequest::Load);
                self.answer_after(STEP, life, step, Answer::Loaded(Err(too_long())));
            }
            SessionOutput::Store { expected_generation: expected, tokens } => {
                if fence.is_none() {
                    self.judge.breaks("P1", "a client writes the store without the lock".to_owned());
                }
                let (fence, tokens) = (fence.unwrap_or_default(), Box::new(tokens));
                self.ask_store(life, step, StoreRequest::Write { expected, fence, tokens });
                self.answer_after(STEP, life, step, Answer::Stored(Err(too_long())));
            }
            SessionOutput::Clear => {
                self.ask_store(life, step, StoreRequest::Clear);
                self.answer_after(STEP, life, step, Answer::Cleared(Err(too_long())));
            }
            SessionOutput::AskProvider { .. } => self.ask_provider(life, step),
            SessionOutput::Send(draft, options) => {
                self.begin_exchange(life, draft, options, Purpose::Session);
            }
            SessionOutput::Pause(time) => {
                let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
                self.answer_after(time, life, step, Answer::Paused);
            }
            SessionOutput::Changed(tokens) => self.changed(life, step, &tokens),
            SessionOutput::SignInNeeded(_, error) => self.sign_in_needed(life, &error),
            // Grants that aren't simulated.
            SessionOutput::AskParent(_) | SessionOutput::Sign { .. } | SessionOutput::Idle => {}
        }
    }

    fn answer_after(&mut self, after: u64, life: Life, step: u64, answer: Answer) {
        self.scheduler.plan(after, Event::Heard(life, Input::Step(step, answer)));
    }

    fn ask_provider(&mut self, life: Life, step: u64) {
        let now = self.scheduler.now();
        let (access_token, lives) = (self.box_site.provide(now).into(), self.plan.life);
        let provided = if self.chance(self.plan.chaos.hook) {
            Err(too_long())
        } else {
            let expires_in = Some(std::time::Duration::from_secs(lives));
            Ok(box_core::session::Provided { access_token, expires_in })
        };
        let late = self.chance(self.plan.chaos.late);
        let after = if late { PROVIDER } else { self.rng.u64(1..1_000) };
        self.answer_after(after, life, step, Answer::Provided(provided));
    }

    fn changed(&mut self, life: Life, step: u64, tokens: &Tokens) {
        let after = if self.chance(self.plan.chaos.hook) { STEP } else { self.rng.u64(0..50) };
        self.answer_after(after, life, step, Answer::Announced);
        if self.plan.lock != LockKind::Tab {
            return;
        }
        for client in 0..self.clients.len() {
            let Some(other) = self.life(client).filter(|other| *other != life) else {
                continue;
            };
            if !self.chance(self.plan.chaos.lose) {
                let (after, news) = (self.rng.u64(1..200), Box::new(tokens.clone()));
                self.scheduler.plan(after, Event::Heard(other, Input::News(news)));
            }
        }
    }

    /// A user comes back from the authorize page.
    pub(crate) fn signs_in(&mut self, life: Life) {
        let now = self.scheduler.now();
        let code = self.box_site.code(now);
        let mut rng = box_core::rng::Rng::new(self.rng.u64(..));
        if let Ok(draft) = self.app().exchange(code.into(), None, &mut rng) {
            self.trace.note(now, || format!("{life:?}: a user signs in"));
            self.begin_exchange(life, draft, CallOptions::default(), Purpose::SignIn);
        }
    }

    /// The code of a user who signs in was answered.
    pub(crate) fn signed_in(&mut self, life: Life, reply: &box_core::reply::Reply) {
        let now = Timestamp(self.scheduler.now());
        let waiter = self.queue_up(life, false);
        if let Some(mind) = self.mind(life) {
            mind.session.sign_in(now, waiter, reply);
        }
    }
}
