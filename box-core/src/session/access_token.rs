//! Access tokens: one that is handed on, and one alone, which nothing renews, such as a developer token, which lives for
//! an hour (Box guide "Developer Tokens").

use std::time::Duration;

use super::{Provided, Session, Token};
use crate::{error::Error, secret::Secret, time::Timestamp};

/// An access token, to be handed to a web page or to one of Box's UI elements. Best one that can do little: that of a
/// downscoped client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token.
    pub access_token: Secret,
    /// How long it still lives. None: that isn't known.
    pub expires_in: Option<Duration>,
}

impl AccessToken {
    /// The token of a session, and how long it lives.
    pub fn new(token: Token, expires_in: Option<Duration>) -> Self {
        Self { access_token: token.secret, expires_in }
    }
}

impl From<AccessToken> for Provided {
    fn from(AccessToken { access_token, expires_in }: AccessToken) -> Self {
        Self { access_token, expires_in }
    }
}

impl Session {
    /// Nothing renews the token. A refusal may have been a lost connection, so the next call tries it.
    pub(super) fn nothing_renews(&mut self, now: Timestamp, error: &Error) {
        self.rejected = 0;
        self.end(now, super::SignInReason::of(error), error);
    }
}
