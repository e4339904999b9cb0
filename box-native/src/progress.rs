//! How far a transfer is.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How far a transfer is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes that have gone out or come in. It never falls, also when a part is sent again.
    pub transferred: u64,
    /// Bytes of the whole, where it is known.
    pub total: Option<u64>,
}

/// Tells the application.
#[derive(Clone, Default)]
pub(crate) struct Watcher(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Watcher {
    pub(crate) fn new(watch: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(watch)))
    }

    /// A function that is told a position and passes on what is new.
    pub(crate) fn meter(
        &self,
        total: impl Fn() -> Option<u64> + Send + Sync + 'static,
    ) -> Arc<dyn Fn(u64) + Send + Sync> {
        let Some(watch) = self.0.clone() else {
            return Arc::new(|_| {});
        };
        let most = AtomicU64::new(0);
        Arc::new(move |transferred| {
            if most.fetch_max(transferred, Ordering::Relaxed) < transferred {
                watch(Progress { transferred, total: total() });
            }
        })
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Watcher" } else { "None" })
    }
}
