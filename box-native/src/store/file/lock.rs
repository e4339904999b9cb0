//! The lock of a file, through a file beside it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use box_core::error::Error;
use tokio::time::{Instant, sleep_until};

use super::failed;
use crate::{
    files::{blocking, with_suffix},
    store::LockGuard,
};

/// The first and the longest wait between two tries.
const WAITS: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(50)];

/// Takes the lock. It tries and waits rather than to let the system wait, which nothing could end: a thread would stay
/// behind.
pub(super) async fn lock(path: Arc<PathBuf>, limit: Duration) -> Result<LockGuard, Error> {
    let [mut wait, longest] = WAITS;
    let end = Instant::now() + limit;
    loop {
        let path = Arc::clone(&path);
        if let Some((file, fence)) = blocking(move || try_lock(&path)).await? {
            return Ok(LockGuard::free(file).with_fence(fence));
        }
        let now = Instant::now();
        if now >= end {
            return Ok(LockGuard::timed_out());
        }
        sleep_until(end.min(now + wait)).await;
        wait = longest.min(wait * 2);
    }
}

/// The lock, `None` if another holds it. `File::lock` of the standard library is what the crates for it wrap: `flock`
/// and `LockFileEx`.
fn try_lock(path: &Path) -> Result<Option<(File, u64)>, Error> {
    let path = with_suffix(path, "lock");
    let failed = |error| failed("locked", &path, error);
    let file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let fence = file.metadata().map(|data| id(&data)).map_err(failed)?;
    // Somebody may have removed the file since it was opened. Others would lock the new one.
    Ok((id_of(&path) == fence).then_some((file, fence)))
}

/// Whether the file that was locked is another now, so that others may hold the lock, too.
pub(super) fn is_lost(path: &Path, fence: u64) -> bool {
    fence != 0 && id_of(&with_suffix(path, "lock")) != fence
}

fn id_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |data| id(&data))
}

/// What tells a file from another of the same name; no two that are open share it.
#[cfg(unix)]
fn id(data: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(data)
}

/// Elsewhere the standard library doesn't tell.
#[cfg(not(unix))]
fn id(_: &std::fs::Metadata) -> u64 {
    0
}
