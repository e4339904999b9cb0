//! A subscriber that keeps all that is told to `tracing` by the thread of a test, at every level.
#![allow(clippy::unwrap_used, reason = "support of tests")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    Registry,
    fmt::{MakeWriter, format::FmtSpan},
    layer::{Context, Layer, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// A span that is closed, or an event.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    pub(crate) parent: Option<&'static str>,
    fields: Fields,
}

impl Seen {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.0.get(name).map(String::as_str)
    }
}

#[derive(Clone, Debug, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// What was seen.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    spans: Arc<Mutex<Vec<Seen>>>,
    events: Arc<Mutex<Vec<Seen>>>,
    text: Arc<Mutex<Vec<u8>>>,
}

impl Watch {
    /// Watches this thread until the guard is dropped.
    pub(crate) fn start() -> (Self, DefaultGuard) {
        let watch = Self::default();
        let text = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Text(watch.text.clone()));
        let subscriber = Registry::default().with(text).with(watch.clone());
        (watch, tracing::subscriber::set_default(subscriber))
    }

    /// Watches all threads for as long as the process lives, and what libraries write by `log`.
    pub(crate) fn of_process() -> Self {
        let watch = Self::default();
        let text = tracing_subscriber::fmt::layer().with_ansi(false).with_span_events(FmtSpan::FULL);
        let text = text.with_writer(Text(watch.text.clone()));
        Registry::default().with(text).with(watch.clone()).try_init().unwrap();
        watch
    }

    /// Our spans that are closed.
    pub(crate) fn spans(&self) -> Vec<Seen> {
        self.spans.lock().unwrap().clone()
    }

    /// Events of a target.
    pub(crate) fn events(&self, target: &str) -> Vec<Seen> {
        let events = self.events.lock().unwrap();
        events.iter().filter(|event| event.name == target).cloned().collect()
    }

    /// All of it as text, with what other libraries tell.
    pub(crate) fn everything(&self) -> String {
        let text = String::from_utf8(self.text.lock().unwrap().clone()).unwrap();
        format!("{text} {:?} {:?}", self.spans(), self.events.lock().unwrap())
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        values.record(span.extensions_mut().get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let parent = context.event_span(event).map(|span| span.name());
        self.events.lock().unwrap().push(Seen { name: event.metadata().target(), parent, fields });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        if span.metadata().target().starts_with("box_native") {
            let fields = span.extensions().get::<Fields>().unwrap().clone();
            let parent = span.parent().map(|parent| parent.name());
            self.spans.lock().unwrap().push(Seen { name: span.name(), parent, fields });
        }
    }
}

/// Writes into memory.
#[derive(Clone)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Text {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
