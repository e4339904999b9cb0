//! Where an upload comes from.

use std::{
    fmt,
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use box_core::{
    digest::Sha1,
    error::{Error, ErrorKind},
    request::SourceRange,
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use sha1::Digest;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::{drive::Sources, files, transport::ByteStream};

/// Content to upload: a file, bytes, or a reader of known length.
pub struct Source(Kind);

enum Kind {
    Path(PathBuf),
    Bytes(Bytes),
    Reader(Reader, u64),
}

type Reader = Pin<Box<dyn AsyncRead + Send>>;

impl Source {
    /// A file, read as it is sent. It is read twice: for its digest, and to be sent.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Kind::Path(path.into()))
    }

    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }

    /// A reader of `len` bytes; what it holds beyond them is not read. At most 20 MB, or one part of a session, of it are in memory at a time,
    /// so that they can be sent again.
    pub fn reader(reader: impl AsyncRead + Send + 'static, len: u64) -> Self {
        Self(Kind::Reader(Box::pin(reader), len))
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Path(path) => write!(f, "Source({})", path.display()),
            Kind::Bytes(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Kind::Reader(_, len) => write!(f, "Source(reader of {len} bytes)"),
        }
    }
}

/// A source that is being uploaded.
pub(crate) struct OpenSource {
    content: Content,
    len: u64,
    whole: sha1::Sha1,
    hashed: u64,
    progress: Arc<dyn Fn(u64) + Send + Sync>,
}

enum Content {
    File {
        file: Arc<Mutex<File>>,
        path: Arc<PathBuf>,
    },
    Bytes(Bytes),
    /// What was read last stays until the next range is asked for.
    /// (The mutex is never locked: it makes a reader that isn't `Sync` shareable.)
    Reader {
        reader: Mutex<Reader>,
        held: Range<u64>,
        bytes: Bytes,
    },
}

/// Bytes that are read or handed on at a time.
const CHUNK: usize = 256 * 1024;

impl OpenSource {
    /// Opens a source. `progress` is told how many bytes, from the start of the source, have gone out.
    pub(crate) async fn new(source: Source, progress: Arc<dyn Fn(u64) + Send + Sync>) -> Result<Self, Error> {
        let (content, len) = match source.0 {
            Kind::Path(path) => files::blocking(move || open(path)).await?,
            Kind::Bytes(bytes) => {
                let len = bytes.len() as u64;
                (Content::Bytes(bytes), len)
            }
            Kind::Reader(reader, len) => {
                let reader = Mutex::new(reader);
                (Content::Reader { reader, held: 0..0, bytes: Bytes::new() }, len)
            }
        };
        Ok(Self { content, len, whole: sha1::Sha1::new(), hashed: 0, progress })
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Whether what is sent must be held in memory.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self.content, Content::Reader { .. })
    }

    /// The digest of a range. Ranges that follow one another add up to the digest of everything, which costs no
    /// second pass.
    pub(crate) async fn digest(&mut self, range: Range<u64>) -> Result<Sha1, Error> {
        if range == (0..self.len) && self.hashed == self.len && self.len > 0 {
            return Ok(finish(self.whole.clone()));
        }
        let follows = range.start == self.hashed;
        let whole = follows.then(|| self.whole.clone());
        let end = range.end;
        let (part, whole) = match &mut self.content {
            Content::File { file, path } => {
                let (file, path) = (Arc::clone(file), Arc::clone(path));
                let last = end == self.len;
                files::blocking(move || {
                    if last {
                        ends_at(&file, &path, end)?;
                    }
                    hash_file(&file, &path, range, whole)
                })
                .await?
            }
            Content::Bytes(bytes) => {
                let bytes = slice(bytes, &range)?;
                files::blocking(move || Ok(hash(&bytes, whole))).await?
            }
            Content::Reader { reader, held, bytes } => {
                let reader = reader.get_mut().unwrap_or_else(PoisonError::into_inner);
                *bytes = read_exactly(reader, &range).await?;
                *held = range;
                let bytes = bytes.clone();
                files::blocking(move || Ok(hash(&bytes, whole))).await?
            }
        };
        if let Some(whole) = whole {
            self.whole = whole;
            self.hashed = end;
        }
        Ok(part)
    }
}

impl Sources for OpenSource {
    fn open(&self, range: &SourceRange) -> ByteStream {
        let range = range.range.clone();
        let bytes = match &self.content {
            Content::File { file, path } => read_file(Arc::clone(file), Arc::clone(path), range.clone()),
            Content::Bytes(bytes) => chunks(slice(bytes, &range)),
            Content::Reader { held, bytes, .. } if *held == range => chunks(Ok(bytes.clone())),
            Content::Reader { .. } => chunks(Err(Error::internal("the range was not read before"))),
        };
        let progress = Arc::clone(&self.progress);
        let mut sent = range.start;
        Box::pin(bytes.inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                sent += chunk.len() as u64;
                progress(sent);
            }
        }))
    }
}

