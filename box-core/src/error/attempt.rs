//! The requests of a call that failed.

use std::{fmt, time::Duration};

/// Whether a request that failed may have reached Box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Surely not: there was no connection.
    No,
    /// Perhaps.
    Maybe,
}

/// What came of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A reply with this status.
    Status(u16),
    /// No reply.
    Lost(Sent),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => {
                f.write_str("status ")?;
                f.write_str(&status.to_string())
            }
            Self::Lost(Sent::Maybe) => f.write_str("lost"),
            Self::Lost(Sent::No) => f.write_str("not sent"),
        }
    }
}

/// One request of a call, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// What came of it.
    pub outcome: Outcome,
    /// Box's id of the request, for its support.
    pub request_id: Option<String>,
    /// From sending it to its reply, or to the moment when it was lost.
    pub took: Duration,
}

impl Attempt {
    /// An attempt.
    pub fn new(outcome: Outcome, request_id: Option<String>, took: Duration) -> Self {
        Self { outcome, request_id, took }
    }
}
