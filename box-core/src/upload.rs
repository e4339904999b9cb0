//! An upload of any size: one request, or a session of parts.
//!
//! ```text
//!  small:  Digest(all) --> Call(upload) --> compare --> Done
//!  large:  Call(create) --> [ Digest(part) --> Call(part) ]* --> Digest(all) --> Call(commit) --> compare --> Done
//!                             any failure: Call(abort) --> Done(error)
//! ```
//!
//! The driver holds the bytes: it hashes ranges of its source and sends them where a body refers to
//! [`SOURCE`]. It can be asked for the digest of everything at the cost of one pass, because the parts come in order.

use std::{collections::VecDeque, ops::Range};

use crate::{
    action::{Action, CallOptions, FromReply},
    actions::{files, upload_sessions},
    digest::Sha1,
    error::{Error, ErrorKind},
    models::{
        File, Files, UploadAttributes, UploadPart, UploadParts, UploadSession,
        UploadVersionAttributes, UploadedPart,
    },
    names,
    reply::Reply,
    request::{Draft, Payload, Replay, SourceId, SourceRange},
    rng::Rng,
    time::DateTime,
};

/// The source of an upload, as the bodies of its requests name it.
pub const SOURCE: SourceId = SourceId(0);

/// Largest upload in one request (Box guide "Direct upload").
const MAX_SIMPLE: u64 = 50_000_000;

/// Smallest upload by a session (Box guide "Chunked upload").
const MIN_SESSION: u64 = 20_000_000;

/// Where an upload goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new file.
    File {
        /// The folder.
        folder_id: String,
        /// Its name there.
        name: String,
    },
    /// A new version of a file.
    Version {
        /// The file.
        file_id: String,
        /// Renames the file.
        name: Option<String>,
    },
}

/// What to upload.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UploadPlan {
    /// Where it goes.
    pub target: Target,
    /// Bytes.
    pub size: u64,
    /// Whether the driver must hold in memory what it sends, because its source can be read once only. Such an
    /// upload becomes a session as soon as Box takes one, so that a part is all that is held.
    pub held: bool,
    /// When the content was made.
    pub content_created_at: Option<DateTime>,
    /// When the content was last changed.
    pub content_modified_at: Option<DateTime>,
    /// Etag that the file must still have.
    pub if_match: Option<String>,
}

impl UploadPlan {
    /// A plan with nothing optional set.
    pub fn new(target: Target, size: u64) -> Self {
        Self {
            target,
            size,
            held: false,
            content_created_at: None,
            content_modified_at: None,
            if_match: None,
        }
    }
}

/// What the driver shall do next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one exists at a time")]
pub enum UploadOutput {
    /// Hash a range of the source, then [`Upload::handle_digest`].
    Digest(Range<u64>),
    /// Make a call, then [`Upload::handle_reply`].
    Call(Draft, CallOptions),
    /// Nothing before an input.
    Wait,
    /// The result. The machine is finished.
    Done(Result<File, Error>),
}

/// The machine of one upload.
#[derive(Debug)]
pub struct Upload {
    plan: UploadPlan,
    rng: Rng,
    session: Option<UploadSession>,
    parts: Vec<UploadPart>,
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
    Aborting(Error),
    Done,
}

impl Upload {
    /// An upload of a source.
    pub fn new(plan: UploadPlan, rng: Rng) -> Self {
        let mut upload = Self {
            plan,
            rng,
            session: None,
            parts: Vec::new(),
            digest: None,
            state: State::Creating,
            outputs: VecDeque::new(),
        };
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
                if self.session.is_some() {
                    self.commit(digest)
                } else {
                    self.send(digest)
                }
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
        let committing = matches!(state, State::Committing);
        let next = match state {
            State::Creating => result
                .and_then(UploadSession::from_reply)
                .and_then(|s| self.created(s)),
            State::SendingPart(range, digest) => self.part_sent(range, digest, result),
            State::Reconciling(range, digest, error) => {
                self.reconciled(range, digest, error, result)
            }
            State::Sending | State::Committing => result
                .and_then(Files::from_reply)
                .and_then(|files| self.verified(files))
                .map(|file| self.finish(Ok(file))),
            State::Aborting(error) => return self.finish(Err(error)),
            idle @ (State::HashingAll | State::HashingPart(_) | State::Done) => {
                self.state = idle;
                return;
            }
        };
        match next {
            // Unless Box refused it, a failed commit may have made the file: the session tells later.
            Err(error) if committing && error.kind() != ErrorKind::Api => self.finish(Err(error)),
            Err(error) => self.abort(error),
            Ok(()) => {}
        }
    }

