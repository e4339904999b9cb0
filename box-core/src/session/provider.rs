//! Tokens from the application: it has a server that signs in, or does so in a way of its own.

use std::time::Duration;

use crate::{
    error::{Error, ErrorKind},
    secret::Secret,
    session::{Session, SessionOutput, Tokens, state::State},
    time::Timestamp,
};

/// Longest time that the application may take to provide a token, unless it asks for another.
pub const PROVIDER_TIMEOUT: Duration = Duration::from_secs(60);

/// Why the application is asked for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AskReason {
    /// There is none yet.
    Missing,
    /// The last one ends, or has ended.
    Expired,
    /// Box has refused the last one.
    Rejected,
}

impl AskReason {
    /// A stable name, such as `expired`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
        }
    }
}

/// A token that the application provides.
#[derive(Clone, Debug)]
pub struct Provided {
    /// The access token.
    pub access_token: Secret,
    /// How long it lives from now on. None: unknown, so it is used until Box refuses it.
    pub expires_in: Option<Duration>,
}

impl Session {
    /// What the application provides. An error is told to all that wait, unless the last token is still good.
    pub fn handle_provided(&mut self, now: Timestamp, result: Result<Provided, Error>) {
        if self.state != State::Asking {
            return;
        }
        match result {
            Ok(Provided { access_token, expires_in }) if !access_token.expose().is_empty() => {
                let lifetime = expires_in.map(|time| time.as_secs());
                self.keep(Tokens::issued(self.skew.at_box(now), access_token, lifetime));
            }
            Ok(_) => self.fail(&Error::new(ErrorKind::Session, "the token provider gave no token")),
            Err(error) => self.give_up(now, &error),
        }
    }

    pub(super) fn ask(&mut self) {
        let reason = match &self.tokens {
            None => AskReason::Missing,
            Some(tokens) if tokens.generation <= self.rejected => AskReason::Rejected,
            Some(_) => AskReason::Expired,
        };
        self.state = State::Asking;
        self.outputs.push_back(SessionOutput::AskProvider { reason });
    }
}
