//! Where tokens are kept between runs.

mod file;
mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::{any::Any, fmt, sync::Arc, time::Duration};

use box_core::{error::Error, session::Tokens};

#[cfg(feature = "redis")]
pub use self::redis::RedisStore;
pub use box_core::session::{Expected, Locked, generation_conflict};
pub use file::FileStore;
pub use memory::MemoryStore;

use crate::transport::BoxFuture;

/// Keeps the tokens of one session.
///
/// Box's refresh tokens are good for one use, so a store that several processes or hosts share must also give them a
/// common lock. Loading, storing and clearing have a deadline of [`box_core::session::STEP_TIMEOUT`].
pub trait TokenStore: Send + Sync + 'static {
    /// The tokens, `None` if there are none.
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>>;

    /// Writes tokens durably, if the store holds what is expected; a [`conflict`](generation_conflict) otherwise. The
    /// session then reads the store again, and loses nothing.
    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>>;

    /// Forgets the tokens.
    fn clear(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Takes the lock that all users of this store share, and waits for it at most so long. Within one client there is
    /// one already; the default adds none.
    fn lock(&self, limit: Duration) -> BoxFuture<'_, Result<LockGuard, Error>> {
        _ = limit;
        Box::pin(async { Ok(LockGuard::free(())) })
    }

    /// A store beside this one for a session of the same application that acts for another subject, `owner`. By
    /// default there is none, and its tokens are kept in memory.
    fn beside(&self, owner: &str) -> Option<Arc<dyn TokenStore>> {
        _ = owner;
        None
    }
}

/// A lock, until it is dropped.
pub struct LockGuard {
    held: Locked,
    fence: u64,
    _release: Option<Box<dyn Any + Send>>,
}

impl LockGuard {
    /// A lock that nobody else had, or whose last holder gave it back or is gone. Dropping `release` gives it back.
    pub fn free(release: impl Any + Send) -> Self {
        Self { held: Locked::Free, fence: 0, _release: Some(Box::new(release)) }
    }

    /// A lock that was taken from another, which may still be at work, such as a lease that had run out. For
    /// [`REQUEST_TIMEOUT`](box_core::session::REQUEST_TIMEOUT) after that, the locks of those who follow are such ones too.
    pub fn taken_over(release: impl Any + Send) -> Self {
        Self { held: Locked::TakenOver, ..Self::free(release) }
    }

    /// No lock: the time is over, and another holds it.
    pub fn timed_out() -> Self {
        Self { held: Locked::TimedOut, fence: 0, _release: None }
    }

    /// Adds the fence: a number that grows with every lock of the store.
    #[must_use]
    pub fn with_fence(self, fence: u64) -> Self {
        Self { fence, ..self }
    }

    /// How it was come by.
    pub fn held(&self) -> Locked {
        self.held
    }

    /// Its fence.
    pub fn fence(&self) -> u64 {
        self.fence
    }
}

impl fmt::Debug for LockGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockGuard")
            .field("held", &self.held)
            .field("fence", &self.fence)
            .finish_non_exhaustive()
    }
}
