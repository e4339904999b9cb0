//! A layer that counts exchanges and adds up how long they take.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use box_native::transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError};
use futures_util::StreamExt;

/// What the layer counts by: the operation, and the status or the kind of the error.
pub(crate) type Series = (&'static str, String);

/// How many exchanges there were, and how long they took, replies included.
pub(crate) type Total = (u64, Duration);

/// Totals, shared by clones.
#[derive(Clone, Default)]
pub(crate) struct Metrics(Arc<Mutex<BTreeMap<Series, Total>>>);

impl Metrics {
    pub(crate) fn totals(&self) -> BTreeMap<Series, Total> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Layer for Metrics {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let mut running = Running {
            metrics: self.clone(),
            operation: request.operation,
            outcome: "given up".to_owned(),
            begun: Instant::now(),
        };
        Box::pin(async move {
            let mut reply = next.send(request).await.inspect_err(|lost| running.failed(lost.error.kind()))?;
            running.outcome = reply.head.status.to_string();
            // Lives as long as the body, whether it is read to its end, fails, or is dropped.
            reply.body = Box::pin(reply.body.inspect(move |chunk| {
                if let Err(error) = chunk {
                    running.failed(error.kind());
                }
            }));
            Ok(reply)
        })
    }
}

/// An exchange that is under way. It counts when it is over.
struct Running {
    metrics: Metrics,
    operation: &'static str,
    outcome: String,
    begun: Instant,
}

impl Running {
    fn failed(&mut self, kind: box_native::ErrorKind) {
        kind.as_str().clone_into(&mut self.outcome);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let series = (self.operation, std::mem::take(&mut self.outcome));
        let mut totals = self.metrics.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, time) = totals.entry(series).or_default();
        *count += 1;
        *time += self.begun.elapsed();
    }
}
