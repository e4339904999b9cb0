//! File contents, which the emulator names and measures but never looks into.

use std::{
    fmt,
    io::{self, Cursor, Read},
    sync::Arc,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use sha1::{Digest, Sha1};

/// Bytes kept somewhere. They go away when the last [`Content`] that holds them is dropped.
pub trait Stored: Send + Sync {
    /// Reads from `offset` to the end.
    fn reader(&self, offset: u64) -> io::Result<Box<dyn Read + Send>>;

    /// The bytes themselves, where reading them is no I/O.
    fn in_memory(&self) -> Option<Bytes> {
        None
    }
}

/// Takes the content of one request while it streams in.
pub trait ContentStore: Send + Sync {
    /// Starts an empty content.
    fn create(&self) -> io::Result<Box<dyn ContentWriter>>;
}

/// A content that grows.
pub trait ContentWriter: Send {
    /// Appends.
    fn write(&mut self, chunk: &[u8]) -> io::Result<()>;
    /// Ends it; dropping a writer instead forgets what was written.
    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Stored>>;
}

/// A SHA-1 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileDigest(pub [u8; 20]);

impl FileDigest {
    /// Hashes bytes at hand.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// Hashes several contents as if they were one.
    pub fn of_contents(contents: &[Content]) -> io::Result<Self> {
        let mut hasher = Sha1::new();
        let mut buffer = vec![0; 256 * 1024];
        for content in contents {
            if let Some(bytes) = content.stored.in_memory() {
                hasher.update(&bytes);
                continue;
            }
            let mut reader = content.stored.reader(0)?;
            loop {
                let read = reader.read(&mut buffer)?;
                if read == 0 {
                    break;
                }
                hasher.update(buffer.get(..read).unwrap_or_default());
            }
        }
        Ok(Self(hasher.finalize().into()))
    }

    /// Lower-case hexadecimal, as in a file's `sha1`.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads what a `digest` header says behind `sha=`.
    pub fn from_base64(text: &str) -> Option<Self> {
        Some(Self(BASE64_STANDARD.decode(text).ok()?.try_into().ok()?))
    }

    /// As in a `digest` header.
    pub fn base64(&self) -> String {
        BASE64_STANDARD.encode(self.0)
    }
}

impl fmt::Debug for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A whole body or part, already received, measured and hashed.
#[derive(Clone)]
pub struct Content {
    /// Number of bytes.
    pub len: u64,
    /// Digest of all of them.
    pub sha1: FileDigest,
    /// The bytes.
    pub stored: Arc<dyn Stored>,
}

impl Content {
    /// Wraps bytes at hand.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { len: bytes.len() as u64, sha1: FileDigest::of(&bytes), stored: Arc::new(Memory(bytes)) }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes, {:?})", self.len, self.sha1)
    }
}

/// Keeps contents in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryStore;

impl ContentStore for MemoryStore {
    fn create(&self) -> io::Result<Box<dyn ContentWriter>> {
        Ok(Box::new(Growing(Vec::new())))
    }
}

struct Growing(Vec<u8>);

impl ContentWriter for Growing {
    fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(chunk);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Stored>> {
        Ok(Arc::new(Memory(self.0.into())))
    }
}

struct Memory(Bytes);

impl Stored for Memory {
    fn reader(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut cursor = Cursor::new(self.0.clone());
        cursor.set_position(offset);
        Ok(Box::new(cursor))
    }

    fn in_memory(&self) -> Option<Bytes> {
        Some(self.0.clone())
    }
}
