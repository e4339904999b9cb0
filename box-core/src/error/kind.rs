//! Kinds of errors.

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter or a setting that could only be refused. Nothing was sent.
    InvalidInput,
    /// Box answered with a status of 400 or above.
    Api,
    /// The token endpoint refused; `code` is OAuth's `error`.
    OAuth,
    /// There is no session any more: the user must sign in again.
    SignInNeeded,
    /// There is no session any more, because an attempt to renew it never ended: a process died over it or its reply was
    /// lost, and Box takes a refresh token once. The user must sign in again.
    SessionLost,
    /// The token store can't be written. New tokens are kept in memory, and storing them is tried again.
    PersistFailed,
    /// The request or its reply was lost on the way.
    Transport,
    /// A deadline passed.
    Timeout,
    /// The reply isn't what it should be.
    Decode,
    /// Stored or received bytes differ from those sent or announced.
    Integrity,
    /// A local file, reader or writer failed, or changed while it was read.
    Io,
    /// A token store, lock or hook of the application failed.
    Session,
    /// A redirect was refused: too many, or to where it must not go.
    Redirect,
    /// The list can't be continued.
    Paging,
    /// The item is unchanged (`if-none-match`).
    NotModified,
    /// The caller cancelled.
    Cancelled,
    /// The client was closed.
    Closed,
    /// The request of a write was lost, or answered without saying whether the write was done.
    OutcomeUnknown,
    /// The client only reads. Nothing was sent.
    ReadOnly,
    /// The transport can't do this.
    Unsupported,
    /// A fault of this library.
    Internal,
}

impl ErrorKind {
    /// A stable name, such as `invalid_input`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Api => "api",
            Self::OAuth => "oauth",
            Self::SignInNeeded => "sign_in_needed",
            Self::SessionLost => "session_lost",
            Self::PersistFailed => "persist_failed",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Decode => "decode",
            Self::Integrity => "integrity",
            Self::Io => "io",
            Self::Session => "session",
            Self::Redirect => "redirect",
            Self::Paging => "paging",
            Self::NotModified => "not_modified",
            Self::Cancelled => "cancelled",
            Self::Closed => "closed",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::ReadOnly => "read_only",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }
}
