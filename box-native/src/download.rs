//! Downloading.

use std::{
    fmt,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use box_core::{
    action::CallOptions,
    call::Want,
    digest::Sha1,
    download::{Download as Machine, DownloadOutput, DownloadPlan, Received},
    error::{Error, ErrorKind},
    headers::Headers,
    request::Draft,
};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use sha1::Digest;
use tokio::io::AsyncWriteExt;

use crate::{
    cancel::CancelToken,
    client::Client,
    drive::NoSources,
    files,
    progress::{Progress, Watcher},
    transport::{BoxFuture, ByteStream},
};

/// A download: set what is optional, then [`to_path`](Self::to_path) or [`stream`](Self::stream).
#[derive(Debug)]
#[must_use = "nothing is sent before `.to_path()` or `.stream()`"]
pub struct Download {
    client: Client,
    plan: DownloadPlan,
    watcher: Watcher,
    cancel: CancelToken,
}

impl Download {
    pub(crate) fn new(client: Client, file_id: String) -> Self {
        let plan = DownloadPlan::new(file_id);
        Self { client, plan, watcher: Watcher::default(), cancel: CancelToken::new() }
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

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.plan.options
    }

    /// Is told how far the download is.
    pub fn progress(mut self, watch: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watcher = Watcher::new(watch);
        self
    }

    /// Ends the download when the token is cancelled.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = token.clone();
        self
    }

    /// Downloads into a file. The bytes go to `<path>.partial`, which takes the place of the file when all is there
    /// and verified; otherwise it is removed and the file stays as it was. Only one download at a time may write to
    /// a path.
    ///
    /// # Errors
    /// `Io` if the file can't be written, `Integrity` if other bytes came than Box holds, and whatever Box answers.
    pub async fn to_path(self, path: impl AsRef<Path>) -> Result<Received, Error> {
        let Self { client, plan, watcher, cancel } = self;
        let entered = client.enter()?;
        let path = path.as_ref().to_owned();
        let download = async {
            let mut partial = Partial::create(files::with_suffix(&path, "partial")).await?;
            let mut content = Content::open(&client, plan, &watcher).await?;
            while let Some(bytes) = content.next().await {
                partial.write(&bytes?).await?;
            }
            partial.finish().await?;
            let received = content.received;
            let received = received.ok_or_else(|| Error::internal("a download without an end"))?;
            Ok((partial, received))
        };
        let (partial, received) = entered.run(cancel.run(download)).await?;
        partial.place(path).await?;
        Ok(received)
    }

    /// Downloads as a stream, which ends with an error if the bytes aren't what Box holds.
    ///
    /// # Errors
    /// Whatever Box answers. Errors that come later are in the stream.
    pub async fn stream(self) -> Result<Content, Error> {
        let Self { client, plan, watcher, cancel } = self;
        let entered = client.enter()?;
        let mut content = entered.run(cancel.run(Content::open(&client, plan, &watcher))).await?;
        content.bytes = entered.stream(content.bytes);
        content.cancel = Some(cancel.cancelled());
        Ok(content)
    }
}

/// Content as it comes.
pub struct Content {
    headers: Headers,
    bytes: ByteStream,
    checked: Option<Checked>,
    received: Option<Received>,
    cancel: Option<BoxFuture<'static, ()>>,
}

/// A download whose end is compared.
struct Checked {
    machine: Machine,
    digest: sha1::Sha1,
    size: u64,
    meter: Arc<dyn Fn(u64) + Send + Sync>,
}

impl Content {
    /// Content of a generated action, as it is.
    pub(crate) fn new(headers: Headers, bytes: ByteStream) -> Self {
        Self { headers, bytes, checked: None, received: None, cancel: None }
    }

    /// Bytes that will come, where it is known.
    pub fn size(&self) -> Option<u64> {
        self.headers.get("content-length")?.parse().ok()
    }

    /// Header fields of the reply.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    async fn open(client: &Client, plan: DownloadPlan, watcher: &Watcher) -> Result<Self, Error> {
        let mut machine = Machine::new(plan, client.exchange().rng());
        loop {
            match machine.poll_output() {
                DownloadOutput::Call(draft, options) => {
                    let reply = client.drive(draft, options, Want::Bytes, &NoSources).await;
                    machine.handle_reply(reply.map(|(reply, _)| reply));
                }
                DownloadOutput::Open(draft, options) => {
                    let (headers, bytes) = open(client, draft, options).await?;
                    let mut content = Self::new(headers, bytes);
                    let total = machine.size().or(content.size());
                    let meter = watcher.meter(move || total);
                    let digest = sha1::Sha1::new();
                    content.checked = Some(Checked { machine, digest, size: 0, meter });
                    return Ok(content);
                }
                DownloadOutput::Done(Err(error)) => return Err(error),
                DownloadOutput::Done(Ok(_)) | DownloadOutput::Wait => {
                    return Err(Error::internal("a download that waits for nothing"));
                }
            }
        }
    }
}

