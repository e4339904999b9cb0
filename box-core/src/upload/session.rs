//! An open upload session, and the requests to the addresses that Box gave with it.

use std::{ops::Range, time::Duration};

use crate::{
    action::{Action, CallOptions},
    actions::upload_sessions::{Abort, ListParts, UploadPart as Put},
    digest::Sha1,
    encode::RequestWriter,
    error::{Error, ErrorKind},
    facts::Facts,
    model::{Field, Shown},
    models::UploadPart,
    operations,
    request::Draft,
    rng::Rng,
    upload::plan::{self, UploadPlan},
};

/// Longest time to give a session up.
const ABORT_TIMEOUT: Duration = Duration::from_secs(10);

/// A request and where it goes.
pub(super) type Call = (Draft, CallOptions);

/// An open session and the parts that it holds, in order.
#[derive(Debug)]
pub(super) struct OpenSession {
    id: String,
    part_size: u64,
    endpoints: [Option<String>; 4],
    options: CallOptions,
    parts: Vec<UploadPart>,
}

/// The addresses of a session, used as Box gives them and never rebuilt.
#[derive(Clone, Copy)]
enum Endpoint {
    UploadPart,
    ListParts,
    Commit,
    Abort,
}

impl OpenSession {
    pub(super) fn new(mut session: Facts<'_>, options: CallOptions) -> Self {
        let endpoints = session.take("session_endpoints");
        Self {
            id: session.text("id").unwrap_or_default(),
            part_size: session.number("part_size").unwrap_or_default(),
            endpoints: ["upload_part", "list_parts", "commit", "abort"].map(|name| endpoints.text(name)),
            options,
            parts: Vec::new(),
        }
    }

    /// The range of the next part, none when all are there.
    pub(super) fn next(&self, size: u64) -> Result<Option<Range<u64>>, Error> {
        if self.part_size == 0 {
            return Err(Error::new(ErrorKind::Decode, "the upload session has no part size"));
        }
        let start = self.part_size.saturating_mul(self.parts.len() as u64);
        let end = start.saturating_add(self.part_size).min(size);
        Ok((start < size).then_some(start..end))
    }

    pub(super) fn put(
        &self,
        range: &Range<u64>,
        size: u64,
        digest: Sha1,
        rng: &mut Rng,
    ) -> Result<Call, Error> {
        let [first, last, size] =
            [range.start, range.end.saturating_sub(1), size].map(|number| number.to_string());
        let bytes = ["bytes ", &first, "-", &last, "/", &size].concat();
        let content = plan::range(range.clone());
        let put = Put::new(self.id.as_str(), content, digest.to_digest_header(), bytes);
        Ok((put.draft(rng)?, self.at(Endpoint::UploadPart)))
    }

    /// Looks up the part that is next, in case Box has it already.
    pub(super) fn look(&self, rng: &mut Rng) -> Result<Call, Error> {
        let mut list = ListParts::new(self.id.as_str());
        list.offset = i64::try_from(self.parts.len()).ok();
        list.limit = Some(1);
        Ok((list.draft(rng)?, self.at(Endpoint::ListParts)))
    }

    /// Takes a part that Box says it holds, if it is the one that was sent.
    pub(super) fn accept(&mut self, range: &Range<u64>, digest: Sha1, part: &Facts<'_>) -> Result<(), Error> {
        let (id, sha1) = (part.text("part_id"), part.text("sha1"));
        let size = range.end.saturating_sub(range.start);
        let same = part.number("offset") == Some(range.start)
            && part.number("size") == Some(size)
            && sha1.as_deref().is_none_or(|sha1| Sha1::from_hex(sha1) == Some(digest));
        if !same || id.is_none() {
            return Err(Error::new(ErrorKind::Integrity, "Box stored another part than was sent"));
        }
        let number = |value: u64| i64::try_from(value).ok();
        self.parts.push(UploadPart {
            part_id: id,
            offset: number(range.start),
            size: number(size),
            sha1,
            sha512: None,
        });
        Ok(())
    }

    pub(super) fn commit(&mut self, plan: &UploadPlan, digest: Sha1, rng: &mut Rng) -> Result<Call, Error> {
        let mut writer = RequestWriter::new(&operations::UPLOAD_SESSIONS_COMMIT, rng);
        writer.path("upload_session_id", &self.id)?;
        writer.header("digest", &digest.to_digest_header())?;
        writer.header("if-match", &plan.if_match)?;
        writer.body("parts", &std::mem::take(&mut self.parts).shown())?;
        if let Some(times) = plan.times() {
            writer.body("attributes", &Shown::Map(&times))?;
        }
        Ok((writer.finish()?, self.at(Endpoint::Commit)))
    }

    pub(super) fn abort(&self, rng: &mut Rng) -> Result<Call, Error> {
        // It only tidies up: what went wrong before must not be told minutes later.
        let options = CallOptions { timeout: Some(ABORT_TIMEOUT), ..self.at(Endpoint::Abort) };
        Ok((Abort::new(self.id.as_str()).draft(rng)?, options))
    }

    fn at(&self, endpoint: Endpoint) -> CallOptions {
        let [part, list, commit, abort] = &self.endpoints;
        let url = match endpoint {
            Endpoint::UploadPart => part,
            Endpoint::ListParts => list,
            Endpoint::Commit => commit,
            Endpoint::Abort => abort,
        };
        CallOptions { endpoint: url.clone(), ..self.options.clone() }
    }
}
