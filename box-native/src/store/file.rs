//! A store in a file, shared by the processes of a host.

mod lock;
mod write;

use std::{
    io::ErrorKind as IoKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use box_core::{
    error::{Error, ErrorKind},
    session::Tokens,
};

use super::{Expected, LockGuard, TokenStore, generation_conflict};
use crate::{files, transport::BoxFuture};

/// Keeps tokens in a file that only its owner can read.
///
/// A write goes to a temporary file that replaces the old one once it is on disk, so a crash leaves one of the two.
/// Processes that share the file take turns through an advisory lock on `<file>.lock`, which the system frees when its
/// holder dies. The lock file stays; it holds nothing. Hosts that share a network file system should rather use a store
/// whose locks have fences, such as Redis or a database.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<PathBuf>);

impl FileStore {
    /// A store in this file; its folder must exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Arc::new(path.into()))
    }

    fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Path) -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, Error>> {
        let path = Arc::clone(&self.0);
        Box::pin(files::blocking(move || act(&path)))
    }
}

impl TokenStore for FileStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        self.blocking(read)
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        self.blocking(move |path| {
            let found = read(path)?.map_or(0, |tokens| tokens.generation);
            if found != expected.generation || lock::is_lost(path, expected.fence) {
                return Err(generation_conflict(expected.generation, found));
            }
            write::write(path, &tokens)
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.blocking(|path| match std::fs::remove_file(path) {
            Err(error) if error.kind() != IoKind::NotFound => Err(failed("removed", path, error)),
            _ => Ok(()),
        })
    }

    fn lock(&self, limit: Duration) -> BoxFuture<'_, Result<LockGuard, Error>> {
        Box::pin(lock::lock(Arc::clone(&self.0), limit))
    }
}

fn read(path: &Path) -> Result<Option<Tokens>, Error> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, error)),
    };
    // Without the reader's own words: they could quote a token.
    let damaged = |_| Error::new(ErrorKind::Session, format!("{} holds no tokens", path.display()));
    serde_json::from_slice(&text).map(Some).map_err(damaged)
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    let message = format!("the token file {} can't be {what}: {error}", path.display());
    Error::new(ErrorKind::Session, message).with_source(error)
}
