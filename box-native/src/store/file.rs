//! A store in a file, shared by the processes of a host.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind as IoKind, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use box_core::{
    error::{Error, ErrorKind},
    session::Tokens,
};

use super::{Expected, LockGuard, TokenStore, generation_conflict};
use crate::transport::BoxFuture;

/// Keeps tokens in a file that only its owner can read.
///
/// A write goes to a temporary file that replaces the old one once it is on disk, so a crash leaves one of the two.
/// Processes that share the file take turns through an advisory lock on `<file>.lock`.
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
        let work = tokio::task::spawn_blocking(move || act(&path));
        Box::pin(async { work.await.map_err(|e| Error::internal(e.to_string()))? })
    }
}

impl TokenStore for FileStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        self.blocking(read)
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        self.blocking(move |path| {
            let found = read(path)?.map_or(0, |tokens| tokens.generation);
            let expected = expected.generation;
            if found == expected { write(path, &tokens) } else { Err(generation_conflict(expected, found)) }
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.blocking(|path| match std::fs::remove_file(path) {
            Err(error) if error.kind() != IoKind::NotFound => Err(failed("removed", path, error)),
            _ => Ok(()),
        })
    }

    fn lock(&self, _: Duration) -> BoxFuture<'_, Result<LockGuard, Error>> {
        self.blocking(|path| {
            let lock = crate::files::with_suffix(path, "lock");
            let file = OpenOptions::new().create(true).append(true).open(&lock);
            let file = file.and_then(|file| file.lock().map(|()| file));
            file.map(LockGuard::free).map_err(|e| failed("locked", &lock, e))
        })
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

fn write(path: &Path, tokens: &Tokens) -> Result<(), Error> {
    let text = serde_json::to_vec(tokens).map_err(|e| Error::internal(e.to_string()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // A temporary file is readable by its owner only, and renaming keeps that.
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        sync_folder(folder)
    });
    written.map_err(|e| failed("written", path, e))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    let message = format!("the token file {} can't be {what}: {error}", path.display());
    Error::new(ErrorKind::Session, message).with_source(error)
}
