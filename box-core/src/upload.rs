//! An upload of any size: one request, or a session of parts.
//!
//! ```text
//!  small:  Digest(all) --> Call(upload) --> compare --> Done
//!  large:  Call(create) --> [ Digest(part) --> Call(part) ]* --> Digest(all) --> Call(commit) --> compare --> Done
//!                             any failure: Call(abort) --> Done(error)
//!  nobody knows whether the commit was done: Call(files.preflight) --> Call(files.get) --> compare --> Done
//! ```
//!
//! The driver holds the bytes: it hashes ranges of its source and sends them where a body refers to
//! [`SOURCE`]. It can be asked for the digest of everything at the cost of one pass, because the parts come in order.

mod plan;
mod session;

use std::{collections::VecDeque, ops::Range};

pub use plan::{SOURCE, Target, UploadPlan};

use crate::{
    action::{CallOptions, FromReply},
    digest::Sha1,
    error::{Error, ErrorKind},
    facts::Facts,
    models::{File, Files},
    reply::Reply,
    request::Draft,
    rng::Rng,
};
use session::OpenSession;

/// What the driver shall do next.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "an output is moved once, and boxes would cost as much")]
pub enum UploadOutput {
    /// Hash a range of the source, then [`Upload::handle_digest`].
    Digest(Range<u64>),
    /// Make a call, then [`Upload::handle_reply`].
    Call(Draft, CallOptions),
    /// Nothing before an input.
    Wait,
    /// The result: Box's reply, which holds the file that was compared ([`file()`]). The machine is finished.
    Done(Result<Reply, Error>),
}

/// The file that an upload has made.
///
/// # Errors
/// `Decode` if the reply holds none.
pub fn file(reply: Reply) -> Result<File, Error> {
    let files = Files::from_reply(reply)?.entries;
    files.and_then(|files| files.into_iter().next()).ok_or_else(plan::no_file)
}

/// The machine of one upload.
#[derive(Debug)]
pub struct Upload {
    plan: UploadPlan,
    rng: Rng,
    session: Option<OpenSession>,
    digest: Option<Sha1>,
    state: State,
    outputs: VecDeque<UploadOutput>,
}

#[derive(Debug)]
enum State {
    HashingAll,
    Sending,
    Creating,
    HashingPart(Range<u64>),
    SendingPart(Range<u64>, Sha1),
    Reconciling(Range<u64>, Sha1, Error),
    Committing,
    /// Looking for the file that a commit may have made.
    Finding(Error),
    /// Looking at it.
    Comparing(Error),
    Aborting(Error),
    Done,
}

impl Upload {
    /// An upload of a source.
    pub fn new(plan: UploadPlan, rng: Rng) -> Self {
        let mut upload =
            Self { plan, rng, session: None, digest: None, state: State::Creating, outputs: VecDeque::new() };
        if let Err(error) = upload.begin() {
            upload.finish(Err(error));
        }
        upload
    }

    /// What to do next. Drain it after every input, until it answers `Wait` or `Done`.
    pub fn poll_output(&mut self) -> UploadOutput {
        self.outputs.pop_front().unwrap_or(UploadOutput::Wait)
    }

    /// The digest that the last `Digest` asked for.
    pub fn handle_digest(&mut self, result: Result<Sha1, Error>) {
        let next = match (result, &self.state) {
            (Ok(digest), State::HashingAll) => {
                self.digest = Some(digest);
                if self.session.is_some() { self.commit(digest) } else { self.send(digest) }
            }
            (Ok(digest), State::HashingPart(range)) => self.send_part(range.clone(), digest),
            (Err(error), State::HashingAll | State::HashingPart(_)) => Err(error),
            _ => return,
        };
        if let Err(error) = next {
            self.abort(error);
        }
    }

    /// What came of the last `Call`.
    pub fn handle_reply(&mut self, result: Result<Reply, Error>) {
        let state = std::mem::replace(&mut self.state, State::Done);
        let next = match state {
            // Unless Box refused it, a failed commit may have made the file: the session tells later.
            State::Committing => match result {
                Err(error) if error.is_outcome_unknown() => return self.find(error),
                Err(error) if !is_refusal(&error) => return self.finish(Err(error)),
                result => self.made(result),
            },
            State::Finding(lost) => return self.found(lost, result),
            State::Comparing(lost) => return self.compared(lost, result),
            // Without a commit there is no file, whatever became of the request.
            State::Creating => result.map_err(Error::behind).and_then(|reply| self.created(&reply)),
            State::SendingPart(range, digest) => self.part_sent(range, digest, result.map_err(Error::behind)),
            State::Reconciling(range, digest, error) => self.reconciled(&range, digest, error, result),
            State::Sending => self.made(result),
            State::Aborting(error) => return self.finish(Err(error)),
            idle @ (State::HashingAll | State::HashingPart(_) | State::Done) => {
                self.state = idle;
                return;
            }
        };
        if let Err(error) = next {
            self.abort(error);
        }
    }

    /// The call that gives the session up, for a driver whose caller has gone; none while a commit is under way,
    /// because it may have made the file.
    pub fn abandon(&mut self) -> Option<(Draft, CallOptions)> {
        if matches!(self.state, State::Committing | State::Finding(_) | State::Comparing(_)) {
            return None;
        }
        self.session.as_ref()?.abort(&mut self.rng).ok()
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.plan.check()?;
        if self.plan.is_simple() {
            self.hash(0..self.plan.size, State::HashingAll);
        } else {
            let draft = self.plan.create(&mut self.rng)?;
            self.call(draft, self.plan.options.clone(), State::Creating);
        }
        Ok(())
    }

