//! The seam below: what sends one request and brings its reply.

mod http;
mod layer;
mod lost;
mod proxy;
mod roots;
mod settings;

use std::{fmt, future::Future, pin::Pin};

use box_core::{
    error::{Error, Sent},
    headers::Headers,
    reply::Head,
};
use bytes::Bytes;
use futures_core::Stream;

pub(crate) use self::layer::Layered;
pub use self::{
    http::Http,
    layer::{Layer, Next},
    proxy::Proxy,
    roots::Roots,
    settings::HttpSettings,
};

/// A boxed future, as the seams of this crate return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// Sends requests. The default one is reqwest; an application can bring its own.
///
/// A transport neither follows redirects nor retries, adds no header fields beyond `host` and the length, and does
/// not change bodies. Dropping the future or the body ends the request.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and answers as soon as status and header fields are there.
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>>;
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
        }
    }
}

/// Body of a request on the wire.
pub enum HttpBody {
    /// None.
    Empty,
    /// In memory.
    Bytes(Bytes),
    /// Streamed; it yields exactly `len` bytes, or an error.
    Stream {
        /// Length in bytes.
        len: u64,
        /// The bytes.
        stream: ByteStream,
    },
}

/// A reply on the wire.
pub struct HttpReply {
    /// Status and header fields.
    pub head: Head,
    /// Body. Its end is complete: a body that is cut off ends with an error.
    pub body: ByteStream,
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
            Self::Stream { len, .. } => write!(f, "Stream({len})"),
        }
    }
}

impl fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply").field("head", &self.head).finish_non_exhaustive()
    }
}