async fn open(client: &Client, draft: Draft, options: CallOptions) -> Result<(Headers, ByteStream), Error> {
    let (reply, body) = client.drive(draft, options, Want::Stream, &NoSources).await?;
    let body = body.unwrap_or_else(|| Box::pin(stream::empty()));
    Ok((reply.headers, body))
}

impl Checked {
    fn end(mut self) -> Result<Received, Error> {
        let digest = Sha1(self.digest.finalize().into());
        self.machine.handle_received(Ok(Received::new(self.size, digest)));
        match self.machine.poll_output() {
            DownloadOutput::Done(result) => result,
            _ => Err(Error::internal("a download without a result")),
        }
    }
}

impl Stream for Content {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let cancelled = this.cancel.as_mut().map(|cancel| cancel.as_mut().poll(context));
        if cancelled.is_some_and(|cancelled| cancelled.is_ready()) {
            this.bytes = Box::pin(stream::empty());
            this.checked = None;
            this.cancel = None;
            return Poll::Ready(Some(Err(CancelToken::error())));
        }
        let next = std::task::ready!(this.bytes.poll_next_unpin(context));
        if !matches!(next, Some(Ok(_))) {
            // A body that has ended or failed must not be polled again, and callers may.
            this.bytes = Box::pin(stream::empty());
            this.cancel = None;
        }
        let Some(checked) = &mut this.checked else {
            return Poll::Ready(next);
        };
        match next {
            Some(Ok(bytes)) => {
                checked.digest.update(&bytes);
                checked.size += bytes.len() as u64;
                (checked.meter)(checked.size);
                Poll::Ready(Some(Ok(bytes)))
            }
            Some(Err(error)) => {
                this.checked = None;
                Poll::Ready(Some(Err(error)))
            }
            None => match this.checked.take().map(Checked::end) {
                Some(Ok(received)) => {
                    this.received = Some(received);
                    Poll::Ready(None)
                }
                Some(Err(error)) => Poll::Ready(Some(Err(error))),
                None => Poll::Ready(None),
            },
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("headers", &self.headers).finish_non_exhaustive()
    }
}

/// A file that is removed unless it is put in place. Its lock keeps others from writing to the same path.
struct Partial {
    path: PathBuf,
    file: tokio::fs::File,
    placed: bool,
}

impl Partial {
    /// On a thread that may block; if the caller goes away meanwhile, the result is dropped like any other.
    async fn create(path: PathBuf) -> Result<Self, Error> {
        files::blocking(move || {
            let failed = |e| files::failed("made", &path, e);
            let file = loop {
                let file = File::options().write(true).create(true).truncate(false).open(&path);
                let file = file.map_err(failed)?;
                // File systems without locks do without.
                if let Err(TryLockError::WouldBlock) = file.try_lock() {
                    let message = format!("{} belongs to a download under way", path.display());
                    return Err(Error::new(ErrorKind::Io, message));
                }
                if is_at(&file, &path) {
                    break file;
                }
            };
            let emptied = file.set_len(0);
            let partial = Self { file: file.into(), path, placed: false };
            emptied.map_err(|e| files::failed("made", &partial.path, e))?;
            Ok(partial)
        })
        .await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.file.write_all(bytes).await;
        written.map_err(|e| files::failed("written", &self.path, e))
    }

    /// Waits until all of it is on disk.
    async fn finish(&mut self) -> Result<(), Error> {
        // Only `flush` tells the error of the last write.
        let flushed = self.file.flush().await;
        flushed.map_err(|e| files::failed("written", &self.path, e))?;
        let synced = self.file.sync_all().await;
        synced.map_err(|e| files::failed("written", &self.path, e))
    }

    async fn place(self, path: PathBuf) -> Result<(), Error> {
        files::blocking(move || {
            let mut partial = self;
            let placed = std::fs::rename(&partial.path, &path);
            placed.map_err(|e| files::failed("put in place", &path, e))?;
            partial.placed = true;
            Ok(())
        })
        .await
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.placed {
            // Nobody is left to be told.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Whether a file that was just locked is still the one of this name: another download may have put it in place.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let id = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
    file.metadata().map(id).ok() == std::fs::metadata(path).map(id).ok()
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
