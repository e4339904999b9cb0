//! What Box says when it refuses.

use crate::{
    error::{Error, ErrorKind},
    facts::Facts,
    operation::{Host, Operation},
    reply::Head,
    time::Timestamp,
};

/// Most bytes of an error's body that are read.
pub(crate) const MAX_BODY: u64 = 1024 * 1024;

/// The error of a reply with a status of 400 or above. A body that can't be read never hides the status.
pub(crate) fn error(operation: &Operation, head: &Head, body: &[u8]) -> Error {
    let facts = Facts::read(body);
    let text = |name: &str| facts.as_ref()?.text(name);
    let base = |kind, message: &str| {
        Error::new(kind, message)
            .with_status(head.status)
            .with_operation(operation.id)
            .with_request_id(text("request_id").as_deref().or(head.headers.get("box-request-id")))
    };
    if let (Host::OAuth, Some(code)) = (operation.host, text("error")) {
        let message = text("error_description");
        let message = message.as_deref().unwrap_or("the token endpoint refused");
        let time = head.headers.get("date").and_then(Timestamp::from_http_date);
        return base(ErrorKind::OAuth, message).with_code(code).with_box_time(time);
    }
    let message = text("message").or_else(|| text("error_description"));
    let mut error = base(ErrorKind::Api, &message.unwrap_or_else(|| described(head)));
    if let Some(code) = text("code").or_else(|| text("error")).or_else(|| challenged(head, "error=")) {
        error = error.with_code(code);
    }
    if let Some(context) = facts.as_ref().and_then(|facts| facts.json("context_info")) {
        error = error.with_context(context);
    }
    error.with_help_url(text("help_url").as_deref())
}

/// A sentence for a reply without one.
fn described(head: &Head) -> String {
    challenged(head, "error_description=").unwrap_or_else(|| {
        let kind = head.headers.get("content-type").unwrap_or("no content type");
        ["Box answered with status ", &head.status.to_string(), " and ", kind].concat()
    })
}

/// A field of `www-authenticate` (RFC 6750, section 3), which is all that some refusals say.
fn challenged(head: &Head, field: &str) -> Option<String> {
    let value = after(head.headers.get("www-authenticate")?, field)?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([',', ' ']).next(),
    };
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// What follows a part of a text. The library's search is faster, and 1 KB of every page.
pub(crate) fn after<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let at = text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())?;
    text.get(at + part.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{headers::Headers, operation::Method};

    fn read(status: u16, headers: &[(&'static str, &str)], body: &str) -> Error {
        let headers: Headers = headers.iter().copied().collect();
        error(Operation::raw(Method::Get), &Head { status, headers }, body.as_bytes())
    }

    #[test]
    fn a_conflict_is_a_list_however_it_comes() {
        let file = r#"{"type":"error","status":409,"code":"item_name_in_use","message":"Item exists",
            "request_id":"r1","help_url":"h","context_info":{"conflicts":{"type":"file","id":"7"}}}"#;
        let found = read(409, &[], file);
        assert_eq!((found.status(), found.code()), (Some(409), Some("item_name_in_use")));
        assert_eq!((found.request_id(), found.message()), (Some("r1"), "Item exists"));
        assert_eq!(found.conflicts()[0]["id"], "7");
        assert!(found.is_conflict());
        let folder = r#"{"code":"item_name_in_use","context_info":{"conflicts":[{"id":"8"},{"id":"9"}]}}"#;
        assert_eq!(read(409, &[], folder).conflicts().len(), 2);
    }

    #[test]
    fn odd_bodies_keep_the_status() {
        let html = [("content-type", "text/html"), ("box-request-id", "r2")];
        for (status, headers, body) in [
            (404, &html[..], "<html>gone</html>"),
            (502, &html[..], ""),
            (500, &[], "[1,2"),
            (503, &[], r#"{"code":5,"message":[],"context_info":null}"#),
        ] {
            let found = read(status, headers, body);
            assert_eq!((found.kind(), found.status()), (ErrorKind::Api, Some(status)));
            assert_eq!(found.request_id(), (!headers.is_empty()).then_some("r2"));
        }
    }

    #[test]
    fn an_empty_401_says_what_its_challenge_says() {
        let challenge = r#"Bearer realm="Service", error="invalid_token", error_description="It expired.""#;
        let empty = read(401, &[("www-authenticate", challenge)], "");
        assert_eq!((empty.code(), empty.message()), (Some("invalid_token"), "It expired."));
    }
}
