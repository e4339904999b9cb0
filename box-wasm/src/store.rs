//! Where tokens are kept.

use std::cell::RefCell;

use box_core::{
    error::{Error, ErrorKind},
    session::Tokens,
};

/// Keeps tokens for as long as the page lives.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore(RefCell<Option<Tokens>>);

impl MemoryStore {
    pub(crate) fn load(&self) -> Option<Tokens> {
        self.0.borrow().clone()
    }

    pub(crate) fn clear(&self) {
        self.0.replace(None);
    }

    pub(crate) fn store(&self, expected: u64, new: Tokens) -> Result<(), Error> {
        let mut tokens = self.0.borrow_mut();
        let found = tokens.as_ref().map_or(0, |tokens| tokens.generation);
        if found != expected {
            let message = format!("the token store holds generation {found}, expected was {expected}");
            return Err(Error::new(ErrorKind::Session, message));
        }
        *tokens = Some(new);
        Ok(())
    }
}
