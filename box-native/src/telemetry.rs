//! What calls tell of themselves, to whom it may concern: the application's hook, `tracing`, OpenTelemetry.

mod metrics;
mod spans;

use std::sync::Arc;

use box_core::event::Event;

use self::metrics::Metrics;
pub(crate) use self::spans::{Traced, in_call_span};

/// The application's hook.
pub(crate) type Hook = Arc<dyn Fn(&Event) + Send + Sync>;

/// One who tells all of them.
#[derive(Clone)]
pub(crate) struct Observer {
    hook: Option<Hook>,
    metrics: Metrics,
}

impl Observer {
    pub(crate) fn new(hook: Option<Hook>) -> Self {
        Self { hook, metrics: Metrics::new() }
    }

    /// Whether somebody listens now; if not, calls needn't tell.
    pub(crate) fn is_heard(&self) -> bool {
        self.hook.is_some() || cfg!(feature = "opentelemetry") || spans::are_on()
    }

    pub(crate) fn tell(&self, event: &Event) {
        spans::log(event);
        if let Event::Request(request) = event {
            self.metrics.record(request);
        }
        if let Some(hook) = &self.hook {
            hook(event);
        }
    }
}
