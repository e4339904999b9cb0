//! Outputs as JavaScript reads them: a list of lists, each of which begins with its name.

use box_core::{
    error::{Attempt, Error, ErrorKind, Outcome, Sent},
    headers::Headers,
    hint::Hint,
    json::string as text,
    reply::RequestId,
    request::{About, Body, Part, Request},
    secret::Secret,
    session::Tokens,
    time::{Timestamp, millis},
};

/// JSON that is being written.
pub(crate) struct Output(String);

impl Output {
    pub(crate) const fn new() -> Self {
        Self(String::new())
    }

    /// The outputs, after the time at which the engine wants to be run again.
    pub(crate) fn finish(self, next: Option<Timestamp>) -> String {
        let next = next.map_or_else(|| "null".to_owned(), |time| time.0.to_string());
        ["[", &next, &self.0, "]"].concat()
    }

    /// An output: its name, and values that are JSON.
    pub(crate) fn push(&mut self, name: &str, values: &[&str]) {
        self.0 += ",[";
        self.0 += &text(name);
        for value in values {
            self.0.push(',');
            self.0 += value;
        }
        self.0.push(']');
    }

    /// A request of a client, for a thing that JavaScript knows by its number, or for none (0).
    pub(crate) fn send(&mut self, key: u32, id: RequestId, client: u32, thing: u32, request: Request) {
        let body = match request.body {
            Body::Empty => "null".to_owned(),
            Body::Bytes(bytes) => utf8(&bytes),
            Body::Parts(parts) => array(parts.iter().map(|part| match part {
                Part::Bytes(bytes) => utf8(bytes),
                Part::Source(source) => {
                    array([source.range.start, source.range.end].map(|n| n.to_string()).into_iter())
                }
            })),
        };
        let (method, url, headers) = (text(request.method), text(&request.url), headers(&request.headers));
        let names = [n(key), n(id.0), n(client), n(thing)];
        let About { operation, url_template, resend_count, .. } = request.about;
        let about = array([text(operation), optional(url_template), n(resend_count)].into_iter());
        self.push("send", &[&listed(names.into_iter()), &method, &url, &headers, &body, &about]);
    }

    pub(crate) fn fail(&mut self, id: u32, error: &Error) {
        self.push("fail", &[&n(id), &thrown(error)]);
    }
}

/// A number.
pub(crate) fn n(number: u32) -> String {
    number.to_string()
}

pub(crate) fn optional(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), text)
}

pub(crate) fn array(values: impl Iterator<Item = String>) -> String {
    ["[", &listed(values), "]"].concat()
}

/// With commas between.
fn listed(values: impl Iterator<Item = String>) -> String {
    let mut list = String::new();
    for value in values {
        if !list.is_empty() {
            list.push(',');
        }
        list += &value;
    }
    list
}

/// Bytes of which all that JavaScript gets are text.
pub(crate) fn utf8(bytes: &[u8]) -> String {
    text(std::str::from_utf8(bytes).unwrap_or_default())
}

pub(crate) fn object(members: &[(&str, String)]) -> String {
    let members = members.iter().filter(|(_, value)| value != "null");
    ["{", &listed(members.map(|(name, value)| [&text(name), ":", value].concat())), "}"].concat()
}

pub(crate) fn headers(headers: &Headers) -> String {
    array(headers.iter().map(|(name, value)| array([text(name), text(value)].into_iter())))
}

/// New tokens, for the application; the refresh token only if it has a place for it.
pub(crate) fn tokens(tokens: &Tokens, keeps: bool) -> String {
    object(&[
        ("accessToken", secret(tokens.access_token.as_ref())),
        ("refreshToken", secret(tokens.refresh_token.as_ref().filter(|_| keeps))),
        ("expiresAt", tokens.expires_at.map_or_else(|| "null".to_owned(), |time| time.to_string())),
    ])
}

pub(crate) fn secret(secret: Option<&Secret>) -> String {
    optional(secret.map(Secret::expose))
}

/// What is thrown; the package makes an error of it.
pub(crate) fn thrown(error: &Error) -> String {
    let number = |number: Option<u64>| number.map_or_else(|| "null".to_owned(), |number| number.to_string());
    let wait = error.retry_after().map(millis);
    object(&[
        ("class", text(class(error))),
        ("kind", text(error.kind().as_str())),
        ("message", text(&error.sentence())),
        ("operation", optional(error.operation())),
        ("status", number(error.status().map(u64::from))),
        ("code", optional(error.code())),
        ("requestId", optional(error.request_id())),
        ("helpUrl", optional(error.help_url())),
        ("context", error.context_json().unwrap_or("null").to_owned()),
        ("retryAfter", number(wait)),
        ("hint", optional(error.hint().map(Hint::as_str))),
        ("attempts", array(error.attempts().iter().map(attempt))),
    ])
}

fn attempt(attempt: &Attempt) -> String {
    let (status, sent) = match attempt.outcome {
        Outcome::Status(status) => (status.to_string(), "null".to_owned()),
        Outcome::Lost(sent) => ("null".to_owned(), (sent == Sent::Maybe).to_string()),
        _ => return "{}".to_owned(),
    };
    let took = millis(attempt.took).to_string();
    object(&[
        ("status", status),
        ("sent", sent),
        ("requestId", optional(attempt.request_id.as_deref())),
        ("took", took),
    ])
}

/// The class of the package's errors to which it belongs.
fn class(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Api if error.is_not_found() => "NotFound",
        ErrorKind::Api if error.is_conflict() => "Conflict",
        ErrorKind::Api if error.is_precondition_failed() => "Precondition",
        ErrorKind::Api if error.is_rate_limited() => "RateLimit",
        ErrorKind::Api => "Api",
        ErrorKind::SignInNeeded
        | ErrorKind::SessionLost
        | ErrorKind::OAuth
        | ErrorKind::Session
        | ErrorKind::PersistFailed => "Auth",
        ErrorKind::Transport => "Network",
        ErrorKind::Timeout => "Timeout",
        ErrorKind::Cancelled => "Abort",
        ErrorKind::InvalidInput | ErrorKind::Unsupported => "Usage",
        ErrorKind::Integrity | ErrorKind::Io => "Transfer",
        ErrorKind::OutcomeUnknown => "OutcomeUnknown",
        ErrorKind::ReadOnly => "ReadOnly",
        ErrorKind::NotModified => "NotModified",
        _ => "",
    }
}