    fn send(&mut self, digest: Sha1) -> Result<(), Error> {
        let draft = self.plan.send(digest, &mut self.rng)?;
        self.call(draft, self.plan.options.clone(), State::Sending);
        Ok(())
    }

    fn created(&mut self, reply: &Reply) -> Result<(), Error> {
        self.session = Some(OpenSession::new(Facts::of(reply)?, self.plan.options.clone()));
        self.next_part()
    }

    fn next_part(&mut self) -> Result<(), Error> {
        let (session, size) = (self.session.as_ref().ok_or_else(no_session)?, self.plan.size);
        match session.next(size)? {
            Some(range) => self.hash(range.clone(), State::HashingPart(range)),
            None => self.hash(0..size, State::HashingAll),
        }
        Ok(())
    }

    fn send_part(&mut self, range: Range<u64>, digest: Sha1) -> Result<(), Error> {
        let session = self.session.as_ref().ok_or_else(no_session)?;
        let (draft, options) = session.put(&range, self.plan.size, digest, &mut self.rng)?;
        self.call(draft, options, State::SendingPart(range, digest));
        Ok(())
    }

    fn part_sent(
        &mut self,
        range: Range<u64>,
        digest: Sha1,
        result: Result<Reply, Error>,
    ) -> Result<(), Error> {
        match result {
            // Box may hold the part although the first reply said otherwise or never came. A refusal whose body was
            // cut has no code.
            Err(error)
                if error.status() == Some(416)
                    && matches!(error.code(), None | Some("range_overlaps_existing_part")) =>
            {
                let session = self.session.as_ref().ok_or_else(no_session)?;
                let (draft, options) = session.look(&mut self.rng)?;
                self.call(draft, options, State::Reconciling(range, digest, error));
                Ok(())
            }
            result => {
                let reply = result?;
                let part = Facts::of(&reply)?.take("part");
                self.session.as_mut().ok_or_else(no_session)?.accept(&range, digest, &part)?;
                self.next_part()
            }
        }
    }

    fn reconciled(
        &mut self,
        range: &Range<u64>,
        digest: Sha1,
        error: Error,
        result: Result<Reply, Error>,
    ) -> Result<(), Error> {
        let reply = result?;
        let part = Facts::of(&reply)?.take_first("entries").ok_or(error)?;
        self.session.as_mut().ok_or_else(no_session)?.accept(range, digest, &part)?;
        self.next_part()
    }

    fn commit(&mut self, digest: Sha1) -> Result<(), Error> {
        let session = self.session.as_mut().ok_or_else(no_session)?;
        let (draft, options) = session.commit(&self.plan, digest, &mut self.rng)?;
        self.call(draft, options, State::Committing);
        Ok(())
    }

    fn made(&mut self, result: Result<Reply, Error>) -> Result<(), Error> {
        let reply = result?;
        self.plan.verify(self.digest, &reply)?;
        self.finish(Ok(reply));
        Ok(())
    }

    /// Nobody knows whether the commit was done. The name, or the file, shows it.
    fn find(&mut self, lost: Error) {
        let asked = match &self.plan.target {
            Target::File { .. } => {
                self.plan.preflight(&mut self.rng).map(|draft| (draft, State::Finding(lost.clone())))
            }
            Target::Version { file_id, .. } => {
                plan::look(file_id, &mut self.rng).map(|draft| (draft, State::Comparing(lost.clone())))
            }
        };
        match asked {
            Ok((draft, state)) => self.call(draft, self.plan.options.clone(), state),
            Err(_) => self.finish(Err(lost)),
        }
    }

    /// Whose the name is.
    fn found(&mut self, lost: Error, result: Result<Reply, Error>) {
        let Err(error) = result else {
            // The name is free: there is no file.
            return self.finish(Err(lost));
        };
        let context = error.context_json().unwrap_or_default();
        let id =
            Facts::read(context.as_bytes()).and_then(|mut context| context.take_one("conflicts")?.text("id"));
        match id.and_then(|id| plan::look(&id, &mut self.rng).ok()) {
            Some(draft) => self.call(draft, self.plan.options.clone(), State::Comparing(lost)),
            None => self.finish(Err(lost)),
        }
    }

    /// The file holds what was sent, or it is another one.
    fn compared(&mut self, lost: Error, result: Result<Reply, Error>) {
        let made = result.and_then(|reply| {
            let reply = plan::listed(reply)?;
            self.plan.verify(self.digest, &reply).map(|()| reply)
        });
        self.finish(made.map_err(|_| lost));
    }

    fn hash(&mut self, range: Range<u64>, state: State) {
        self.state = state;
        self.outputs.push_back(UploadOutput::Digest(range));
    }

    fn call(&mut self, draft: Draft, options: CallOptions, state: State) {
        self.state = state;
        self.outputs.push_back(UploadOutput::Call(draft, options));
    }

    fn abort(&mut self, error: Error) {
        match self.abandon() {
            Some((draft, options)) => self.call(draft, options, State::Aborting(error)),
            None => self.finish(Err(error)),
        }
    }

    fn finish(&mut self, result: Result<Reply, Error>) {
        self.state = State::Done;
        self.session = None;
        self.outputs.push_back(UploadOutput::Done(result));
    }
}

/// Whether Box surely didn't do what it was asked for.
fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Api && error.status().is_some_and(|status| status < 500)
}

fn no_session() -> Error {
    Error::internal("a part without a session")
}
