//! The metric of OpenTelemetry's conventions for HTTP clients, where the feature `opentelemetry` is on.

#[cfg(feature = "opentelemetry")]
pub(super) use on::Metrics;

#[cfg(feature = "opentelemetry")]
mod on {
    use box_core::event::RequestEvent;
    use opentelemetry::{KeyValue, global, metrics::Histogram};

    /// Bounds of the buckets, in seconds, as the conventions have them.
    const SECONDS: [f64; 14] =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

    /// The instruments of a client.
    #[derive(Clone)]
    pub(in super::super) struct Metrics {
        duration: Histogram<f64>,
    }

    impl Metrics {
        /// Instruments of the provider that is set for the process.
        pub(in super::super) fn new() -> Self {
            let meter = global::meter(env!("CARGO_PKG_NAME"));
            let duration = meter
                .f64_histogram("http.client.request.duration")
                .with_unit("s")
                .with_description("How long exchanges with Box take.")
                .with_boundaries(SECONDS.to_vec())
                .build();
            Self { duration }
        }

        pub(in super::super) fn record(&self, request: &RequestEvent) {
            let mut facts = vec![
                KeyValue::new("http.request.method", request.method),
                KeyValue::new("server.address", request.server_address.clone()),
                KeyValue::new("server.port", i64::from(request.server_port)),
            ];
            let template = request.url_template.map(|template| KeyValue::new("url.template", template));
            let status = request.status.map(i64::from);
            let status = status.map(|status| KeyValue::new("http.response.status_code", status));
            let error = request.error_type.clone().map(|error| KeyValue::new("error.type", error));
            facts.extend([template, status, error].into_iter().flatten());
            self.duration.record(request.duration.as_secs_f64(), &facts);
        }
    }
}

#[cfg(not(feature = "opentelemetry"))]
pub(super) use off::Metrics;

#[cfg(not(feature = "opentelemetry"))]
mod off {
    use box_core::event::RequestEvent;

    /// No instruments.
    #[derive(Clone)]
    pub(in super::super) struct Metrics;

    impl Metrics {
        pub(in super::super) fn new() -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "as with the feature")]
        pub(in super::super) fn record(&self, _: &RequestEvent) {}
    }
}
