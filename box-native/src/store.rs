//! Where tokens are kept between runs.

mod file;
mod memory;

use std::any::Any;

use box_core::{error::Error, session::Tokens};

pub use file::FileStore;
pub use memory::MemoryStore;

use crate::transport::BoxFuture;

/// What releases a lock when it is dropped.
pub type LockGuard = Box<dyn Any + Send>;

/// Keeps the tokens of one session.
///
/// Box's refresh tokens are good for one use, so a store that several processes share must also give them a common
/// lock. Loading and storing have a deadline of [`box_core::session::STEP_TIMEOUT`], the lock one of
/// [`box_core::session::LOCK_TIMEOUT`].
pub trait TokenStore: Send + Sync + 'static {
    /// The tokens, `None` if there are none.
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>>;

    /// Writes tokens durably, if the store holds `expected_generation` (0: nothing); a
    /// [`conflict`](generation_conflict) otherwise.
    fn store(&self, expected_generation: u64, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>>;

    /// Forgets the tokens.
    fn clear(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Takes the lock that all users of this store share. Within one client there is one already; the default
    /// adds none.
    fn lock(&self) -> BoxFuture<'_, Result<LockGuard, Error>> {
        Box::pin(async { Ok(Box::new(()) as LockGuard) })
    }
}

/// The error of a store that holds another generation than was expected.
pub fn generation_conflict(expected: u64, found: u64) -> Error {
    let message = format!("the token store holds generation {found}, expected was {expected}");
    Error::new(box_core::error::ErrorKind::Session, message)
}
