//! The seam below: one request and its reply, and what stands around them.

mod layer;

use std::fmt;

use box_core::{
    error::{Error, Sent},
    headers::Headers,
    reply::Head,
};
use bytes::Bytes;
pub use futures_util::future::LocalBoxFuture;
use web_sys::Blob;

pub(crate) use self::layer::Layered;
pub use self::layer::{Layer, Next};
use crate::{body::Body, fetch, outgoing::Outgoing, platform::is_page, xhr};

/// A way to send requests.
#[derive(Clone)]
pub(crate) enum Transport {
    /// The platform's `fetch`, looked up for every request; where the platform has `XMLHttpRequest`, bodies that come
    /// from sources go by it, because it tells how far they are.
    Fetch,
    /// reqwest's backend for the web.
    #[cfg(feature = "reqwest")]
    Reqwest(reqwest::Client),
}

impl Transport {
    /// Sends a request; answers as soon as status and header fields are there. Dropping the future ends it.
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        match self {
            Self::Fetch if matches!(request.body, HttpBody::Blob(_)) && !self.hides_progress() => {
                Box::pin(xhr::send(request))
            }
            Self::Fetch => Box::pin(fetch::send(request, self.follows_redirects())),
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client) => Box::pin(crate::reqwest::send(client.clone(), request)),
        }
    }

    /// Whether redirects are followed out of sight.
    pub(crate) fn follows_redirects(&self) -> bool {
        match self {
            Self::Fetch => is_page(),
            #[cfg(feature = "reqwest")]
            Self::Reqwest(_) => true,
        }
    }

    /// Whether nobody sees how much of a body has gone out.
    pub(crate) fn hides_progress(&self) -> bool {
        !matches!(self, Self::Fetch) || !xhr::is_here()
    }
}

/// A request on the wire.
#[non_exhaustive]
pub struct HttpRequest {
    /// Method.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Header fields; the length isn't among them. [`Headers::is_sensitive`] tells which must not be logged.
    pub headers: Headers,
    /// Body.
    pub body: HttpBody,
    /// The operation that it is for, as `group.action`. This and what follows is for those who watch: nothing of it
    /// is sent.
    pub operation: &'static str,
    /// The path below the base URL with the names of its parameters; none for where a redirect led.
    pub url_template: Option<&'static str>,
    /// How many requests of its call came before, for whatever cause.
    pub resend_count: u32,
    /// Told how far the body is. A request without it is sent all the same.
    pub(crate) outgoing: Option<Outgoing>,
}

impl HttpRequest {
    /// A request without header fields and body, for no operation.
    pub fn new(method: &'static str, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Headers::new(),
            body: HttpBody::Empty,
            operation: "",
            url_template: None,
            resend_count: 0,
            outgoing: None,
        }
    }
}

/// Body of a request on the wire.
pub enum HttpBody {
    /// None.
    Empty,
    /// In memory.
    Bytes(Bytes),
    /// What JavaScript holds, perhaps on disk.
    Blob(Blob),
}

/// A reply on the wire.
#[derive(Debug)]
pub struct HttpReply {
    /// Status and header fields, but for those that the platform hides.
    pub head: Head,
    /// Body. Its end is complete: a body that is cut off ends with an error.
    pub body: Body,
}

/// Why no reply came.
#[derive(Debug)]
pub struct TransportError {
    /// Whether the request may have left.
    pub sent: Sent,
    /// The error, without URL.
    pub error: Error,
}

impl TransportError {
    /// The request can't be sent.
    pub fn before_sending(error: Error) -> Self {
        Self { sent: Sent::No, error }
    }

    /// The reply was lost: the request has left.
    pub fn after_sending(error: Error) -> Self {
        Self { sent: Sent::Maybe, error }
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("operation", &self.operation)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Blob(blob) => write!(f, "Blob({})", blob.size()),
        }
    }
}