    /// The call that gives the session up, for a driver whose caller has gone.
    pub fn abandon(&mut self) -> Option<(Draft, CallOptions)> {
        let session = self.session.as_ref()?;
        let endpoint = session
            .session_endpoints
            .as_ref()
            .and_then(|all| all.abort.clone());
        let draft = upload_sessions::Abort::new(session.id.as_str())
            .draft(&mut self.rng)
            .ok()?;
        Some((draft, at(endpoint)))
    }

    fn begin(&mut self) -> Result<(), Error> {
        let name = match &self.plan.target {
            Target::File { name, .. } => Some(name),
            Target::Version { name, .. } => name.as_ref(),
        };
        name.map_or(Ok(()), |name| names::check(name))?;
        let most = if self.plan.held {
            MIN_SESSION - 1
        } else {
            MAX_SIMPLE
        };
        if self.plan.size <= most {
            self.hash(0..self.plan.size, State::HashingAll);
            return Ok(());
        }
        let size =
            i64::try_from(self.plan.size).map_err(|_| Error::invalid("the file is too large"))?;
        let draft = match &self.plan.target {
            Target::File { folder_id, name } => {
                upload_sessions::Create::new(folder_id.as_str(), size, name.as_str())
                    .draft(&mut self.rng)
            }
            Target::Version { file_id, name } => {
                let mut create = upload_sessions::CreateForVersion::new(file_id.as_str(), size);
                create.file_name = name.as_deref().map(Into::into);
                create.draft(&mut self.rng)
            }
        };
        self.call(draft?, CallOptions::default(), State::Creating);
        Ok(())
    }

    fn send(&mut self, digest: Sha1) -> Result<(), Error> {
        let content = self.range(0..self.plan.size);
        let draft = match &self.plan.target {
            Target::File { folder_id, name } => {
                let mut attributes = UploadAttributes::new(name.as_str(), folder_id.as_str());
                attributes.content_created_at = self.plan.content_created_at;
                attributes.content_modified_at = self.plan.content_modified_at;
                let mut upload = files::Upload::new(attributes, content);
                upload.content_md5 = Some(digest.to_hex());
                upload.draft(&mut self.rng)
            }
            Target::Version { file_id, name } => {
                let attributes = UploadVersionAttributes {
                    name: name.as_deref().map(Into::into),
                    content_modified_at: self.plan.content_modified_at,
                };
                let mut upload = files::UploadVersion::new(file_id.as_str(), attributes, content);
                upload.content_md5 = Some(digest.to_hex());
                upload.if_match.clone_from(&self.plan.if_match);
                upload.draft(&mut self.rng)
            }
        };
        self.call(draft?, CallOptions::default(), State::Sending);
        Ok(())
    }

    fn created(&mut self, session: UploadSession) -> Result<(), Error> {
        self.session = Some(session);
        self.next_part()
    }

    fn next_part(&mut self) -> Result<(), Error> {
        let size = self.session.as_ref().and_then(|session| session.part_size);
        let Some(size) = size
            .and_then(|size| u64::try_from(size).ok())
            .filter(|size| *size > 0)
        else {
            return Err(Error::new(
                ErrorKind::Decode,
                "the upload session has no part size",
            ));
        };
        let start = size.saturating_mul(self.parts.len() as u64);
        if start < self.plan.size {
            let range = start..start.saturating_add(size).min(self.plan.size);
            self.hash(range.clone(), State::HashingPart(range));
        } else {
            self.hash(0..self.plan.size, State::HashingAll);
        }
        Ok(())
    }

    fn send_part(&mut self, range: Range<u64>, digest: Sha1) -> Result<(), Error> {
        let session = self.session.as_ref().ok_or_else(no_session)?;
        let endpoint = session
            .session_endpoints
            .as_ref()
            .and_then(|all| all.upload_part.clone());
        let bytes = format!(
            "bytes {}-{}/{}",
            range.start,
            range.end.saturating_sub(1),
            self.plan.size
        );
        let content = self.range(range.clone());
        let part = upload_sessions::UploadPart::new(
            session.id.as_str(),
            content,
            digest.to_digest_header(),
            bytes,
        );
        let draft = part.draft(&mut self.rng)?;
        self.call(draft, at(endpoint), State::SendingPart(range, digest));
        Ok(())
    }

