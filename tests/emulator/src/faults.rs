use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Cut, Failure, Reply, Request};

/// Something that goes wrong on purpose, for the next requests of an operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// An operation id, or `any` for every request but those to the control endpoint.
    #[serde(default = "any")]
    pub operation: String,
    /// How many requests it hits.
    #[serde(default = "once")]
    pub times: u64,
    /// How many requests pass before.
    #[serde(default)]
    pub skip: u64,
    /// Whether the request had its effect.
    #[serde(default)]
    pub effect: Effect,
    /// Where a drop, cut or delay happens.
    #[serde(default)]
    pub at: At,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// An answer with this status; 202 with `retry_after` plays an unfinished commit or download.
    Status {
        /// HTTP status.
        status: u16,
        /// The body, JSON unless the status is 202, 204, 304 or 401.
        #[serde(default)]
        body: Option<FaultBody>,
        /// The `code` of a JSON body.
        #[serde(default)]
        code: Option<String>,
        /// The `retry-after` header, as it stands.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// The connection closes: before the head, or (`at` body) when half of the body was sent.
    Drop,
    /// The answer comes late.
    Delay {
        /// How late.
        delay_ms: u64,
    },
    /// The body ends after so many bytes although the head promised all of it.
    Truncate {
        /// Bytes that still arrive.
        #[serde(default)]
        bytes: u64,
    },
    /// A redirect to the very same address.
    RedirectLoop,
    /// A redirect to the download origin, which counts the headers that should not arrive there.
    RedirectElsewhere,
}

/// Whether the state changed before things went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The request was not carried out.
    #[default]
    Before,
    /// It was, and the client doesn't learn of it.
    After,
}

/// A place in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// Before the head.
    #[default]
    Head,
    /// Between head and end of the body.
    Body,
}

/// The kind of body that goes with a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultBody {
    /// An error as Box writes them.
    Json,
    /// A page, as from a proxy.
    Html,
    /// Nothing.
    Empty,
}

impl Fault {
    /// Hits the next request of an operation, before it has an effect.
    pub fn new(operation: &str, kind: FaultKind) -> Self {
        Self {
            operation: operation.to_owned(),
            times: 1,
            skip: 0,
            effect: Effect::Before,
            at: At::Head,
            kind,
        }
    }

    /// Answers the next request with this status.
    pub fn status(operation: &str, status: u16) -> Self {
        let kind = FaultKind::Status { status, body: None, code: None, retry_after: None };
        Self::new(operation, kind)
    }

    /// Adds `retry-after` to a status.
    #[must_use]
    pub fn retry_after(mut self, value: &str) -> Self {
        if let FaultKind::Status { retry_after, .. } = &mut self.kind {
            *retry_after = Some(value.to_owned());
        }
        self
    }

    /// Chooses the body that goes with a status.
    #[must_use]
    pub fn body(mut self, kind: FaultBody) -> Self {
        if let FaultKind::Status { body, .. } = &mut self.kind {
            *body = Some(kind);
        }
        self
    }

    /// Chooses the code of the JSON body that goes with a status.
    #[must_use]
    pub fn code(mut self, text: &str) -> Self {
        if let FaultKind::Status { code, .. } = &mut self.kind {
            *code = Some(text.to_owned());
        }
        self
    }

