//! The one error of all crates: what failed, where, what Box said, and what to do next.

mod attempt;
mod kind;
mod predicates;
mod reason;

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use serde_json::Value;

pub use attempt::{Attempt, Outcome, Sent};
pub use kind::ErrorKind;
pub use reason::Reason;

use crate::{
    hint::{self, Hint},
    time::Timestamp,
};

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
    hint: Option<Hint>,
    service: bool,
    box_time: Option<Timestamp>,
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
            hint: None,
            service: false,
            box_time: None,
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
        self.listed("conflicts")
    }

    /// What Box found wrong with the request, one entry for each parameter.
    pub fn reasons(&self) -> Vec<Reason> {
        self.listed("errors").iter().map(Reason::read).collect()
    }

    /// A member of the context as a list, whether Box told one object or many.
    fn listed(&self, name: &str) -> Vec<Value> {
        match self.context().and_then(|mut context| context.get_mut(name).map(Value::take)) {
            Some(Value::Array(values)) => values,
            Some(value @ Value::Object(_)) => vec![value],
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

    /// The commonest cause of such an error and the next step, where one is known.
    pub fn hint(&self) -> Option<Hint> {
        self.0.hint.or_else(|| hint::find(self))
    }

    /// Whether it is an application's service account that was refused.
    pub(crate) fn is_of_service(&self) -> bool {
        self.0.service
    }

    /// When Box answered so, by its own clock.
    pub(crate) fn box_time(&self) -> Option<Timestamp> {
        self.0.box_time
    }

    /// Adds when Box answered so, by its own clock.
    #[must_use]
    pub(crate) fn with_box_time(self, time: Option<Timestamp>) -> Self {
        self.change(|inner| inner.box_time = time)
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

    /// Says what caused it, where more is known than the error tells.
    #[must_use]
    pub fn with_hint(self, hint: Hint) -> Self {
        self.change(|inner| inner.hint = Some(hint))
    }

    /// Says whether an application called as itself, by its service account.
    #[must_use]
    pub fn as_service(self, service: bool) -> Self {
        if service == self.0.service { self } else { self.change(|inner| inner.service = service) }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    /// The failure behind an unknown outcome, for those who know how to go on.
    pub(crate) fn behind(self) -> Self {
        let source = self.0.source.as_deref().filter(|_| self.is_outcome_unknown());
        match source.and_then(|source| source.downcast_ref::<Self>()) {
            Some(cause) => cause.clone().with_attempts(self.attempts().to_vec()),
            None => self,
        }
    }

    /// What it says when it is printed. Without the library's formatting, which is large.
    #[doc(hidden)]
    pub fn sentence(&self) -> String {
        let inner = &*self.0;
        let mut text = String::new();
        if let Some(operation) = inner.operation {
            text.extend([operation, ": "]);
        }
        text += &inner.message;
        let wait = inner.retry_after.map(|wait| crate::time::millis(wait).to_string() + " ms");
        let facts = [
            ("status ", inner.status.map(|status| status.to_string())),
            ("code ", inner.code.clone()),
            ("request id ", inner.request_id.clone()),
            ("retry after ", wait),
        ];
        let mut before = " (";
        for (name, fact) in facts {
            if let Some(fact) = fact {
                text.extend([before, name, &fact]);
                before = ", ";
            }
        }
        text += if before == ", " { ")" } else { "" };
        text
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
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
        for attempt in &inner.attempts {
            f.write_str(", attempt ")?;
            fmt::Display::fmt(&attempt.outcome, f)?;
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
