//! Downloading.

use std::{fmt, rc::Rc};

use box_core::{
    action::CallOptions,
    call::Want,
    download::{Download as Machine, DownloadOutput, DownloadPlan, Received},
    error::Error,
};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use js_sys::{Array, Uint8Array};
use web_sys::Blob;

use crate::{
    body::{ByteStream, ChunkStream},
    client::Client,
    hash::Hasher,
    outgoing::{Cargo, Meter},
    progress::{Progress, Watch, meter},
    source::blob_of,
};

/// A download: set what is optional, then [`bytes`](Self::bytes), [`blob`](Self::blob) or [`stream`](Self::stream).
///
/// Length and SHA-1 are compared with what Box says of the file.
#[must_use = "nothing is sent before it is read"]
pub struct Download {
    client: Client,
    plan: DownloadPlan,
    watch: Option<Watch>,
}

impl Download {
    pub(crate) fn new(client: Client, file_id: String) -> Self {
        Self { client, plan: DownloadPlan::new(file_id), watch: None }
    }

    /// A version instead of the current one. It isn't compared with a digest, because Box tells only that of the
    /// current one.
    pub fn version(mut self, version_id: impl Into<String>) -> Self {
        self.plan.version = Some(version_id.into());
        self
    }

    /// Whether length and SHA-1 are compared with what Box says of the file; they are, unless switched off.
    pub fn verify(mut self, verify: bool) -> Self {
        self.plan.verify = verify;
        self
    }

    /// Options of every call that the download makes.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.plan.options = options;
        self
    }

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.plan.options
    }

    /// Is told how far the download is.
    pub fn progress(mut self, watch: impl Fn(Progress) + 'static) -> Self {
        self.watch = Some(Rc::new(watch));
        self
    }

    /// The content in memory.
    ///
    /// # Errors
    /// `Integrity` if other bytes came than Box holds, and whatever Box answers.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        let mut chunks = self.stream().await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }

    /// The content as a `Blob`, which the platform may keep on disk.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes).
    pub async fn blob(self) -> Result<Blob, Error> {
        let mut pieces = self.pieces().await?;
        let parts = Array::new();
        while let Some(piece) = pieces.try_next().await? {
            parts.push(&piece);
        }
        blob_of(&parts)
    }

    /// The content as it comes. The stream ends with an error if the bytes aren't what Box holds.
    ///
    /// # Errors
    /// Whatever Box answers. Errors that come later are in the stream.
    pub async fn stream(self) -> Result<ByteStream, Error> {
        let pieces = self.pieces().await?;
        Ok(Box::pin(pieces.map_ok(|piece| Bytes::from(piece.to_vec()))))
    }

    async fn pieces(self) -> Result<ChunkStream, Error> {
        let entered = self.client.enter()?;
        let content = entered.run(self.content()).await?;
        Ok(entered.stream(content.pieces()))
    }

    async fn content(self) -> Result<Content, Error> {
        let Self { client, plan, watch } = self;
        let mut machine = Machine::new(plan, client.exchange().rng());
        loop {
            match machine.poll_output() {
                DownloadOutput::Call(draft, options) => {
                    let reply = client.drive(draft, options, Want::Bytes, Cargo::default()).await;
                    machine.handle_reply(reply.map(|(reply, _)| reply));
                }
                DownloadOutput::Open(draft, options) => {
                    let (reply, body) = client.open(draft, options).await?;
                    let length = reply.headers.get("content-length").and_then(|length| length.parse().ok());
                    let total = machine.size().or(length);
                    return Ok(Content {
                        machine,
                        pieces: body.pieces(),
                        hasher: Hasher::default(),
                        size: 0,
                        meter: watch.map(|watch| meter(watch, total)),
                    });
                }
                DownloadOutput::Done(Err(error)) => return Err(error),
                DownloadOutput::Done(Ok(_)) | DownloadOutput::Wait => {
                    return Err(Error::internal("a download that waits for nothing"));
                }
            }
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// Content that is compared at its end.
struct Content {
    machine: Machine,
    pieces: ChunkStream,
    hasher: Hasher,
    size: u64,
    meter: Option<Meter>,
}

impl Content {
    fn pieces(self) -> ChunkStream {
        Box::pin(stream::try_unfold(Some(self), |content| async move {
            let Some(mut content) = content else {
                return Ok(None);
            };
            match content.next().await? {
                Some(piece) => Ok(Some((piece, Some(content)))),
                None => content.end().map(|_| None),
            }
        }))
    }

    /// The next piece, `None` at the end.
    async fn next(&mut self) -> Result<Option<Uint8Array>, Error> {
        let Some(piece) = self.pieces.next().await else {
            return Ok(None);
        };
        let piece = piece?;
        self.hasher.update(&piece);
        self.size += u64::from(piece.length());
        if let Some(meter) = &self.meter {
            meter(self.size);
        }
        Ok(Some(piece))
    }

    /// Compares what has come.
    fn end(mut self) -> Result<Received, Error> {
        let digest = self.hasher.finish();
        self.machine.handle_received(Ok(Received::new(self.size, digest)));
        match self.machine.poll_output() {
            DownloadOutput::Done(result) => result,
            _ => Err(Error::internal("a download without a result")),
        }
    }
}