fn open(path: PathBuf) -> Result<(Content, u64), Error> {
    let failed = |e| files::failed("opened", &path, e);
    // Asked before it is opened: opening a pipe would wait for its writer.
    if !std::fs::metadata(&path).map_err(failed)?.is_file() {
        return Err(Error::invalid(format!("{} is not a file", path.display())));
    }
    let file = File::open(&path).map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    let content = Content::File { file: Arc::new(Mutex::new(file)), path: Arc::new(path) };
    Ok((content, len))
}

type Digests = (Sha1, Option<sha1::Sha1>);

fn hash(bytes: &[u8], mut whole: Option<sha1::Sha1>) -> Digests {
    if let Some(whole) = &mut whole {
        whole.update(bytes);
    }
    (finish(sha1::Sha1::new_with_prefix(bytes)), whole)
}

fn hash_file(
    file: &Mutex<File>,
    path: &Path,
    range: Range<u64>,
    mut whole: Option<sha1::Sha1>,
) -> Result<Digests, Error> {
    let mut part = sha1::Sha1::new();
    let mut at = range.start;
    while at < range.end {
        let bytes = read_at(file, path, at..range.end)?;
        part.update(&bytes);
        if let Some(whole) = &mut whole {
            whole.update(&bytes);
        }
        at += bytes.len() as u64;
    }
    Ok((finish(part), whole))
}

fn finish(digest: sha1::Sha1) -> Sha1 {
    Sha1(digest.finalize().into())
}

fn read_file(file: Arc<Mutex<File>>, path: Arc<PathBuf>, range: Range<u64>) -> ByteStream {
    Box::pin(stream::try_unfold(range, move |range| {
        let (file, path) = (Arc::clone(&file), Arc::clone(&path));
        async move {
            if range.is_empty() {
                return Ok(None);
            }
            let end = range.end;
            let start = range.start;
            let bytes = files::blocking(move || read_at(&file, &path, range)).await?;
            let next = start + bytes.len() as u64..end;
            Ok(Some((bytes, next)))
        }
    }))
}

/// Checks that a file has no more bytes than it had, or said that it had.
fn ends_at(file: &Mutex<File>, path: &Path, end: u64) -> Result<(), Error> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    let more = file.seek(SeekFrom::Start(end)).and_then(|_| file.read(&mut [0]));
    if more.map_err(|e| files::failed("read", path, e))? == 0 {
        return Ok(());
    }
    let message = format!("{} goes on behind its length of {end}", path.display());
    Err(Error::new(ErrorKind::Io, message))
}

/// The first chunk of a range.
fn read_at(file: &Mutex<File>, path: &Path, range: Range<u64>) -> Result<Bytes, Error> {
    let want = usize::try_from(range.end - range.start).unwrap_or(CHUNK).min(CHUNK);
    let mut bytes = BytesMut::zeroed(want);
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    let read = file.seek(SeekFrom::Start(range.start)).and_then(|_| file.read(&mut bytes));
    let read = read.map_err(|e| files::failed("read", path, e))?;
    if read == 0 {
        let (at, end) = (range.start, range.end);
        let message = format!("{} shrank: it ends at byte {at}, before {end}", path.display());
        return Err(Error::new(ErrorKind::Io, message));
    }
    bytes.truncate(read);
    Ok(bytes.freeze())
}

async fn read_exactly(reader: &mut Reader, range: &Range<u64>) -> Result<Bytes, Error> {
    let len = usize::try_from(range.end - range.start);
    let len = len.map_err(|_| Error::internal("a range that doesn't fit into memory"))?;
    let mut bytes = BytesMut::zeroed(len);
    let read = reader.read_exact(&mut bytes).await;
    read.map_err(|error| {
        let message = format!("the reader failed before byte {}: {error}", range.end);
        Error::new(ErrorKind::Io, message).with_source(error)
    })?;
    Ok(bytes.freeze())
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Result<Bytes, Error> {
    let bounds = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
    match bounds {
        Some((start, end)) if start <= end && end <= bytes.len() => Ok(bytes.slice(start..end)),
        _ => Err(Error::internal("a range beyond the source")),
    }
}

fn chunks(bytes: Result<Bytes, Error>) -> ByteStream {
    Box::pin(stream::try_unfold(Some(bytes), |rest| async move {
        let Some(rest) = rest else { return Ok(None) };
        let mut rest = rest?;
        let chunk = rest.split_to(rest.len().min(CHUNK));
        let more = Some(Ok(rest))
            .filter(|rest: &Result<Bytes, Error>| rest.as_ref().is_ok_and(|rest| !rest.is_empty()));
        Ok(Some((chunk, more)))
    }))
}
