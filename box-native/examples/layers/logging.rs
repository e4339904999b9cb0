//! A layer that tells of each exchange in a line.

use std::{sync::Arc, time::Instant};

use box_native::transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError};

type Write = Arc<dyn Fn(String) + Send + Sync>;

/// Writes a line when the head of a reply is there, or none comes: method, template of the path, how often it was
/// sent before, outcome, time. Nothing in it is secret, and no two files differ.
pub(crate) struct Logging(Write);

impl Logging {
    pub(crate) fn to(write: impl Fn(String) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }
}

impl Layer for Logging {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let write = Arc::clone(&self.0);
        let (method, place) = (request.method, request.url_template.unwrap_or(request.operation));
        let again = if request.resend_count == 0 {
            String::new()
        } else {
            format!(" (again {})", request.resend_count)
        };
        let begun = Instant::now();
        Box::pin(async move {
            let reply = next.send(request).await;
            let outcome = match &reply {
                Ok(reply) => reply.head.status.to_string(),
                Err(lost) => lost.error.message().to_owned(),
            };
            write(format!("{method} {place}{again}: {outcome}, {} ms", begun.elapsed().as_millis()));
            reply
        })
    }
}
