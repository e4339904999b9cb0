//! What an upload reads: bytes, or a file of any size that nobody has to hold.

use std::{
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use box_core::digest::Sha1;
use box_emulator::{Content, FileDigest, Stored};
use bytes::Bytes;

/// The source of an upload.
#[derive(Clone, Debug)]
pub enum Source {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Zeros, so many. Their digests are made up: the emulator measures contents by what it is told of them.
    Zeros(u64),
}

impl Source {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Zeros(len) => *len,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The digest of a range.
    pub fn digest(&self, range: &Range<u64>) -> Sha1 {
        Sha1(self.content(range).sha1.0)
    }

    /// A range as the emulator keeps it.
    pub(crate) fn content(&self, range: &Range<u64>) -> Content {
        match self {
            Self::Bytes(bytes) => Content::from_bytes(cut(bytes, range)),
            Self::Zeros(_) => {
                let len = range.end.saturating_sub(range.start);
                let name = format!("{} to {}", range.start, range.end);
                Content { len, sha1: FileDigest::of(name.as_bytes()), stored: Arc::new(Zeros(len)) }
            }
        }
    }
}

fn cut(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(range.start)..at(range.end))
}

struct Zeros(u64);

impl Stored for Zeros {
    fn reader(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::repeat(0).take(self.0.saturating_sub(offset))))
    }
}
