//! What can happen.

use std::fmt;

use box_core::{
    error::{Error, Sent},
    reply::RequestId,
    session::{Locked, Provided, Tokens},
};

/// A client between two crashes: what was meant for an earlier life is not heard in the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Life {
    pub(crate) client: usize,
    pub(crate) number: u32,
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client {}.{}", self.client, self.number)
    }
}

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Event {
    /// A client hears of something, when it isn't frozen.
    Heard(Life, Input),
    /// The store carries something out.
    Store(Life, u64, StoreRequest, StoreFate),
    /// Whoever waits for the lock has waited long enough.
    LockTimeout(Life, u64),
    /// The lease of this fence runs out.
    LeaseEnds(u64),
    /// A request reaches Box.
    Arrives(Box<Arrival>),
    /// A client starts.
    Start(usize),
    /// Callers want tokens of a client.
    Calls(usize, u32),
    /// A user signs in with a client.
    SignsIn(usize),
    /// The application ends the session.
    Farewell(usize),
    /// Box ends all sessions.
    Revocation,
    /// Box ends all access tokens.
    Expiry,
    /// From now on nothing goes wrong.
    Calm,
    /// A client must have a token. It is started if need be.
    Roll(usize),
}

/// What a client hears.
#[derive(Debug)]
pub(crate) enum Input {
    /// It thaws.
    Thawed,
    /// An answer to the step of the session with this number.
    Step(u64, Answer),
    /// What came of a request of an exchange.
    Reply(u64, RequestId, Option<Box<box_emulator::Reply>>, Sent),
    /// An exchange wanted to be woken.
    Wake(u64),
    /// What came of a caller's request: the status, none if it was lost.
    Used(u64, u16),
    /// A caller goes away.
    Leaves(u64),
    /// Another tab has new tokens.
    News(Box<Tokens>),
}

/// An answer to a step of the session.
#[derive(Debug)]
pub(crate) enum Answer {
    Locked(Locked, u64),
    Loaded(Result<Option<Box<Tokens>>, Error>),
    Stored(Result<(), Error>),
    Cleared(Result<(), Error>),
    Paused,
    Announced,
    Provided(Result<Provided, Error>),
}

/// What the store shall do.
#[derive(Debug)]
pub(crate) enum StoreRequest {
    Load,
    Write { expected: u64, fence: u64, tokens: Box<Tokens> },
    Clear,
}

/// What goes wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFate {
    Fine,
    /// It isn't done.
    Fails,
    /// It is done, and nobody is told.
    Unanswered,
}

/// A request on its way.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) request: box_emulator::Request,
    pub(crate) reply_to: ReplyTo,
    pub(crate) fate: ReplyFate,
    /// How long the reply travels.
    pub(crate) latency: u64,
}

/// Who hears of a reply.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReplyTo {
    Nobody,
    Exchange(Life, u64, RequestId),
    Caller(Life, u64),
}

/// What becomes of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyFate {
    Fine,
    /// Nothing comes any more.
    Silence,
    /// The connection ends.
    Cut,
    /// A gateway answers with this status instead, although Box has done its work.
    Replaced(u16),
}
