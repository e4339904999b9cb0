//! What a session wants of its driver.

use std::time::Duration;

use super::{Algorithm, AskReason, SignInReason, Token, TokenNeed, Tokens};
use crate::{action::CallOptions, error::Error, request::Draft};

/// Names a caller that waits for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaiterId(pub u64);

/// How a lock was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// Nobody else had it, or who had it gave it back or is gone.
    Free,
    /// It was taken from another, which may still be at work: a lease that had run out, or a lock that was stolen. So is
    /// any lock for half a minute after that: who took it over may have given it back at once.
    TakenOver,
    /// The time was over; another holds it.
    TimedOut,
}

/// What the driver shall do next. All but answers to callers are done one at a time.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "an output is moved once, and boxes would cost as much")]
pub enum SessionOutput {
    /// A caller gets its token.
    Token(WaiterId, Token),
    /// A caller gets an error.
    Failed(WaiterId, Error),
    /// A caller learns that the session is revoked and the store empty.
    Revoked(WaiterId),
    /// Take the lock that all users of the store share, then [`Session::handle_locked`](super::Session::handle_locked).
    Lock {
        /// Take it from whoever holds it.
        steal: bool,
        /// How long to wait for it.
        limit: Duration,
    },
    /// Give the lock back. Needs no answer.
    Unlock,
    /// Read the store, then [`Session::handle_loaded`](super::Session::handle_loaded).
    Load,
    /// Write the store durably if it holds the expected generation (0: nothing), then
    /// [`Session::handle_stored`](super::Session::handle_stored).
    Store {
        /// Generation that the store must hold.
        expected_generation: u64,
        /// What to write.
        tokens: Tokens,
    },
    /// Empty the store, then [`Session::handle_cleared`](super::Session::handle_cleared).
    Clear,
    /// Ask the application for a token, then [`Session::handle_provided`](super::Session::handle_provided).
    AskProvider {
        /// Why one is needed.
        reason: AskReason,
    },
    /// Ask the session from which this one is derived for a token, then
    /// [`Session::handle_parent`](super::Session::handle_parent).
    AskParent(TokenNeed),
    /// Sign these bytes (RSASSA-PKCS1-v1_5), then [`Session::handle_signed`](super::Session::handle_signed).
    Sign {
        /// The digest of the signature.
        algorithm: Algorithm,
        /// What to sign.
        message: Vec<u8>,
    },
    /// Send a token request as a call of its own, then [`Session::handle_reply`](super::Session::handle_reply).
    Send(Draft, CallOptions),
    /// Wait, then [`Session::handle_paused`](super::Session::handle_paused).
    Pause(Duration),
    /// Tell the application, then [`Session::handle_announced`](super::Session::handle_announced).
    Changed(Tokens),
    /// The user must sign in again: told once, until there are new credentials. Needs no answer.
    SignInNeeded(SignInReason, Error),
    /// Nothing to do before an input.
    Idle,
}
