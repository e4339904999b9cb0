//! How long a call may take, by what it waits for.

use std::time::Duration;

use crate::operation::{BodyKind, Operation, ReplyKind};

/// Time limits of a call. How long connecting may take is a setting of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Longest wait for the first byte of a reply to a request that reads: one minute.
    pub first_byte: Duration,
    /// The same for a request that writes, which may move a whole tree: two minutes.
    pub first_byte_of_write: Duration,
    /// Window in which a body must move, out or in, by at least one byte per second: 20 seconds.
    pub idle: Duration,
    /// Longest time for a whole call, retries included: ten minutes. Content has no such limit: it may take hours, as
    /// long as it moves.
    pub total: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(60),
            first_byte_of_write: Duration::from_secs(120),
            idle: Duration::from_secs(20),
            total: Some(Duration::from_secs(600)),
        }
    }
}

/// Least speed of a body in bytes per second, where the platform doesn't tell how far it is.
const UNSEEN_SPEED: u64 = 8 * 1024;

impl Timeouts {
    /// The limit of a whole call.
    pub(crate) fn total_of(&self, operation: &Operation) -> Option<Duration> {
        let content = matches!(operation.body, BodyKind::Multipart | BodyKind::Octets)
            || operation.reply == ReplyKind::Bytes;
        self.total.filter(|_| !content)
    }

    /// The wait for the first byte, once the body has gone out.
    pub(crate) fn first_byte_of(&self, operation: &Operation) -> Duration {
        if operation.writes { self.first_byte_of_write } else { self.first_byte }
    }

    /// How long a body may take of which nobody sees how far it is.
    pub(crate) fn unseen(length: u64) -> Duration {
        Duration::from_secs(length / UNSEEN_SPEED)
    }
}
