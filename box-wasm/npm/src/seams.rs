//! The application's store and signer, step by step.

use std::time::Duration;

use box_core::{
    error::{Error, ErrorKind},
    json::string,
    session::{Locked, STEP_TIMEOUT, SessionOutput, generation_conflict},
    time::{Timestamp, millis},
};

use crate::{
    command::{Command, Value, flag_of, list, number, text},
    engine::{Engine, unknown},
    kept,
    output::{n, thrown, utf8},
    session::Asked,
};

/// What the application was asked to do for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Lock,
    Load,
    /// With the generation that the store must hold.
    Store(u64),
    Clear,
    Sign,
    /// Nothing: time passes.
    Pause,
}

impl Engine {
    /// Asks for a step, or tells something that needs no answer.
    #[inline(never)]
    pub(crate) fn step(&mut self, now: Timestamp, id: u32, output: SessionOutput) {
        let Some(client) = self.clients.get(id) else {
            return;
        };
        self.keys += 1;
        let turn = self.keys;
        let asked = &mut self.asked;
        let mut ask = |step, time: Duration| asked.put(id, (now + time, Asked::Step(turn, step)));
        let (name, values) = match output {
            SessionOutput::Lock { steal, limit } => {
                ask(Step::Lock, limit + STEP_TIMEOUT);
                ("lock", vec![steal.to_string(), millis(limit).to_string()])
            }
            SessionOutput::Unlock => ("unlock", Vec::new()),
            SessionOutput::Load => {
                ask(Step::Load, STEP_TIMEOUT);
                ("load", Vec::new())
            }
            SessionOutput::Store { expected_generation: expected, tokens } => {
                ask(Step::Store(expected), STEP_TIMEOUT);
                ("store", vec![kept::written(&tokens), expected.to_string()])
            }
            SessionOutput::Clear => {
                ask(Step::Clear, STEP_TIMEOUT);
                ("clear", Vec::new())
            }
            SessionOutput::Sign { algorithm, message } => {
                ask(Step::Sign, STEP_TIMEOUT);
                ("sign", vec![string(algorithm.as_str()), utf8(&message)])
            }
            SessionOutput::Pause(time) => {
                ask(Step::Pause, time);
                return;
            }
            SessionOutput::SignInNeeded(reason, error) if client.seams.warns => {
                ("needed", vec![string(reason.as_str()), thrown(&error)])
            }
            _ => return,
        };
        let mut said = vec![n(id), n(turn), string(name)];
        said.extend(values);
        let said: Vec<_> = said.iter().map(String::as_str).collect();
        self.out.push("session", &said);
    }

    /// Commands of sessions.
    #[inline(never)]
    pub(crate) fn handle_session(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        match command.text(1) {
            Some("did") => self.did(id, command),
            Some("news") => self.news(id, command),
            Some("derive") => self.derive(id, command)?,
            Some("token") => self.ask_session(id, command, false)?,
            Some("revoke") => self.ask_session(id, command, true)?,
            Some("begin") => self.begin_sign_in(command)?,
            Some("finish") => self.finish_sign_in(id, command)?,
            _ => return Err(unknown()),
        }
        Ok(())
    }

    /// What came of a step. Whoever did it learns that it still counts.
    fn did(&mut self, id: u32, command: &Command<'_>) {
        let turn = command.id(2);
        if let Some((_, Asked::Step(asked, step))) = self.asked.get(id).copied()
            && asked == turn
        {
            self.asked.take(id);
            self.out.push("answer", &["true"]);
            let failed = |why: &str| Error::new(ErrorKind::Session, why);
            let result = command.text(3).map_or(Ok(command.value(4)), |why| Err(failed(why)));
            self.stepped(command.now, id, step, result);
        }
    }

    /// The time of a step is over.
    #[inline(never)]
    pub(crate) fn late(&mut self, now: Timestamp, id: u32, step: Step) {
        let who = match step {
            Step::Lock | Step::Pause => return self.stepped(now, id, step, Ok(&Value::Null)),
            Step::Sign => "the signer",
            _ => "the token store",
        };
        let error = Error::new(ErrorKind::Session, [who, " took too long"].concat());
        self.stepped(now, id, step, Err(error));
    }

    fn stepped(&mut self, now: Timestamp, id: u32, step: Step, result: Result<&Value<'_>, Error>) {
        let Some(client) = self.clients.get(id) else {
            return;
        };
        let session = &mut client.session;
        match step {
            Step::Lock => {
                let held = result.map(|how| match text(how) {
                    Some("free") => Locked::Free,
                    Some(_) => Locked::TakenOver,
                    None => Locked::TimedOut,
                });
                session.handle_locked(now, held);
            }
            Step::Load => session.handle_loaded(now, result.and_then(kept::read)),
            Step::Store(expected) => {
                let stored = result.and_then(|stored| match flag_of(stored) {
                    true => Ok(()),
                    // Which one it holds, it doesn't say.
                    false => Err(generation_conflict(expected, 0)),
                });
                session.handle_stored(now, stored);
            }
            Step::Clear => session.handle_cleared(result.map(|_| ())),
            Step::Sign => {
                let byte = |value: &Value<'_>| number(value).and_then(|byte| u8::try_from(byte).ok());
                let signature = result.map(|bytes| list(bytes).iter().filter_map(byte).collect());
                session.handle_signed(now, signature);
            }
            Step::Pause => session.handle_paused(),
        }
        self.drain_session(now, id);
    }

    /// Another user of the store has stored newer tokens.
    fn news(&mut self, id: u32, command: &Command<'_>) {
        if let Some(client) = self.clients.get(id)
            && let Ok(Some(tokens)) = kept::read(command.value(2))
        {
            client.session.adopt(tokens);
        }
    }
}
