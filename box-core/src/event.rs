//! What a call tells of itself, for logs, traces, metrics and audits. Never a query, a token, or content.
//!
//! The facts of requests are those of OpenTelemetry's semantic conventions for HTTP clients.

use std::time::Duration;

/// Something that happened in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request is over, well or not.
    Request(RequestEvent),
    /// A request will be sent again.
    Retry(RetryEvent),
    /// A call that writes is over.
    Audit(AuditEvent),
}

/// One HTTP exchange: a try of a call, a redirect that it follows, a token request, or a look at what came of a lost
/// reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestEvent {
    /// The operation, as `group.action`.
    pub operation: &'static str,
    /// `http.request.method`.
    pub method: &'static str,
    /// `url.template`: the path below the base URL, with the names of its parameters; none for where a redirect led.
    pub url_template: Option<&'static str>,
    /// `server.address`.
    pub server_address: String,
    /// `server.port`.
    pub server_port: u16,
    /// `http.request.resend_count`: how many requests of this call came before, for whatever cause.
    pub resend_count: u32,
    /// `http.response.status_code`.
    pub status: Option<u16>,
    /// `error.type`: the status as text, or the kind of the error.
    pub error_type: Option<String>,
    /// Box's id of the request, where it is readable.
    pub request_id: Option<String>,
    /// `http.client.request.duration`: until the reply was read, or handed over as a stream.
    pub duration: Duration,
}

/// A wait before another try.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryEvent {
    /// The operation, as `group.action`.
    pub operation: &'static str,
    /// How long.
    pub wait: Duration,
    /// What went wrong, as in [`RequestEvent::error_type`].
    pub error_type: String,
    /// Requests of this call so far.
    pub resend_count: u32,
}

/// The end of a call that writes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The operation, as `group.action`.
    pub operation: &'static str,
    /// Whose session it was.
    pub subject: Option<String>,
    /// For whom it acted (`as-user`).
    pub as_user: Option<String>,
    /// Id of what it was about: the first of its path, or that of what it made.
    pub target: Option<String>,
    /// Box's id of the last request, where it is readable.
    pub request_id: Option<String>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Status of the last reply.
    pub status: Option<u16>,
}

/// How a call that writes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditOutcome {
    /// Box did it.
    Done,
    /// Box did not do it.
    Failed,
    /// Nobody knows.
    Unknown,
    /// The caller left before the end; Box may have done it.
    Cancelled,
}

impl AuditOutcome {
    /// A stable name, such as `done`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }
}