    /// Hits that many requests.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// Lets that many requests pass first.
    #[must_use]
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// Strikes after the request had its effect.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.effect = Effect::After;
        self
    }

    /// Strikes in the body instead of before the head.
    #[must_use]
    pub fn at_body(mut self) -> Self {
        self.at = At::Body;
        self
    }

    /// Whether the request is carried out. Only then is there a body to cut or to delay.
    pub(crate) fn runs(&self) -> bool {
        let spares = match self.kind {
            FaultKind::Delay { .. } | FaultKind::Truncate { .. } => true,
            FaultKind::Drop => self.at == At::Body,
            _ => false,
        };
        spares || self.effect == Effect::After
    }

    /// Turns the answer into the faulty one; `reply` is the true answer if the request ran.
    pub(crate) fn apply(
        &self,
        operation: &str,
        request: &Request,
        download: &str,
        request_id: &str,
        reply: Option<Reply>,
    ) -> Reply {
        match &self.kind {
            FaultKind::Status { status, body, code, retry_after } => {
                let mut reply = status_reply(operation, *status, *body, code.as_deref(), request_id);
                if let Some(value) = retry_after {
                    reply = reply.with("retry-after", value);
                }
                reply
            }
            FaultKind::RedirectLoop => Reply::new(302).with("location", &request.url),
            FaultKind::RedirectElsewhere => Reply::new(302).with("location", format!("{download}/elsewhere")),
            FaultKind::Delay { delay_ms } => {
                let mut reply = reply.unwrap_or_else(|| Reply::new(500));
                match self.at {
                    At::Head => reply.delivery.delay_head = *delay_ms,
                    At::Body => reply.delivery.delay_body = *delay_ms,
                }
                reply
            }
            FaultKind::Drop => {
                let mut reply = reply.unwrap_or_else(|| Reply::new(500));
                reply.delivery.cut = Some(match self.at {
                    At::Head => Cut::Head,
                    At::Body => Cut::Body(reply.body.len() / 2),
                });
                reply
            }
            FaultKind::Truncate { bytes } => {
                let mut reply = reply.unwrap_or_else(|| Reply::new(500));
                reply.delivery.cut = Some(Cut::Body(*bytes));
                reply
            }
        }
    }
}

/// Faults waiting for their requests, first come first served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn take(&mut self, operation: &str) -> Option<Fault> {
        self.0.retain(|fault| fault.times > 0);
        let mut fitting =
            self.0.iter_mut().filter(|fault| fault.operation == operation || fault.operation == "any");
        fitting.find_map(|fault| {
            if fault.skip > 0 {
                fault.skip -= 1;
                return None;
            }
            fault.times -= 1;
            Some(fault.clone())
        })
    }
}

fn status_reply(
    operation: &str,
    status: u16,
    body: Option<FaultBody>,
    code: Option<&str>,
    request_id: &str,
) -> Reply {
    let oauth = operation.starts_with("oauth.");
    if status == 401 && body.is_none() && !oauth {
        return Failure::bad_token().into_reply(request_id);
    }
    let default = match status {
        0..400 => FaultBody::Empty,
        _ => FaultBody::Json,
    };
    match body.unwrap_or(default) {
        FaultBody::Empty => Reply::new(status),
        FaultBody::Html => Failure::html(status, "The page could not be served").into_reply(request_id),
        FaultBody::Json if oauth => Reply::json(
            status,
            &json!({
                "error": code.unwrap_or_else(|| usual_oauth_code(status)),
                "error_description": "Asked for by the test",
            }),
        ),
        FaultBody::Json => Reply::json(
            status,
            &json!({
                "type": "error",
                "status": status,
                "code": code.unwrap_or_else(|| usual_code(status)),
                "help_url": "http://developers.box.com/docs/#errors",
                "message": "Asked for by the test",
                "request_id": request_id,
            }),
        ),
    }
}

fn usual_oauth_code(status: u16) -> &'static str {
    match status {
        400 => "invalid_grant",
        401 => "invalid_client",
        429 | 503 => "temporarily_unavailable",
        _ => "server_error",
    }
}

fn usual_code(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        409 => "conflict",
        410 => "session_expired",
        411 => "length_required",
        412 => "precondition_failed",
        413 => "request_entity_too_large",
        415 => "unsupported_media_type",
        416 => "range_overlaps_existing_part",
        429 => "rate_limit_exceeded",
        502 => "bad_gateway",
        503 => "unavailable",
        _ => "internal_server_error",
    }
}

fn any() -> String {
    "any".to_owned()
}

fn once() -> u64 {
    1
}
