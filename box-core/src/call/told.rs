//! What a call tells of itself.

use std::time::Duration;

use crate::{
    call::{Call, CallOutput, Errand, State},
    error::{Attempt, Error, ErrorKind, Outcome},
    event::{AuditEvent, AuditOutcome, Event, RequestEvent, RetryEvent},
    facts::Facts,
    operation::Host,
    reply::{Content, Reply},
    time::Timestamp,
};

impl Call {
    /// A request is over: it is noted, and told.
    pub(super) fn landed(&mut self, now: Timestamp, outcome: Outcome, kind: Option<ErrorKind>) {
        let State::InFlight(flight) = &self.state else {
            return;
        };
        // Of a call that is done nobody asks how often it was tried.
        let done = matches!(outcome, Outcome::Status(200 | 201 | 204));
        if matches!(self.errand, Errand::Own) && !done {
            let request_id = flight.head.headers.get("box-request-id").map(str::to_owned);
            self.attempts.push(Attempt { outcome, request_id, took: now.since(flight.began) });
        }
        let status = match outcome {
            Outcome::Status(status) => Some(status),
            Outcome::Lost(_) => None,
        };
        self.told(now, status, kind);
    }

    /// Tells of a request.
    pub(super) fn told(&mut self, now: Timestamp, status: Option<u16>, kind: Option<ErrorKind>) {
        let State::InFlight(flight) = &self.state else {
            return;
        };
        if !self.observed {
            return;
        }
        let origin = flight.origin.as_ref();
        let about = flight.about;
        let event = RequestEvent {
            operation: about.operation,
            method: flight.method,
            url_template: about.url_template,
            server_port: origin.map(|origin| origin.port).unwrap_or_default(),
            server_address: origin.map(|origin| origin.host.clone()).unwrap_or_default(),
            resend_count: about.resend_count,
            status,
            error_type: error_type(status, kind),
            request_id: flight.head.headers.get("box-request-id").map(str::to_owned),
            duration: now.since(flight.began),
        };
        self.outputs.push_back(CallOutput::Event(Event::Request(event)));
    }

    /// Tells of a wait before another try.
    pub(super) fn retries(&mut self, wait: Duration, outcome: Outcome, error: &Error) {
        if self.observed {
            let status = match outcome {
                Outcome::Status(status) => Some(status),
                Outcome::Lost(_) => error.status(),
            };
            let event = RetryEvent {
                operation: self.draft.operation.id,
                wait,
                error_type: error_type(status, Some(error.kind())).unwrap_or_default(),
                resend_count: self.requests,
            };
            self.outputs.push_back(CallOutput::Event(Event::Retry(event)));
        }
    }

    /// Tells of the end of a call that writes.
    pub(super) fn audit(&mut self, result: &Result<Reply, Error>) {
        if !self.is_audited() {
            return;
        }
        let (outcome, status, request_id) = match result {
            Ok(reply) => (AuditOutcome::Done, Some(reply.status), reply.headers.get("box-request-id")),
            Err(error) if error.is_outcome_unknown() => {
                (AuditOutcome::Unknown, error.status(), error.request_id())
            }
            Err(error) => (AuditOutcome::Failed, error.status(), error.request_id()),
        };
        let made = match result {
            Ok(Reply { content: Content::Bytes(bytes), .. }) if self.observed => Facts::read(bytes)
                .and_then(|mut made| made.text("id").or_else(|| made.take_one("entries")?.text("id"))),
            _ => None,
        };
        let request_id = request_id.map(str::to_owned);
        self.tell_audit(outcome, status, request_id, made);
    }

    /// The caller has left: nothing more is done. What it was about is told, as the next outputs.
    pub fn abandon(&mut self) {
        if matches!(self.state, State::Done) {
            return;
        }
        self.outputs.clear();
        self.state = State::Done;
        self.tell_audit(AuditOutcome::Cancelled, None, None, None);
    }

    /// Whether somebody listens, and there is something to tell.
    fn is_audited(&self) -> bool {
        let operation = self.draft.operation;
        self.observed && operation.writes && operation.host != Host::OAuth
    }

    fn tell_audit(
        &mut self,
        outcome: AuditOutcome,
        status: Option<u16>,
        request_id: Option<String>,
        made: Option<String>,
    ) {
        let operation = self.draft.operation;
        if !self.is_audited() {
            return;
        }
        // The item of the path, of those in it the first.
        let at = operation.path.split('/').position(|segment| segment.starts_with('{'));
        let named = at.and_then(|at| self.draft.path.split('/').nth(at)).map(str::to_owned);
        let event = AuditEvent {
            operation: operation.id,
            subject: self.config.subject.clone(),
            as_user: self.options.as_user.clone(),
            target: named.or(made),
            request_id,
            outcome,
            status,
        };
        self.outputs.push_back(CallOutput::Event(Event::Audit(event)));
    }
}

/// `error.type`.
fn error_type(status: Option<u16>, kind: Option<ErrorKind>) -> Option<String> {
    match (status, kind) {
        (Some(status), _) if status >= 400 => Some(status.to_string()),
        (_, Some(kind)) => Some(kind.as_str().to_owned()),
        _ => None,
    }
}
