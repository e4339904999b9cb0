//! What stands around every exchange.

use std::{fmt, rc::Rc};

use super::{HttpReply, HttpRequest, LocalBoxFuture, Transport, TransportError};

/// Middleware around one HTTP exchange: each try of a call, each token request, and, where the platform shows them,
/// each redirect that is followed.
///
/// A layer may change the request, answer in its place, and change the reply or replace its body, which it may read as
/// a stream. It can't send twice: whether a request may be sent again is decided elsewhere. What it sees holds secrets:
/// tokens in header fields, passwords in bodies, and addresses of content that open to whoever has them.
///
/// ```
/// use box_wasm::transport::{HttpReply, HttpRequest, Layer, LocalBoxFuture, Next, TransportError};
///
/// struct Counted(std::cell::Cell<u64>);
///
/// impl Layer for Counted {
///     fn handle(
///         &self,
///         request: HttpRequest,
///         next: Next,
///     ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
///         self.0.set(self.0.get() + 1);
///         next.send(request)
///     }
/// }
/// ```
pub trait Layer: 'static {
    /// Sends the request on by `next`, or answers itself. Dropping the future or the body ends the exchange.
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>>;
}

impl<L: Layer + ?Sized> Layer for Rc<L> {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        (**self).handle(request, next)
    }
}

/// What comes after a layer: the next one, at last the transport.
pub struct Next {
    layered: Layered,
    passed: usize,
}

impl Next {
    /// Sends the request on.
    pub fn send(
        mut self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        let Some(layer) = self.layered.layers.get(self.passed).cloned() else {
            return self.layered.transport.send(request);
        };
        self.passed += 1;
        layer.handle(request, self)
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.layered.layers.len().saturating_sub(self.passed);
        f.debug_struct("Next").field("layers", &left).finish_non_exhaustive()
    }
}

/// A transport behind layers.
#[derive(Clone)]
pub(crate) struct Layered {
    layers: Rc<[Rc<dyn Layer>]>,
    pub(crate) transport: Transport,
}

impl Layered {
    /// The first layer is the outermost.
    pub(crate) fn around(transport: Transport, layers: Vec<Rc<dyn Layer>>) -> Self {
        Self { layers: layers.into(), transport }
    }

    /// Sends a request through all layers.
    pub(crate) fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        Next { layered: self.clone(), passed: 0 }.send(request)
    }
}
