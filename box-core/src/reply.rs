//! Replies as plain values.

use std::fmt;

use bytes::Bytes;

use crate::{
    action::FromReply,
    error::{Error, ErrorKind},
    headers::Headers,
};

/// Names a request in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub u32);

/// Status and header fields, which arrive before the body.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Header fields; those that the platform hides are missing.
    pub headers: Headers,
}

/// What the driver shall do with a body whose head it has just reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyPlan {
    /// Drop it unread; there will be no more input for this request.
    Discard,
    /// Report its bytes as they come, then its end. More than `max` bytes is an error that the machine reports.
    Buffer {
        /// Most bytes that are kept.
        max: u64,
    },
    /// Read all of it and keep it, then report its end, or that it was lost: the result names it as
    /// [`Content::Held`].
    Keep,
    /// Leave it unread: the result names it as [`Content::Held`].
    HandOver,
}

/// A successful reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body.
    pub content: Content,
}

/// Body of a reply.
#[derive(Clone)]
pub enum Content {
    /// All of it.
    Bytes(Bytes),
    /// With the driver, under the request's id.
    Held(RequestId),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Held(id) => write!(f, "Held({})", id.0),
        }
    }
}

/// Where a redirect leads. The address is as good as a token, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Location(String);

impl Location {
    /// The address.
    pub fn url(&self) -> &str {
        &self.0
    }
}

impl FromReply for Location {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        let url = reply.headers.get("location").map(str::to_owned);
        url.map(Self).ok_or_else(|| {
            Error::new(ErrorKind::Decode, "the redirect has no `location`")
                .with_status(reply.status)
                .with_request_id(reply.headers.get("box-request-id"))
        })
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Location([redacted])")
    }
}
