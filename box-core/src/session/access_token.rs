//! An access token alone, such as a developer token (Box guide "Developer Tokens"): it lives for an hour, and nothing
//! renews it.

use super::Session;
use crate::error::Error;

impl Session {
    /// Nothing renews the token. A refusal may have been a lost connection, so the next call tries it.
    pub(super) fn nothing_renews(&mut self, error: &Error) {
        self.rejected = 0;
        self.end(super::SignInReason::of(error), error);
    }
}
