//! Questions about an error, each with what to do if the answer is yes.

use crate::{
    codes,
    error::{Error, ErrorKind},
};

impl Error {
    /// Whether the item doesn't exist, or not for this user (404). Check the id, and whether the user has access: Box
    /// doesn't tell these apart. Nothing is gained by trying again.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether the item is in the trash. Restore it, or delete it for good.
    pub fn is_trashed(&self) -> bool {
        self.is_not_found() && self.has_code(codes::TRASHED)
    }

    /// Whether something is in the way (409): mostly a name that is taken. [`conflicts`](Self::conflicts) has the items.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// Whether the folder has an item of this name. Choose another name, or use the item that
    /// [`conflicts`](Self::conflicts) names: upload a new version of it, for instance.
    pub fn is_name_taken(&self) -> bool {
        self.has_code(codes::ITEM_NAME_IN_USE)
    }

    /// Whether the item has changed since the etag of `if-match` (412). Read it again and decide anew.
    pub fn is_precondition_failed(&self) -> bool {
        self.status() == Some(412)
    }

    /// Whether there were too many requests (429); wait for [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// Whether this user or application may not do so (403). [`code`](Self::code) and [`hint`](Self::hint) say why.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// Whether Box refused the token, also after it was renewed, or the application's credentials (401). Get another
    /// token, or check the credentials.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    /// Whether the user must sign in again. No call passes before that.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self.kind(), ErrorKind::SignInNeeded | ErrorKind::SessionLost)
    }

    /// Whether a deadline passed. Give the call more time, or try later.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the caller cancelled. A write may have been done nevertheless.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    /// Whether the same call may pass later, and does no harm then. The client has tried again already as often as it
    /// was allowed to; wait for [`retry_after`](Self::retry_after), or for some minutes.
    pub fn is_transient(&self) -> bool {
        match self.kind() {
            ErrorKind::Transport | ErrorKind::Timeout => true,
            ErrorKind::Api | ErrorKind::OAuth => {
                matches!(self.status(), Some(429 | 500 | 502..=504))
                    || self.has_code(codes::NAME_TEMPORARILY_RESERVED)
                    || self.has_code(codes::OPERATION_BLOCKED_TEMPORARY)
                    || self.has_code(codes::TEMPORARILY_UNAVAILABLE)
            }
            _ => false,
        }
    }

    /// Whether nobody knows if the write was done. Look before trying again.
    pub fn is_outcome_unknown(&self) -> bool {
        self.kind() == ErrorKind::OutcomeUnknown
    }

    /// Whether a client that only reads has refused to write. Nothing was sent; use a client that may write.
    pub fn is_read_only(&self) -> bool {
        self.kind() == ErrorKind::ReadOnly
    }

    /// Whether the item is unchanged (`if-none-match`, 304). What you have of it is still good.
    pub fn is_not_modified(&self) -> bool {
        self.kind() == ErrorKind::NotModified
    }

    fn has_code(&self, code: &str) -> bool {
        self.code() == Some(code)
    }
}
