//! Small things about paths and files.

use std::path::{Path, PathBuf};

use box_core::error::{Error, ErrorKind};

/// `name.ext` with `.suffix` behind it.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".");
    path.push(suffix);
    path.into()
}

/// The error of a local file.
pub(crate) fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    let message = format!("{} can't be {what}: {error}", path.display());
    Error::new(ErrorKind::Io, message).with_source(error)
}

/// Does what may block on a thread made for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::internal(format!("a thread that works with files ended: {e}")))?
}
