//! A transport that keeps a copy of the last reply.

use std::sync::{Arc, Mutex, PoisonError};

use box_native::transport::{BoxFuture, Http, HttpReply, HttpRequest, Transport, TransportError};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

/// The default transport, and the body of the last reply that had JSON.
#[derive(Clone)]
pub(crate) struct Keep {
    http: Arc<Http>,
    last: Arc<Mutex<Option<Bytes>>>,
}

impl Keep {
    pub(crate) fn new(http: Http) -> Self {
        Self { http: Arc::new(http), last: Arc::default() }
    }

    /// The JSON of the last reply. It is given once.
    pub(crate) fn take(&self) -> Option<Bytes> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Transport for Keep {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let sending = self.http.send(request);
        let last = Arc::clone(&self.last);
        Box::pin(async move {
            let HttpReply { head, body } = sending.await?;
            // An error of the body goes to the client with what came before it.
            let pieces: Vec<_> = body.collect().await;
            let is_json = head.headers.get("content-type").is_some_and(|kind| kind.contains("json"));
            let whole: Vec<u8> = pieces.iter().flatten().flat_map(|piece| piece.to_vec()).collect();
            let kept = is_json.then(|| Bytes::from(whole));
            *last.lock().unwrap_or_else(PoisonError::into_inner) = kept;
            Ok(HttpReply { head, body: stream::iter(pieces).into_stream().boxed() })
        })
    }
}
