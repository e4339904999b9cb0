//! Why a user must sign in again.

use crate::{
    error::{Error, ErrorKind},
    hint::Hint,
};

/// Why there is no session any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInReason {
    /// Nobody has signed in yet.
    NotSignedIn,
    /// Box refuses the refresh token: the session was revoked, wasn't used for 60 days, or another has used the token.
    Refused,
    /// An attempt never ended, and Box doesn't take its refresh token a second time.
    Lost,
    /// The access token has ended, and nothing renews it.
    TokenEnded,
    /// Box refuses the application: its id, secret, key or authorisation.
    Application,
}

impl SignInReason {
    /// A stable name, such as `not_signed_in`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::TokenEnded => "token_ended",
            Self::Application => "application",
        }
    }

    /// What an error that needs a sign-in says.
    pub(super) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::SessionLost => Self::Lost,
            _ if error.hint() == Some(Hint::DeveloperTokenExpired) => Self::TokenEnded,
            _ if error.code().is_none() => Self::NotSignedIn,
            _ if error.code() == Some(crate::codes::INVALID_GRANT) => Self::Refused,
            _ => Self::Application,
        }
    }
}
