//! Requests as plain values: first a [`Draft`], then bound to a host and a token as a [`Request`].

use std::{fmt, ops::Range};

use bytes::Bytes;

use crate::{headers::Headers, operation::Operation};

/// An encoded action that knows neither host nor token yet.
#[derive(Clone)]
pub struct Draft {
    /// The row it was made from.
    pub operation: &'static Operation,
    /// Path below the host with its parameters filled in and percent-encoded.
    pub path: String,
    /// Query parameters, not encoded.
    pub query: Vec<(String, String)>,
    /// Header fields of the action; no token among them.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

impl Draft {
    /// Sets a query parameter, in place of an earlier one of the same name.
    pub fn set_query(&mut self, name: &str, value: impl Into<String>) {
        self.query.retain(|(n, _)| n != name);
        self.query.push((name.to_owned(), value.into()));
    }

    /// A query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(n, _)| n == name)?;
        Some(value)
    }
}

/// A request that is ready to be sent as it is.
#[derive(Clone)]
pub struct Request {
    /// HTTP method.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Header fields. Length and host are the transport's.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// What it is for; nothing of it is sent.
    pub about: About,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// The operation, as `group.action`.
    pub operation: &'static str,
    /// The path below the base URL with the names of its parameters (`url.template`); none where a redirect led.
    pub url_template: Option<&'static str>,
    /// How many requests of its call came before (`http.request.resend_count`).
    pub resend_count: u32,
}

impl About {
    /// The first request of an operation.
    pub fn new(operation: &'static str, path: &'static str) -> Self {
        Self { operation, url_template: Some(path).filter(|path| !path.is_empty()), resend_count: 0 }
    }
}

impl fmt::Debug for Draft {
    /// Names the parameters of the query without their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("Draft")
            .field("operation", &self.operation.id)
            .field("path", &self.path)
            .field("query", &query)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for Request {
    /// Leaves the query out, and the path, which on a download host is as good as a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("origin", &crate::url::Url::parse(&self.url).ok())
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish()
    }
}

/// Body of a request.
#[derive(Clone, Default)]
pub enum Body {
    /// No body.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// Pieces that are sent one after another, among them sources that only the driver can read.
    Parts(Vec<Part>),
}

/// A piece of a body.
#[derive(Clone)]
pub enum Part {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A range of a source.
    Source(SourceRange),
}

/// A range of a source that the driver holds: a file, a reader, a `Blob`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRange {
    /// Which source.
    pub id: SourceId,
    /// Which bytes.
    pub range: Range<u64>,
    /// Whether they can be read again.
    pub replay: Replay,
}

/// Names a source of the driver within one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// Whether a body can be sent a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// It is gone once it was read.
    Once,
    /// It can be opened again.
    Reopen,
}

impl Body {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Parts(parts) => parts.iter().map(Part::len).sum(),
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the body can be sent a second time.
    pub fn replay(&self) -> Replay {
        let Self::Parts(parts) = self else {
            return Replay::Reopen;
        };
        let once = |part: &Part| matches!(part, Part::Source(s) if s.replay == Replay::Once);
        if parts.iter().any(once) { Replay::Once } else { Replay::Reopen }
    }
}

impl Part {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Source(source) => source.range.end.saturating_sub(source.range.start),
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Body {
    /// Shows lengths only: a form holds secrets, a file is the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len())
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({} bytes)", self.len())
    }
}

/// Content that an action sends: bytes, or a source that the driver reads.
#[derive(Clone)]
pub enum Payload {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A range of a source of the driver.
    Source(SourceRange),
}

impl From<Payload> for Part {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::Bytes(bytes) => Self::Bytes(bytes),
            Payload::Source(source) => Self::Source(source),
        }
    }
}

impl<B: Into<Bytes>> From<B> for Payload {
    fn from(bytes: B) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", Part::from(self.clone()).len())
    }
}
