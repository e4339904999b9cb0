//! A verified download of a file.
//!
//! ```text
//!  Call(files.get) --> Open(files.download) --> handle_received(length, digest) --> compare --> Done
//! ```

use std::collections::VecDeque;

use crate::{
    action::{Action, CallOptions},
    actions::files,
    digest::Sha1,
    error::{Error, ErrorKind},
    facts::Facts,
    reply::Reply,
    request::Draft,
    rng::Rng,
};

/// What to download.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DownloadPlan {
    /// The file.
    pub file_id: String,
    /// A version instead of the current one. What Box says of a file is true of its current version only, so this
    /// isn't compared.
    pub version: Option<String>,
    /// Whether length and SHA-1 are compared with what Box says of the file.
    pub verify: bool,
    /// Options of every call that the download makes.
    pub options: CallOptions,
}

impl DownloadPlan {
    /// The current version of a file, verified.
    pub fn new(file_id: impl Into<String>) -> Self {
        Self { file_id: file_id.into(), version: None, verify: true, options: CallOptions::default() }
    }
}

/// What the driver shall do next.
#[derive(Debug)]
pub enum DownloadOutput {
    /// Make a call, then [`Download::handle_reply`].
    Call(Draft, CallOptions),
    /// Make a call whose content is streamed to where the caller wants it and hashed on the way, then
    /// [`Download::handle_received`].
    Open(Draft, CallOptions),
    /// Nothing before an input.
    Wait,
    /// The result. The machine is finished; unless it is `Ok`, what was received must be thrown away.
    Done(Result<Received, Error>),
}

/// What was downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Bytes.
    pub size: u64,
    /// SHA-1 of the bytes.
    pub sha1: Sha1,
}

impl Received {
    /// Received bytes and their digest.
    pub fn new(size: u64, sha1: Sha1) -> Self {
        Self { size, sha1 }
    }
}

/// The machine of one download.
#[derive(Debug)]
pub struct Download {
    plan: DownloadPlan,
    rng: Rng,
    expected: Option<Expected>,
    outputs: VecDeque<DownloadOutput>,
}

/// What Box says of the file.
#[derive(Debug)]
struct Expected {
    size: Option<u64>,
    sha1: Option<String>,
}

impl Download {
    /// A download of a file.
    pub fn new(plan: DownloadPlan, rng: Rng) -> Self {
        let mut download = Self { plan, rng, expected: None, outputs: VecDeque::new() };
        let first = if download.plan.verify && download.plan.version.is_none() {
            download.look()
        } else {
            download.open()
        };
        if let Err(error) = first {
            download.finish(Err(error));
        }
        download
    }

    /// What to do next. Drain it after every input, until it answers `Wait` or `Done`.
    pub fn poll_output(&mut self) -> DownloadOutput {
        self.outputs.pop_front().unwrap_or(DownloadOutput::Wait)
    }

    /// Bytes that will come, where Box has said it.
    pub fn size(&self) -> Option<u64> {
        self.expected.as_ref()?.size
    }

    /// What came of the last `Call`.
    pub fn handle_reply(&mut self, result: Result<Reply, Error>) {
        let opened = result.and_then(|reply| {
            let file = Facts::of(&reply)?;
            self.expected = Some(Expected { size: file.number("size"), sha1: file.text("sha1") });
            self.open()
        });
        if let Err(error) = opened {
            self.finish(Err(error));
        }
    }

    /// What came of the last `Open`.
    pub fn handle_received(&mut self, result: Result<Received, Error>) {
        let result = result.and_then(|received| self.verified(received));
        self.finish(result);
    }

    fn look(&mut self) -> Result<(), Error> {
        let mut get = files::Get::new(self.plan.file_id.as_str());
        get.fields = Some(vec!["sha1".to_owned(), "size".to_owned()]);
        let draft = get.draft(&mut self.rng)?;
        self.outputs.push_back(DownloadOutput::Call(draft, self.plan.options.clone()));
        Ok(())
    }

    fn open(&mut self) -> Result<(), Error> {
        let mut download = files::Download::new(self.plan.file_id.as_str());
        download.version.clone_from(&self.plan.version);
        let draft = download.draft(&mut self.rng)?;
        self.outputs.push_back(DownloadOutput::Open(draft, self.plan.options.clone()));
        Ok(())
    }

    fn verified(&self, received: Received) -> Result<Received, Error> {
        let Some(file) = &self.expected else {
            return Ok(received);
        };
        let mismatch = |what: &str, expected: &str, got: &str| {
            let id = &self.plan.file_id;
            let message = ["file ", id, ": ", what, " should be ", expected, ", received was ", got].concat();
            Err(Error::new(ErrorKind::Integrity, message))
        };
        match (file.size, file.sha1.as_deref()) {
            (Some(size), _) if size != received.size => {
                mismatch("the size", &size.to_string(), &received.size.to_string())
            }
            (_, Some(sha1)) if Sha1::from_hex(sha1) == Some(received.sha1) => Ok(received),
            (_, Some(sha1)) => mismatch("the SHA-1", sha1, &received.sha1.to_hex()),
            (_, None) => mismatch("the SHA-1", "told by Box", "no digest to compare with"),
        }
    }

    fn finish(&mut self, result: Result<Received, Error>) {
        self.outputs.push_back(DownloadOutput::Done(result));
    }
}
