//! Small things about paths.

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
