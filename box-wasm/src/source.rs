//! Where an upload comes from.

use std::ops::Range;

use box_core::{
    digest::Sha1,
    error::{Error, ErrorKind},
};
use futures_util::StreamExt;
use js_sys::{Array, Uint8Array};
use web_sys::{Blob, ReadableStream};

use crate::{
    abort::Abort,
    body::{ChunkStream, pieces},
    hash::{Hasher, digest},
    platform,
};

/// Content to upload: a `Blob` (a `File` is one), bytes, or a stream of known length.
#[derive(Clone, Debug)]
pub struct Source(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Blob(Blob),
    Stream(ReadableStream, u64),
}

impl Source {
    /// A `Blob` or `File`, which is sent in slices and never copied.
    pub fn blob(blob: impl Into<Blob>) -> Self {
        Self(Kind::Blob(blob.into()))
    }

    /// Bytes in memory.
    ///
    /// # Errors
    /// `Unsupported` where the platform has no `Blob`.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        blob_of(&Array::of1(&Uint8Array::from(bytes.as_ref()))).map(Self::blob)
    }

    /// A stream of `len` bytes. At most 20 MB, or one part of a session, of it are in memory at a time, so that they
    /// can be sent again.
    pub fn stream(stream: ReadableStream, len: u64) -> Self {
        Self(Kind::Stream(stream, len))
    }
}

impl From<Blob> for Source {
    fn from(blob: Blob) -> Self {
        Self::blob(blob)
    }
}

/// A source that is being sent.
pub(crate) struct OpenSource {
    kind: Open,
    len: u64,
    /// The digest of everything up to `hashed`.
    whole: Option<Hasher>,
    hashed: u64,
}

enum Open {
    Blob(Blob),
    /// The chunks to come, what is left of the last one, and what is held: its start and its bytes.
    Stream {
        chunks: ChunkStream,
        rest: Option<Uint8Array>,
        start: u64,
        held: Option<Blob>,
    },
}

impl OpenSource {
    pub(crate) fn new(source: Source) -> Self {
        let (kind, len) = match source.0 {
            Kind::Blob(blob) => {
                let len = whole(blob.size());
                (Open::Blob(blob), len)
            }
            Kind::Stream(stream, len) => {
                let chunks = pieces(&stream, Abort::nothing());
                (Open::Stream { chunks, rest: None, start: 0, held: None }, len)
            }
        };
        Self { kind, len, whole: None, hashed: 0 }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Whether what is sent must be held in memory.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self.kind, Open::Stream { .. })
    }

    /// A range, as a piece of a body.
    pub(crate) fn slice(&self, range: &Range<u64>) -> Result<Blob, Error> {
        let (blob, start) = match &self.kind {
            Open::Blob(blob) => (blob, 0),
            Open::Stream { start, held: Some(held), .. } if *start <= range.start => (held, *start),
            Open::Stream { .. } => return Err(Error::internal("a range of a stream that is gone")),
        };
        let slice = blob.slice_with_f64_and_f64(float(range.start - start), float(range.end - start));
        let slice = slice.map_err(|thrown| platform::unreadable(&thrown))?;
        let length = range.end.saturating_sub(range.start);
        if whole(slice.size()) == length {
            return Ok(slice);
        }
        Err(Error::new(ErrorKind::Io, "the source is shorter than it was"))
    }

    /// The digest of a range. In order, the digest of everything is made along with those of the parts.
    pub(crate) async fn digest(&mut self, range: Range<u64>) -> Result<Sha1, Error> {
        let everything = range == (0..self.len);
        if everything
            && self.hashed == self.len
            && let Some(hasher) = self.whole.take()
        {
            return Ok(hasher.finish());
        }
        self.hold(&range).await?;
        let slice = self.slice(&range)?;
        if !everything && range.start == self.hashed {
            let mut hasher = self.whole.take().unwrap_or_default();
            let part = digest(&slice);
            let (updated, part) = futures_util::future::join(hasher.update_blob(&slice), part).await;
            updated?;
            (self.whole, self.hashed) = (Some(hasher), range.end);
            return part;
        }
        digest(&slice).await
    }

    /// Reads a stream up to the end of a range, and lets go of what was before it.
    async fn hold(&mut self, range: &Range<u64>) -> Result<(), Error> {
        let Open::Stream { chunks, rest, start, held } = &mut self.kind else {
            return Ok(());
        };
        let end = *start + held.as_ref().map_or(0, |held| whole(held.size()));
        if end >= range.end && held.is_some() {
            return Ok(());
        }
        let parts = Array::new();
        let mut at = end;
        while at < range.end {
            let chunk = match rest.take() {
                Some(chunk) => chunk,
                None => match chunks.next().await {
                    Some(chunk) => chunk.map_err(|error| error.with_kind(ErrorKind::Io))?,
                    None => {
                        return Err(Error::new(
                            ErrorKind::Io,
                            "the stream is shorter than it was said to be",
                        ));
                    }
                },
            };
            let room = u32::try_from(range.end - at).unwrap_or(u32::MAX);
            let taken = chunk.length().min(room);
            parts.push(&chunk.subarray(0, taken));
            if taken < chunk.length() {
                *rest = Some(chunk.subarray(taken, chunk.length()));
            }
            at += u64::from(taken);
        }
        if range.end == self.len {
            // A source without a part of what it holds would pass its verification.
            let mut behind = match rest.take() {
                Some(chunk) => Some(Ok(chunk)),
                None => chunks.next().await,
            };
            while let Some(chunk) = behind {
                if chunk.map_err(|error| error.with_kind(ErrorKind::Io))?.length() > 0 {
                    return Err(Error::new(ErrorKind::Io, "the stream is longer than it was said to be"));
                }
                behind = chunks.next().await;
            }
        }
        *held = Some(blob_of(&parts)?);
        *start = end;
        Ok(())
    }
}

/// The bytes of an `ArrayBuffer`.
#[cfg(feature = "reqwest")]
pub(crate) fn bytes_of(buffer: &wasm_bindgen::JsValue) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

pub(crate) fn blob_of(parts: &Array) -> Result<Blob, Error> {
    let blob = Blob::new_with_blob_sequence(parts);
    blob.map_err(|_| Error::new(ErrorKind::Unsupported, "the platform has no Blob"))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole bytes; the cast saturates"
)]
fn whole(size: f64) -> u64 {
    size as u64
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files are exact up to 9 PB")]
fn float(position: u64) -> f64 {
    position as f64
}
