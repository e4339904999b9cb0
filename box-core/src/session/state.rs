//! Where a session is.

use std::mem;

use super::Tokens;
use crate::{error::Error, time::Timestamp};

/// What the machine waits for.
#[derive(Debug)]
pub(super) enum State {
    Idle,
    /// The lock.
    Locking,
    /// The store, while another holds the lock for too long.
    Peeking,
    /// The store.
    Loading,
    /// A while, because an attempt may still be under way elsewhere, or one has failed for the moment.
    Pausing,
    /// The application's provider.
    Asking,
    /// A token of the session from which this one is derived.
    Parent,
    /// The signature of what an assertion says.
    Signing(Signing),
    /// That the intent is stored.
    Recording(Tokens),
    /// Box.
    Requesting,
    /// The store, after a refusal: another may have been first.
    Rereading,
    /// That the intent is gone from the store.
    Retiring,
    /// That new tokens are stored.
    Storing(Tokens),
    /// The application, which is told.
    Announcing,
    /// Box, which shall end the tokens.
    Revoking,
    /// That the store is empty.
    Clearing,
}

/// The same step, whatever it is about.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        mem::discriminant(self) == mem::discriminant(other)
    }
}

/// What is being signed, and what it is for.
#[derive(Debug)]
pub(super) struct Signing {
    /// Header and claims, encoded.
    pub(super) message: String,
}

/// One way through the machine, from lock to lock.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Whether the lock is held.
    pub(super) locked: bool,
    /// Whether the lock was taken from another, which may still be at work.
    pub(super) taken_over: bool,
    /// Whether the store was read while another held the lock for too long.
    pub(super) peeked: bool,
    /// Generation that the store was found to hold.
    pub(super) stored: u64,
    /// Generation of the tokens that the request uses.
    pub(super) used: u64,
    /// When the request was sent.
    pub(super) asked: Timestamp,
    /// How long after its intent the request was sent.
    pub(super) late: std::time::Duration,
    /// Whether an earlier attempt with the same refresh token never ended.
    pub(super) resumes: bool,
    /// Whether the refresh token came from the application.
    pub(super) kept: bool,
    /// Token of the session from which this one is derived.
    pub(super) parent: Option<super::Token>,
    /// Generation of that token which Box has refused.
    pub(super) parent_rejected: Option<u64>,
    /// When the first attempt failed.
    pub(super) began: Option<Timestamp>,
    /// Attempts that have failed for the moment.
    pub(super) failures: u32,
    /// Whether the clock was corrected.
    pub(super) corrected: bool,
    /// How often another was first.
    pub(super) conflicts: u32,
    /// Why Box has refused.
    pub(super) refusal: Option<Error>,
}

/// New tokens on their way to the store.
#[derive(Debug)]
pub(super) struct Unstored {
    pub(super) tokens: Tokens,
    /// The generation from which they come. None: the user has signed in.
    pub(super) from: Option<u64>,
}

/// Box's last word.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) error: Error,
    /// The tokens of which it was said.
    pub(super) generation: u64,
    /// When it was said.
    pub(super) at: Timestamp,
}