    fn part_sent(
        &mut self,
        range: Range<u64>,
        digest: Sha1,
        result: Result<Reply, Error>,
    ) -> Result<(), Error> {
        match result {
            // Box may hold the part although the first reply said otherwise or never came.
            Err(error) if error.code() == Some("range_overlaps_existing_part") => {
                let session = self.session.as_ref().ok_or_else(no_session)?;
                let endpoint = session
                    .session_endpoints
                    .as_ref()
                    .and_then(|all| all.list_parts.clone());
                let mut list = upload_sessions::ListParts::new(session.id.as_str());
                list.offset = i64::try_from(self.parts.len()).ok();
                list.limit = Some(1);
                let draft = list.draft(&mut self.rng)?;
                self.call(
                    draft,
                    at(endpoint),
                    State::Reconciling(range, digest, error),
                );
                Ok(())
            }
            Err(error) => Err(error),
            Ok(reply) => {
                let part = UploadedPart::from_reply(reply)?.part.unwrap_or_default();
                self.accept(&range, digest, part)
            }
        }
    }

    fn reconciled(
        &mut self,
        range: Range<u64>,
        digest: Sha1,
        error: Error,
        result: Result<Reply, Error>,
    ) -> Result<(), Error> {
        let parts = UploadParts::from_reply(result?)?
            .entries
            .unwrap_or_default();
        let part = parts.into_iter().next().ok_or(error)?;
        self.accept(&range, digest, part)
    }

    fn accept(&mut self, range: &Range<u64>, digest: Sha1, part: UploadPart) -> Result<(), Error> {
        let number = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
        let same = number(part.offset) == Some(range.start)
            && number(part.size) == Some(range.end - range.start)
            && part
                .sha1
                .as_deref()
                .is_none_or(|sha1| Sha1::from_hex(sha1) == Some(digest));
        if !same || part.part_id.is_none() {
            return Err(Error::new(
                ErrorKind::Integrity,
                "Box stored another part than was sent",
            ));
        }
        self.parts.push(part);
        self.next_part()
    }

    fn commit(&mut self, digest: Sha1) -> Result<(), Error> {
        let session = self.session.as_ref().ok_or_else(no_session)?;
        let endpoint = session
            .session_endpoints
            .as_ref()
            .and_then(|all| all.commit.clone());
        let parts = std::mem::take(&mut self.parts);
        let mut commit =
            upload_sessions::Commit::new(session.id.as_str(), parts, digest.to_digest_header());
        commit.if_match.clone_from(&self.plan.if_match);
        let times = [
            ("content_created_at", self.plan.content_created_at),
            ("content_modified_at", self.plan.content_modified_at),
        ];
        let times = times
            .into_iter()
            .filter_map(|(name, time)| Some((name.to_owned(), time?.to_string().into())));
        commit.attributes = Some(times.collect())
            .filter(|times: &std::collections::BTreeMap<_, _>| !times.is_empty());
        let draft = commit.draft(&mut self.rng)?;
        self.call(draft, at(endpoint), State::Committing);
        Ok(())
    }

    fn verified(&self, files: Files) -> Result<File, Error> {
        let Some(file) = files.entries.and_then(|files| files.into_iter().next()) else {
            return Err(Error::new(
                ErrorKind::Decode,
                "Box answered the upload without a file",
            ));
        };
        let stored = file.sha1.as_deref();
        let expected = self.digest.map(Sha1::to_hex);
        let other_digest = stored.is_some_and(|sha1| {
            !expected
                .as_deref()
                .is_some_and(|e| e.eq_ignore_ascii_case(sha1))
        });
        let other_size = file
            .size
            .is_some_and(|size| u64::try_from(size) != Ok(self.plan.size));
        if other_digest || other_size {
            let id = &file.id;
            let (size, sent) = (file.size.unwrap_or_default(), self.plan.size);
            let message = format!(
                "file {id} is stored with {size} bytes and SHA-1 {stored:?}; {sent} bytes with {expected:?} were sent"
            );
            return Err(Error::new(ErrorKind::Integrity, message));
        }
        Ok(file)
    }

    fn range(&self, range: Range<u64>) -> Payload {
        Payload::Source(SourceRange {
            id: SOURCE,
            range,
            replay: Replay::Reopen,
        })
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

    fn finish(&mut self, result: Result<File, Error>) {
        self.state = State::Done;
        self.session = None;
        self.outputs.push_back(UploadOutput::Done(result));
    }
}

fn at(endpoint: Option<String>) -> CallOptions {
    CallOptions {
        endpoint,
        ..CallOptions::default()
    }
}

fn no_session() -> Error {
    Error::internal("a part without a session")
}
