//! What stands around every exchange.

use std::{fmt, sync::Arc};

use super::{BoxFuture, HttpReply, HttpRequest, Transport, TransportError};

/// Middleware around one HTTP exchange: each try of a call, each redirect that is followed, each token request.
///
/// A layer may change the request, answer in its place, and change the reply or replace its body, which it sees as a
/// stream. It can't send twice: whether a request may be sent again is decided elsewhere. What it sees holds secrets:
/// tokens in header fields, passwords in bodies, and addresses of content that open to whoever has them.
///
/// ```
/// use box_native::transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError};
///
/// struct Counted(std::sync::atomic::AtomicU64);
///
/// impl Layer for Counted {
///     fn handle(
///         &self,
///         request: HttpRequest,
///         next: Next,
///     ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
///         self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         next.send(request)
///     }
/// }
/// ```
pub trait Layer: Send + Sync + 'static {
    /// Sends the request on by `next`, or answers itself. Dropping the future or the body ends the exchange.
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>>;
}

impl<L: Layer + ?Sized> Layer for Arc<L> {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        (**self).handle(request, next)
    }
}

/// What comes after a layer: the next one, at last the transport.
pub struct Next {
    layers: Arc<[Arc<dyn Layer>]>,
    passed: usize,
    transport: Arc<dyn Transport>,
}

impl Next {
    /// Sends the request on.
    pub fn send(mut self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let Some(layer) = self.layers.get(self.passed).cloned() else {
            return self.transport.send(request);
        };
        self.passed += 1;
        layer.handle(request, self)
    }
}

/// A transport behind layers.
pub(crate) struct Layered {
    layers: Arc<[Arc<dyn Layer>]>,
    transport: Arc<dyn Transport>,
}

impl Layered {
    /// The first layer is the outermost.
    pub(crate) fn around(transport: Arc<dyn Transport>, layers: Vec<Arc<dyn Layer>>) -> Arc<dyn Transport> {
        if layers.is_empty() { transport } else { Arc::new(Self { layers: layers.into(), transport }) }
    }
}

impl Transport for Layered {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let (layers, transport) = (Arc::clone(&self.layers), Arc::clone(&self.transport));
        Next { layers, passed: 0, transport }.send(request)
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.layers.len().saturating_sub(self.passed);
        f.debug_struct("Next").field("layers", &left).finish_non_exhaustive()
    }
}
