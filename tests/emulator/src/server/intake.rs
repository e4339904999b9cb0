//! Request bodies: looked into when short, put into the store when long.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use multer::Multipart;
use sha1::{Digest, Sha1};

use super::connection::Shared;
use crate::{Body, Content, FileDigest, Host, Part, PartBody, Request};

/// Reads a body to its end. An error means that the client ended first.
pub(super) async fn receive(shared: &Shared, request: &Request, body: Incoming) -> io::Result<Body> {
    if body.is_end_stream() {
        return Ok(Body::Empty);
    }
    let host = shared.addresses.locate(&request.url).map(|(host, ..)| host);
    let throttled = (host != Some(Host::Control)).then_some(shared);
    let mut source = Source { body, throttled, read: 0 };
    let content_type = request.header("content-type").unwrap_or_default();
    if let Ok(boundary) = multer::parse_boundary(content_type) {
        return multipart(shared, &mut source, boundary).await;
    }
    let octets = request.method == "PUT" && host == Some(Host::Upload);
    if octets || request.media_type() == "application/octet-stream" {
        let mut keeper = Keeper::new(shared)?;
        while let Some(chunk) = source.next().await? {
            keeper.add(&chunk)?;
        }
        return Ok(Body::Content(keeper.finish()?));
    }
    small(&mut source).await
}

/// Larger bodies that should be looked into are no JSON that a client would send.
const MAX_SMALL: usize = 32 * 1024 * 1024;

async fn small(source: &mut Source<'_>) -> io::Result<Body> {
    let mut all = Vec::new();
    let mut too_long = false;
    while let Some(chunk) = source.next().await? {
        too_long |= all.len() + chunk.len() > MAX_SMALL;
        if !too_long {
            all.extend_from_slice(&chunk);
        }
    }
    Ok(if too_long { Body::Malformed("The body is too long".to_owned()) } else { Body::Small(all.into()) })
}

async fn multipart(shared: &Shared, source: &mut Source<'_>, boundary: String) -> io::Result<Body> {
    let lost = AtomicBool::new(false);
    let outcome = parts(shared, source, boundary, &lost).await;
    if lost.load(Ordering::Relaxed) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    while source.next().await?.is_some() {}
    match outcome {
        Ok(parts) => Ok(Body::Parts(parts)),
        Err(Problem::Store(error)) => Err(error),
        Err(Problem::Form(error)) => Ok(Body::Malformed(error.to_string())),
    }
}

enum Problem {
    Form(multer::Error),
    Store(io::Error),
}

impl From<multer::Error> for Problem {
    fn from(error: multer::Error) -> Self {
        Self::Form(error)
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Store(error)
    }
}

async fn parts(
    shared: &Shared,
    source: &mut Source<'_>,
    boundary: String,
    lost: &AtomicBool,
) -> Result<Vec<Part>, Problem> {
    let chunks = stream::try_unfold(source, |source| async {
        match source.next().await {
            Ok(chunk) => Ok(chunk.map(|chunk| (chunk, source))),
            Err(error) => {
                lost.store(true, Ordering::Relaxed);
                Err(error)
            }
        }
    });
    let mut form = Multipart::new(chunks, boundary);
    let mut parts = Vec::new();
    while let Some(mut field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let body = if filename.is_some() || name == "file" {
            let mut keeper = Keeper::new(shared)?;
            while let Some(chunk) = field.chunk().await? {
                keeper.add(&chunk)?;
            }
            PartBody::Content(keeper.finish()?)
        } else {
            let mut all = Vec::new();
            while let Some(chunk) = field.chunk().await? {
                if all.len() + chunk.len() <= MAX_SMALL {
                    all.extend_from_slice(&chunk);
                }
            }
            PartBody::Small(all.into())
        };
        parts.push(Part { name, filename, body });
    }
    Ok(parts)
}

/// Hashes and measures a content on its way to the store.
struct Keeper {
    writer: Box<dyn crate::ContentWriter>,
    hasher: Sha1,
    len: u64,
}

impl Keeper {
    fn new(shared: &Shared) -> io::Result<Self> {
        Ok(Self { writer: shared.store.create()?, hasher: Sha1::new(), len: 0 })
    }

    fn add(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.hasher.update(chunk);
        self.len += chunk.len() as u64;
        self.writer.write(chunk)
    }

    fn finish(self) -> io::Result<Content> {
        Ok(Content {
            len: self.len,
            sha1: FileDigest(self.hasher.finalize().into()),
            stored: self.writer.finish()?,
        })
    }
}

struct Source<'s> {
    body: Incoming,
    /// Asked for every chunk how fast it may come.
    throttled: Option<&'s Shared>,
    read: u64,
}

impl Source<'_> {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let Ok(chunk) = frame.map_err(io::Error::other)?.into_data() else {
                continue;
            };
            let settings = |shared: &Shared| {
                shared.emulator(|emulator| {
                    let settings = emulator.settings();
                    (settings.throttle, settings.stall_uploads_after)
                })
            };
            let (rate, stall) = self.throttled.map_or((None, None), settings);
            self.read += chunk.len() as u64;
            if stall.is_some_and(|bytes| self.read >= bytes) {
                // Ends with the server: a client that leaves can't be noticed behind bytes that nobody reads.
                std::future::pending::<()>().await;
            }
            if let Some(rate) = rate {
                let micros = (chunk.len() as u64).saturating_mul(1_000_000) / rate.max(1);
                tokio::time::sleep(Duration::from_micros(micros)).await;
            }
            return Ok(Some(chunk));
        }
    }
}
