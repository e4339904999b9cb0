//! A store for as long as the process lives.

use std::sync::{Mutex, PoisonError};

use box_core::{error::Error, session::Tokens};

use super::{Expected, TokenStore, generation_conflict};
use crate::transport::BoxFuture;

/// Keeps tokens in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Option<Tokens>>);

impl MemoryStore {
    /// A store that holds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<Tokens>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl TokenStore for MemoryStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        let tokens = self.with(|tokens| tokens.clone());
        Box::pin(async { Ok(tokens) })
    }

    fn store(&self, expected: Expected, new: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        let result = self.with(|tokens| {
            let found = tokens.as_ref().map_or(0, |tokens| tokens.generation);
            if found != expected.generation {
                return Err(generation_conflict(expected.generation, found));
            }
            *tokens = Some(new);
            Ok(())
        });
        Box::pin(async { result })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.with(|tokens| *tokens = None);
        Box::pin(async { Ok(()) })
    }
}
