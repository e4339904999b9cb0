use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
};

use tempfile::{NamedTempFile, TempDir, TempPath};

use crate::{ContentStore, ContentWriter, Stored};

/// Keeps each content in a file of its own.
#[derive(Debug)]
pub(super) struct TempFiles {
    directory: TempDir,
}

impl TempFiles {
    pub(super) fn new() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("box-emulator-").tempdir()?;
        Ok(Self { directory })
    }
}

impl ContentStore for TempFiles {
    fn create(&self) -> io::Result<Box<dyn ContentWriter>> {
        Ok(Box::new(Writer(NamedTempFile::new_in(&self.directory)?)))
    }
}

struct Writer(NamedTempFile);

impl ContentWriter for Writer {
    fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.0.write_all(chunk)
    }

    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Stored>> {
        // Closed, so that a file of many parts does not use up the file descriptors.
        Ok(Arc::new(Kept(self.0.into_temp_path())))
    }
}

struct Kept(TempPath);

impl Stored for Kept {
    fn reader(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.0)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }
}
