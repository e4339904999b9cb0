//! Where tokens are kept.

mod memory;
mod tabs;

use std::{any::Any, fmt, rc::Rc, time::Duration};

use box_core::{error::Error, session::Tokens};
use futures_util::future::LocalBoxFuture;

pub use box_core::session::{Expected, Locked, generation_conflict};
pub use memory::MemoryStore;
pub use tabs::TabStore;

/// Keeps the tokens of one session.
///
/// Box's refresh tokens are good for one use, so a store that several pages, workers or servers share must also give
/// them a common lock. Loading, storing and clearing have a deadline of [`box_core::session::STEP_TIMEOUT`].
pub trait TokenStore: 'static {
    /// The tokens, `None` if there are none.
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<Tokens>, Error>>;

    /// Writes tokens durably, if the store holds what is expected; a [`conflict`](generation_conflict) otherwise. The
    /// session then reads the store again, and loses nothing.
    fn store(&self, expected: Expected, tokens: Tokens) -> LocalBoxFuture<'_, Result<(), Error>>;

    /// Forgets the tokens.
    fn clear(&self) -> LocalBoxFuture<'_, Result<(), Error>>;

    /// Takes the lock that all users of this store share, and answers [`LockGuard::timed_out`] when it has waited for
    /// so long. With `steal` it takes the lock from whoever holds it. Within one client there is a lock already; the
    /// default adds none.
    fn lock(&self, steal: bool, limit: Duration) -> LocalBoxFuture<'_, Result<LockGuard, Error>> {
        _ = (steal, limit);
        Box::pin(async { Ok(LockGuard::free(())) })
    }

    /// How long another may hold the lock before a session looks into the store again and steals it: for locks that
    /// nobody frees when their holder is frozen. By default none is stolen.
    fn steals_after(&self) -> Option<Duration> {
        None
    }

    /// Tells of newer tokens that others have stored, until what it answers is dropped. The default tells nothing, and
    /// sessions learn of them when they need new ones.
    fn listen(&self, news: Rc<dyn Fn(Tokens)>) -> Listening {
        _ = news;
        Listening(None)
    }

    /// Whether refresh tokens are kept as well, which sessions of OAuth need.
    fn keeps_refresh_tokens(&self) -> bool {
        true
    }

    /// A store beside this one for a session of the same application that acts for another subject, `owner`. By
    /// default there is none, and its tokens are kept in memory.
    fn beside(&self, owner: &str) -> Option<Rc<dyn TokenStore>> {
        _ = owner;
        None
    }
}

/// A lock, until it is dropped.
pub struct LockGuard {
    held: Locked,
    fence: u64,
    _release: Option<Box<dyn Any>>,
}

impl LockGuard {
    /// A lock that nobody else had, or whose last holder gave it back or is gone. Dropping `release` gives it back.
    pub fn free(release: impl Any) -> Self {
        Self { held: Locked::Free, fence: 0, _release: Some(Box::new(release)) }
    }

    /// A lock that was taken from another, which may still be at work.
    pub fn taken_over(release: impl Any) -> Self {
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

/// A session hears of new tokens until this is dropped.
#[must_use]
pub struct Listening(Option<Box<dyn Any>>);

impl Listening {
    /// Dropping `end` ends it.
    pub fn until_dropped(end: impl Any) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.0.is_some()).finish()
    }
}
