//! What calls tell of themselves, to whom it may concern: the application's hook, `tracing`, OpenTelemetry.

mod metrics;
mod spans;

use std::sync::Arc;

use box_core::event::Event;

use self::metrics::Metrics;
pub(crate) use self::spans::{Traced, in_call_span};
use crate::drive::Observer;

/// One who tells all of them; none where nobody can listen, so that calls needn't tell.
pub(crate) fn observer(hook: Option<Observer>) -> Option<Observer> {
    if hook.is_none() && cfg!(not(any(feature = "tracing", feature = "opentelemetry"))) {
        return None;
    }
    let metrics = Metrics::new();
    Some(Arc::new(move |event: &Event| {
        spans::log(event);
        if let Event::Request(request) = event {
            metrics.record(request);
        }
        if let Some(hook) = &hook {
            hook(event);
        }
    }))
}
