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

/// Code of the error of a store that holds something else than was expected.
pub(super) const GENERATION_CONFLICT: &str = "generation_conflict";

/// Milliseconds that a token must live for a request that takes long.
const LASTING: u64 = 5 * 60 * 1000;

/// Everything a session must remember, in Box's time. Stores keep it; the `tokens_changed` hook is told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tokens {
    /// The access token. None: only a refresh token is known so far.
    pub access_token: Option<Secret>,
    /// The refresh token of OAuth: good for one use, within 60 days.
    pub refresh_token: Option<Secret>,
    /// When the access token was issued, in milliseconds since 1970. None: unknown.
    #[serde(default)]
    pub issued_at: Option<u64>,
    /// When the access token ends, in milliseconds since 1970. None: unknown.
    pub expires_at: Option<u64>,
    /// From when on the access token is renewed, some time before it ends: a request must not outlive its token.
    pub refresh_at: Option<u64>,
    /// Whose tokens these are: way to sign in, application, subject. A client leaves those of another alone.
    #[serde(default)]
    pub owner: Option<String>,
    /// Counts the exchanges; a store takes only the next one, or a record of the same.
    pub generation: u64,
    /// Somebody uses the refresh token, or has died over it: whoever comes next sends the same one.
    #[serde(default)]
    pub intent: Option<Intent>,
}

/// That a refresh token is about to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// Since when, in milliseconds since 1970.
    pub started_at: u64,
}

impl Intent {
    /// Since this time, in milliseconds since 1970.
    pub fn new(started_at: u64) -> Self {
        Self { started_at }
    }
}

/// An access token for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The bearer token.
    pub secret: Secret,
    /// Which exchange it came from.
    pub generation: u64,
}

/// What a caller needs of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenNeed {
    /// Generation of the token that Box has refused for this caller.
    pub rejected: Option<u64>,
    /// Whether it must live for a while: the request carries content.
    pub lasting: bool,
}

impl TokenNeed {
    /// Another token than the one of this generation, which Box has refused; any if there was none.
    pub fn instead_of(rejected: Option<u64>) -> Self {
        Self { rejected, lasting: false }
    }
}

/// What a store must hold to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// Generation of the tokens in it; 0: none are in it.
    pub generation: u64,
    /// The fence of the lock under which is written. A store whose locks can be taken over refuses a lower one than
    /// the last that it has given.
    pub fence: u64,
}

impl Expected {
    /// This generation, under the lock with this fence.
    pub fn new(generation: u64, fence: u64) -> Self {
        Self { generation, fence }
    }
}

/// The error of a store that holds another generation than was expected, or whose lock was taken over by another. The
/// session reads the store again then, and loses nothing.
pub fn generation_conflict(expected: u64, found: u64) -> Error {
    let numbers = [found.to_string(), expected.to_string()];
    let [found, expected] = &numbers;
    let message = ["the token store holds generation ", found, ", expected was ", expected].concat();
    Error::new(ErrorKind::Session, message).with_code(GENERATION_CONFLICT)
}

impl Tokens {
    /// Tokens that the application has kept. With a refresh token alone the first call refreshes.
    pub fn new(refresh_token: Option<Secret>, access_token: Option<Secret>) -> Self {
        Self {
            access_token,
            refresh_token,
            issued_at: None,
            expires_at: None,
            refresh_at: None,
            owner: None,
            generation: 1,
            intent: None,
        }
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
            issued_at: Some(now.0),
            expires_at: lifetime.map(after),
            refresh_at: lifetime.map(|seconds| after(seconds - (seconds / 10).min(MARGIN))),
            generation: 0,
            ..Self::new(None, Some(access_token))
        }
    }

    /// How long before its end the access token is renewed.
    pub(super) fn margin(&self) -> Duration {
        let end = self.expires_at.zip(self.refresh_at);
        Duration::from_millis(end.map_or(0, |(end, renewal)| end.saturating_sub(renewal)))
    }

    /// Whether the access token is there and not to be renewed yet. One for a request that takes long must have some
    /// minutes left, or half of its life.
    pub(super) fn is_fresh(&self, now: Timestamp, early: Duration, lasting: bool) -> bool {
        let (Some(_), Some(renewal)) = (&self.access_token, self.refresh_at) else {
            return self.access_token.is_some();
        };
        if now + early >= Timestamp(renewal) {
            return false;
        }
        let (Some(issued), Some(end), true) = (self.issued_at, self.expires_at, lasting) else {
            return true;
        };
        now.0 < end.saturating_sub(LASTING.min(end.saturating_sub(issued) / 2))
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
