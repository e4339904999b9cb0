//! The one error of all crates: what failed, where, what Box said, and what to do next.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use serde_json::Value;

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter or a setting that could only be refused. Nothing was sent.
    InvalidInput,
    /// Box answered with a status of 400 or above.
    Api,
    /// The token endpoint refused; `code` is OAuth's `error`.
    OAuth,
    /// There is no session any more: the user must sign in again.
    SignInNeeded,
    /// The request or its reply was lost on the way.
    Transport,
    /// A deadline passed.
    Timeout,
    /// The reply isn't what it should be.
    Decode,
    /// Stored or received bytes differ from those sent or announced.
    Integrity,
    /// A local file, reader or writer failed, or changed while it was read.
    Io,
    /// A token store, lock or hook of the application failed.
    Session,
    /// A redirect was refused: too many, or to where it must not go.
    Redirect,
    /// The list can't be continued.
    Paging,
    /// The item is unchanged (`if-none-match`).
    NotModified,
    /// The caller cancelled.
    Cancelled,
    /// The client was closed.
    Closed,
    /// The request of a write was lost, or answered without saying whether the write was done.
    OutcomeUnknown,
    /// The client only reads. Nothing was sent.
    ReadOnly,
    /// The transport can't do this.
    Unsupported,
    /// A fault of this library.
    Internal,
}

impl ErrorKind {
    /// A stable name, such as `invalid_input`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Api => "api",
            Self::OAuth => "oauth",
            Self::SignInNeeded => "sign_in_needed",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Decode => "decode",
            Self::Integrity => "integrity",
            Self::Io => "io",
            Self::Session => "session",
            Self::Redirect => "redirect",
            Self::Paging => "paging",
            Self::NotModified => "not_modified",
            Self::Cancelled => "cancelled",
            Self::Closed => "closed",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::ReadOnly => "read_only",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }
}

/// Whether a request that failed may have reached Box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Surely not: there was no connection.
    No,
    /// Perhaps.
    Maybe,
}

/// What came of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A reply with this status.
    Status(u16),
    /// No reply.
    Lost(Sent),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::Lost(Sent::Maybe) => f.write_str("lost"),
            Self::Lost(Sent::No) => f.write_str("not sent"),
        }
    }
}

/// One request of a call, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// What came of it.
    pub outcome: Outcome,
    /// Box's id of the request, for its support.
    pub request_id: Option<String>,
    /// From sending it to its reply, or to the moment when it was lost.
    pub took: Duration,
}

impl Attempt {
    /// An attempt.
    pub fn new(outcome: Outcome, request_id: Option<String>, took: Duration) -> Self {
        Self { outcome, request_id, took }
    }
}

/// A failed call. Cheap to clone, so that one failure can answer many waiting callers.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    help_url: Option<String>,
    context: Option<String>,
    retry_after: Option<Duration>,
    attempts: Vec<Attempt>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind. The message says what and why, never a secret.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            status: None,
            code: None,
            request_id: None,
            help_url: None,
            context: None,
            retry_after: None,
            attempts: Vec::new(),
            source: None,
        }))
    }

    /// A parameter that could only be refused.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// A fault of this library.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Why the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, in a sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The operation, as `group.action`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// HTTP status of the reply.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Box's error code, or OAuth's `error`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Box's id of the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Box's page about the error.
    pub fn help_url(&self) -> Option<&str> {
        self.0.help_url.as_deref()
    }

    /// Box's `context_info`, as it came.
    pub fn context(&self) -> Option<Value> {
        serde_json::from_str(self.context_json()?).ok()
    }

    /// Box's `context_info` as JSON text.
    pub fn context_json(&self) -> Option<&str> {
        self.0.context.as_deref()
    }

    /// The items that are in the way, whether Box told one or a list.
    pub fn conflicts(&self) -> Vec<Value> {
        match self.context().and_then(|mut context| context.get_mut("conflicts").map(Value::take)) {
            Some(Value::Array(items)) => items,
            Some(item @ Value::Object(_)) => vec![item],
            _ => Vec::new(),
        }
    }

    /// How long to wait before another try, as far as it is known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The requests of the call, in order; redirects and probes don't count.
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Whether the item doesn't exist, or not for this user.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether something is in the way: mostly a name that is taken.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// Whether the item has changed since the etag of `if-match`.
    pub fn is_precondition_failed(&self) -> bool {
        self.status() == Some(412)
    }

    /// Whether there were too many requests; wait for [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// Whether the user must sign in again.
    pub fn needs_sign_in(&self) -> bool {
        self.kind() == ErrorKind::SignInNeeded
    }

    /// Whether nobody knows if the write was done. Look before trying again.
    pub fn is_outcome_unknown(&self) -> bool {
        self.kind() == ErrorKind::OutcomeUnknown
    }

    /// Whether a client that only reads has refused to write. Nothing was sent.
    pub fn is_read_only(&self) -> bool {
        self.kind() == ErrorKind::ReadOnly
    }

    /// Makes it an error of another kind.
    #[must_use]
    pub fn with_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    /// Adds the operation.
    #[must_use]
    pub fn with_operation(self, operation: &'static str) -> Self {
        self.change(|inner| inner.operation = Some(operation))
    }

    /// Adds the status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    /// Adds the code.
    #[must_use]
    pub fn with_code(self, code: impl Into<String>) -> Self {
        self.change(|inner| inner.code = Some(code.into()))
    }

    /// Adds Box's id of the request.
    #[must_use]
    pub fn with_request_id(self, id: Option<&str>) -> Self {
        self.change(|inner| inner.request_id = id.map(str::to_owned).or(inner.request_id.take()))
    }

    /// Adds Box's page about the error.
    #[must_use]
    pub fn with_help_url(self, url: Option<&str>) -> Self {
        self.change(|inner| inner.help_url = url.map(str::to_owned))
    }

    /// Adds Box's context, as JSON text.
    #[must_use]
    pub fn with_context(self, json: impl Into<String>) -> Self {
        self.change(|inner| inner.context = Some(json.into()))
    }

    /// Adds how long to wait.
    #[must_use]
    pub fn with_retry_after(self, wait: Option<Duration>) -> Self {
        self.change(|inner| inner.retry_after = wait)
    }

    /// Adds the requests of the call, in order.
    #[must_use]
    pub fn with_attempts(self, attempts: Vec<Attempt>) -> Self {
        self.change(|inner| inner.attempts = attempts)
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        let facts = [
            inner.status.map(|status| format!("status {status}")),
            inner.code.as_ref().map(|code| format!("code {code}")),
            inner.request_id.as_ref().map(|id| format!("request id {id}")),
            inner.retry_after.map(|wait| format!("retry after {} ms", crate::time::millis(wait))),
        ];
        let mut before = " (";
        for fact in facts.into_iter().flatten() {
            f.write_str(before)?;
            f.write_str(&fact)?;
            before = ", ";
        }
        f.write_str(if before == ", " { ")" } else { "" })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Texts as they are: the code that escapes them for `{:?}` would be 3 KB of every page.
        let inner = &*self.0;
        f.write_str(inner.kind.as_str())?;
        f.write_str(": ")?;
        fmt::Display::fmt(self, f)?;
        if let Some(context) = &inner.context {
            f.write_str(", context ")?;
            f.write_str(context)?;
        }
        if let Some(source) = &inner.source {
            f.write_str(", because of ")?;
            source.fmt(f)?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
