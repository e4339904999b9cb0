//! Tokens in memory.

use std::cell::RefCell;

use box_core::{error::Error, session::Tokens};
use futures_util::future::{LocalBoxFuture, ready};

use super::{Expected, TokenStore, generation_conflict};

/// Keeps tokens for as long as the page, worker or process lives: the default.
#[derive(Debug, Default)]
pub struct MemoryStore(RefCell<Option<Tokens>>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn write(&self, expected: u64, new: Tokens) -> Result<(), Error> {
        let mut tokens = self.0.borrow_mut();
        let found = tokens.as_ref().map_or(0, |tokens| tokens.generation);
        if found != expected {
            return Err(generation_conflict(expected, found));
        }
        *tokens = Some(new);
        Ok(())
    }
}

impl TokenStore for MemoryStore {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<Tokens>, Error>> {
        Box::pin(ready(Ok(self.0.borrow().clone())))
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(ready(self.write(expected.generation, tokens)))
    }

    fn clear(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        self.0.replace(None);
        Box::pin(ready(Ok(())))
    }
}
