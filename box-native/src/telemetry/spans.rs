//! Spans of calls and exchanges, and events in the log, where the feature `tracing` is on.

#[cfg(feature = "tracing")]
pub(crate) use on::*;

#[cfg(feature = "tracing")]
mod on {
    use std::{
        pin::Pin,
        sync::Arc,
        task::{Context, Poll},
    };

    use box_core::{error::Error, event::Event};
    use bytes::Bytes;
    use futures_core::Stream;
    use reqwest::Url;
    use tracing::{Instrument, Span, field::Empty};

    use crate::transport::{BoxFuture, ByteStream, HttpReply, HttpRequest, Transport, TransportError};

    /// A call within a span of its own, `box.call`.
    pub(crate) fn in_call_span<T>(
        operation: &'static str,
        call: impl Future<Output = T>,
    ) -> impl Future<Output = T> {
        call.instrument(tracing::info_span!("box.call", "box.operation" = operation))
    }

    /// Whether a subscriber wants anything.
    pub(crate) fn are_on() -> bool {
        tracing::level_filters::LevelFilter::current() != tracing::level_filters::LevelFilter::OFF
    }

    /// Writes an event into the log.
    pub(crate) fn log(event: &Event) {
        match event {
            Event::Request(request) => tracing::debug!(
                target: "box::request",
                {
                "box.operation" = request.operation,
                "http.request.method" = request.method,
                "url.template" = request.url_template,
                "server.address" = request.server_address,
                "server.port" = request.server_port,
                "http.request.resend_count" = request.resend_count,
                "http.response.status_code" = request.status,
                "error.type" = request.error_type,
                "box.request_id" = request.request_id,
                "duration" = request.duration.as_secs_f64(),
                },
                "exchanged"
            ),
            Event::Retry(retry) => tracing::debug!(
                target: "box::retry",
                {
                "box.operation" = retry.operation,
                "http.request.resend_count" = retry.resend_count,
                "error.type" = retry.error_type,
                "wait" = retry.wait.as_secs_f64(),
                },
                "waits before another try"
            ),
            Event::Audit(audit) => tracing::info!(
                target: "box::audit",
                {
                "box.operation" = audit.operation,
                "box.subject" = audit.subject,
                "box.as_user" = audit.as_user,
                "box.target" = audit.target,
                "box.request_id" = audit.request_id,
                "box.outcome" = audit.outcome.as_str(),
                "http.response.status_code" = audit.status,
                },
                "wrote"
            ),
            _ => {}
        }
    }

    /// A transport each of whose exchanges has a span, until the end of the reply.
    pub(crate) struct Traced(pub(crate) Arc<dyn Transport>);

    impl Transport for Traced {
        fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
            let span = span(&request);
            if span.is_disabled() {
                return self.0.send(request);
            }
            let reply = span.in_scope(|| self.0.send(request)).instrument(span.clone());
            Box::pin(async move {
                let mut reply = reply.await.inspect_err(|lost| failed(&span, &lost.error))?;
                let status = reply.head.status;
                span.record("http.response.status_code", status);
                if status >= 400 {
                    span.record("error.type", tracing::field::display(status));
                }
                reply.body = Box::pin(Body { body: reply.body, span });
                Ok(reply)
            })
        }
    }

    fn span(request: &HttpRequest) -> Span {
        let span = tracing::info_span!(
            "http.client.request",
            "otel.name" = Empty,
            "otel.kind" = "client",
            "box.operation" = request.operation,
            "http.request.method" = request.method,
            "url.template" = request.url_template,
            "server.address" = Empty,
            "server.port" = Empty,
            "http.request.resend_count" = request.resend_count,
            "http.response.status_code" = Empty,
            "error.type" = Empty,
        );
        if !span.is_disabled() {
            let name = [Some(request.method), request.url_template];
            let name: Vec<_> = name.into_iter().flatten().collect();
            span.record("otel.name", name.join(" "));
            if let Ok(url) = Url::parse(&request.url) {
                span.record("server.address", url.host_str());
                span.record("server.port", url.port_or_known_default());
            }
        }
        span
    }

    fn failed(span: &Span, error: &Error) {
        span.record("error.type", error.kind().as_str());
    }

    /// A reply's body, which its span outlives by nothing.
    struct Body {
        body: ByteStream,
        span: Span,
    }

    impl Stream for Body {
        type Item = Result<Bytes, Error>;

        fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let this = &mut *self;
            let polled = this.span.in_scope(|| this.body.as_mut().poll_next(context));
            if let Poll::Ready(Some(Err(error))) = &polled {
                failed(&this.span, error);
            }
            polled
        }
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) use off::*;

#[cfg(not(feature = "tracing"))]
mod off {
    use std::sync::Arc;

    use box_core::event::Event;

    use crate::transport::{BoxFuture, HttpReply, HttpRequest, Transport, TransportError};

    pub(crate) fn in_call_span<T>(_: &'static str, call: impl Future<Output = T>) -> impl Future<Output = T> {
        call
    }

    pub(crate) fn are_on() -> bool {
        false
    }

    pub(crate) fn log(_: &Event) {}

    /// The transport as it is.
    pub(crate) struct Traced(pub(crate) Arc<dyn Transport>);

    impl Transport for Traced {
        fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
            self.0.send(request)
        }
    }
}
