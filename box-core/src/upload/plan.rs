//! What to upload, where to, and the requests that say so.

use std::ops::Range;

use crate::{
    action::{Action, CallOptions},
    actions::{files, upload_sessions},
    digest::Sha1,
    encode::RequestWriter,
    error::{Error, ErrorKind},
    facts::Facts,
    model::{Entries, Field, Shown},
    models::Reference,
    names, operations,
    reply::{Content, Reply},
    request::{Draft, Payload, Replay, SourceId, SourceRange},
    rng::Rng,
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
    /// When the content was made (RFC 3339).
    pub content_created_at: Option<String>,
    /// When the content was last changed (RFC 3339).
    pub content_modified_at: Option<String>,
    /// Etag that the file must still have; versions only.
    pub if_match: Option<String>,
    /// Options of every call that the upload makes.
    pub options: CallOptions,
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
            options: CallOptions::default(),
        }
    }

    /// Checks what can be checked before anything is sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        let is_version = matches!(self.target, Target::Version { .. });
        if !is_version && self.if_match.is_some() {
            return Err(Error::invalid("a new file has no etag to match"));
        }
        if is_version && self.content_created_at.is_some() {
            return Err(Error::invalid("a version has no creation time of its own"));
        }
        match &self.target {
            Target::File { folder_id, .. } if folder_id.is_empty() => {
                Err(Error::invalid("the folder's id is empty"))
            }
            Target::File { name, .. } | Target::Version { name: Some(name), .. } => names::check(name),
            Target::Version { name: None, .. } => Ok(()),
        }
    }

    /// Whether one request takes it all.
    pub(super) fn is_simple(&self) -> bool {
        self.size <= MAX_SIMPLE && (!self.held || self.size < MIN_SESSION)
    }

    /// The request that takes it all.
    pub(super) fn send(&self, digest: Sha1, rng: &mut Rng) -> Result<Draft, Error> {
        let mut attributes = self.times().unwrap_or_default();
        let mut writer = match &self.target {
            Target::File { folder_id, name } => {
                attributes.name = Some(name);
                attributes.parent = Some(Reference::new(folder_id.as_str()));
                RequestWriter::new(&operations::FILES_UPLOAD, rng)
            }
            Target::Version { file_id, name } => {
                attributes.name = name.as_deref();
                let mut writer = RequestWriter::new(&operations::FILES_UPLOAD_VERSION, rng);
                writer.path("file_id", file_id)?;
                writer
            }
        };
        writer.header("content-md5", &digest.to_hex())?;
        writer.header("if-match", &self.if_match)?;
        writer.part_json("attributes", &Shown::Map(&attributes))?;
        writer.part_content("file", &range(0..self.size));
        writer.finish()
    }

    /// The times of the content, if any is set.
    pub(super) fn times(&self) -> Option<Attributes<'_>> {
        let times = Attributes {
            content_created_at: self.content_created_at.as_deref(),
            content_modified_at: self.content_modified_at.as_deref(),
            ..Attributes::default()
        };
        (times.content_created_at.is_some() || times.content_modified_at.is_some()).then_some(times)
    }

    /// The request that opens a session.
    pub(super) fn create(&self, rng: &mut Rng) -> Result<Draft, Error> {
        let size = i64::try_from(self.size).map_err(|_| Error::invalid("the file is too large"))?;
        match &self.target {
            Target::File { folder_id, name } => {
                upload_sessions::Create::new(folder_id.as_str(), size, name.as_str()).draft(rng)
            }
            Target::Version { file_id, name } => {
                let mut create = upload_sessions::CreateForVersion::new(file_id.as_str(), size);
                create.file_name = name.as_deref().map(Into::into);
                create.draft(rng)
            }
        }
    }

    /// The request that asks who has the name.
    pub(super) fn preflight(&self, rng: &mut Rng) -> Result<Draft, Error> {
        let Target::File { folder_id, name } = &self.target else {
            return Err(Error::internal("a version has its name already"));
        };
        let mut preflight = files::Preflight::new();
        preflight.name = Some(name.as_str().into());
        preflight.parent = Some(Reference::new(folder_id.as_str()));
        preflight.draft(rng)
    }

    /// Compares the file that Box answers with what was sent.
    pub(super) fn verify(&self, sent: Option<Sha1>, reply: &Reply) -> Result<(), Error> {
        let file = Facts::of(reply)?.take_first("entries").ok_or_else(no_file)?;
        let (stored, size) = (file.text("sha1"), file.number("size"));
        let other_bytes = stored.as_deref().is_some_and(|stored| Sha1::from_hex(stored) != sent);
        if !other_bytes && size.is_none_or(|size| size == self.size) {
            return Ok(());
        }
        let id = file.text("id").unwrap_or_default();
        let (stored, sent) = (stored.unwrap_or_default(), sent.map(Sha1::to_hex).unwrap_or_default());
        let (size, length) = (size.unwrap_or(self.size), self.size);
        let (size, length) = (size.to_string(), length.to_string());
        let stored = ["file ", &id, " is stored with ", &size, " bytes and SHA-1 ", &stored].concat();
        let message = [&stored, "; sent were ", &length, " and ", &sent].concat();
        Err(Error::new(ErrorKind::Integrity, message))
    }
}

/// The request that looks at a file.
pub(super) fn look(file_id: &str, rng: &mut Rng) -> Result<Draft, Error> {
    files::Get::new(file_id).draft(rng)
}

/// A file as an upload answers it.
pub(super) fn listed(reply: Reply) -> Result<Reply, Error> {
    let Content::Bytes(file) = &reply.content else {
        return Err(Error::internal("a file that was not read"));
    };
    let list = [br#"{"total_count":1,"entries":["#, file.as_ref(), b"]}"].concat();
    Ok(Reply { content: Content::Bytes(list.into()), ..reply })
}

pub(super) fn no_file() -> Error {
    Error::new(ErrorKind::Decode, "Box answered the upload without a file")
}

/// What goes with the content of an upload. The typed actions know the same; times are text here, so that a program
/// without models needs no calendar.
#[derive(Default)]
pub(super) struct Attributes<'a> {
    name: Option<&'a str>,
    parent: Option<Reference>,
    content_created_at: Option<&'a str>,
    content_modified_at: Option<&'a str>,
}

impl Entries for Attributes<'_> {
    fn each(&self, take: &mut dyn FnMut(&str, Shown<'_>)) {
        let texts = [
            ("name", self.name),
            ("content_created_at", self.content_created_at),
            ("content_modified_at", self.content_modified_at),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                take(name, Shown::Text(text.into()));
            }
        }
        if let Some(parent) = &self.parent {
            take("parent", parent.shown());
        }
    }
}

/// A range of the source as content.
pub(super) fn range(range: Range<u64>) -> Payload {
    Payload::Source(SourceRange { id: SOURCE, range, replay: Replay::Reopen })
}
