//! Tokens as they are kept and as they are used.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ErrorKind},
    facts::Facts,
    reply::Reply,
    secret::Secret,
    time::Timestamp,
};

/// Seconds before its end at which an access token is renewed, for one of more than five minutes.
const MARGIN: u64 = 30;

/// Everything a session must remember. Stores keep it; the `tokens_changed` hook is told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tokens {
    /// The access token. None: only a refresh token is known so far.
    pub access_token: Option<Secret>,
    /// The refresh token of OAuth: good for one use, within 60 days.
    pub refresh_token: Option<Secret>,
    /// When the access token ends, in milliseconds since 1970. None: unknown.
    pub expires_at: Option<u64>,
    /// From when on the access token is renewed, some time before it ends: a request must not outlive its token.
    pub refresh_at: Option<u64>,
    /// Whose tokens these are: way to sign in, application, subject. A client leaves those of another alone.
    #[serde(default)]
    pub owner: Option<String>,
    /// Counts the exchanges; a store takes only the next one.
    pub generation: u64,
}

/// An access token for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The bearer token.
    pub secret: Secret,
    /// Which exchange it came from.
    pub generation: u64,
}

impl Tokens {
    /// Tokens that the application has kept. With a refresh token alone the first call refreshes.
    pub fn new(refresh_token: Option<Secret>, access_token: Option<Secret>) -> Self {
        Self { access_token, refresh_token, expires_at: None, refresh_at: None, owner: None, generation: 1 }
    }

    /// Tokens as the token endpoint answers them.
    pub(super) fn from_reply(now: Timestamp, reply: &Reply) -> Result<Self, Error> {
        let facts = Facts::of(reply)?;
        let Some(access_token) = facts.text("access_token") else {
            return Err(Error::new(ErrorKind::Decode, "the token endpoint answered without a token"));
        };
        let refresh_token = facts.text("refresh_token").map(Secret::new);
        Ok(Self { refresh_token, ..Self::issued(now, access_token.into(), facts.number("expires_in")) })
    }

    /// An access token that has just been issued, for so many seconds.
    pub(super) fn issued(now: Timestamp, access_token: Secret, lifetime: Option<u64>) -> Self {
        let after = |seconds| (now + Duration::from_secs(seconds)).0;
        Self {
            access_token: Some(access_token),
            refresh_token: None,
            expires_at: lifetime.map(after),
            refresh_at: lifetime.map(|seconds| after(seconds - (seconds / 10).min(MARGIN))),
            owner: None,
            generation: 0,
        }
    }

    /// Whether the access token is there and not to be renewed yet.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.access_token.is_some() && self.refresh_at.is_none_or(|time| now < Timestamp(time))
    }

    /// Whether the access token is there and has not ended, as far as its end is known.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        let ends = self.expires_at.map(Timestamp);
        self.access_token.is_some() && ends.is_some_and(|ends| now < ends)
    }

    /// The access token, fresh or not.
    pub(super) fn token(&self) -> Option<Token> {
        Some(Token { secret: self.access_token.clone()?, generation: self.generation })
    }
}
