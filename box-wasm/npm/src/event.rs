//! What calls tell of themselves, as lists: JavaScript has the names.

use box_core::{
    event::{AuditEvent, Event, RequestEvent, RetryEvent},
    json::string,
    time,
};

use crate::output::{Output, n, optional};

impl Output {
    /// An event of a call of a client.
    pub(crate) fn event(&mut self, client: u32, key: u32, event: &Event) {
        let of = [n(client), n(key)];
        let facts = match event {
            Event::Request(event) => request(event),
            Event::Retry(event) => retry(event),
            Event::Audit(event) => audit(event),
            _ => return,
        };
        let values: Vec<_> = of.iter().chain(&facts).map(String::as_str).collect();
        self.push("event", &values);
    }
}

fn request(event: &RequestEvent) -> Vec<String> {
    vec![
        "0".to_owned(),
        string(event.operation),
        string(event.method),
        optional(event.url_template),
        string(&event.server_address),
        n(event.server_port.into()),
        n(event.resend_count),
        status(event.status),
        optional(event.error_type.as_deref()),
        optional(event.request_id.as_deref()),
        time::millis(event.duration).to_string(),
    ]
}

fn retry(event: &RetryEvent) -> Vec<String> {
    vec![
        "1".to_owned(),
        string(event.operation),
        time::millis(event.wait).to_string(),
        string(&event.error_type),
        n(event.resend_count),
    ]
}

fn audit(event: &AuditEvent) -> Vec<String> {
    vec![
        "2".to_owned(),
        string(event.operation),
        optional(event.subject.as_deref()),
        optional(event.as_user.as_deref()),
        optional(event.target.as_deref()),
        optional(event.request_id.as_deref()),
        string(event.outcome.as_str()),
        status(event.status),
    ]
}

fn status(status: Option<u16>) -> String {
    status.map_or_else(|| "null".to_owned(), |status| n(status.into()))
}
