//! Writing a file so that a crash leaves the old one or the new one.

#[cfg(unix)]
use std::fs::File;
use std::{ffi::OsString, io::Write, path::Path};

use box_core::{error::Error, session::Tokens};

use super::failed;

/// How the names of temporary files end.
const SUFFIX: &str = ".tmp";

pub(super) fn write(path: &Path, tokens: &Tokens) -> Result<(), Error> {
    let text = serde_json::to_vec(tokens).map_err(|e| Error::internal(e.to_string()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let prefix = prefix(path);
    sweep(folder, &prefix);
    // A temporary file is readable by its owner only, and renaming keeps that.
    let mut temporary = tempfile::Builder::new();
    let temporary = temporary.prefix(&prefix).suffix(SUFFIX).tempfile_in(folder);
    let written = temporary.and_then(|mut file| {
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        sync_folder(folder)
    });
    written.map_err(|e| failed("written", path, e))
}

/// How the names of a file's temporary files begin.
fn prefix(path: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// Removes what processes have left that died while they wrote: it holds tokens. Whoever writes holds the lock, so
/// nobody is at work on them.
fn sweep(folder: &Path, prefix: &OsString) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(prefix.as_encoded_bytes()) && name.ends_with(SUFFIX.as_bytes()) {
            // What can't be removed harms nobody.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
