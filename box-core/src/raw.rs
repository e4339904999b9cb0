//! The escape hatch: a request that the table doesn't know.

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str};
use serde::Serialize;

use crate::{
    encode::{Text, encoded},
    error::Error,
    headers::Headers,
    operation::{Method, Operation},
    request::{Body, Draft},
};

/// A request that the caller writes: signed in, retried and followed like any other.
#[derive(Clone, Debug)]
pub struct RawRequest(Result<Draft, Error>);

impl RawRequest {
    /// A request to a path below `/2.0` of the API, such as `/users/me`.
    ///
    /// A method or path that can't be is reported when the request is sent.
    pub fn new(method: &str, path: &str) -> Self {
        Self(draft(method, path))
    }

    /// Sets a query parameter.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "`.query(\"limit\", 5)` reads better than a reference")]
    pub fn query(mut self, name: &str, value: impl Text) -> Self {
        if let (Ok(draft), Some(value)) = (&mut self.0, value.text()) {
            draft.set_query(name, value);
        }
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).map_err(|e| Error::invalid(format!("the body: {e}")));
        self.with_body("application/json", body)
    }

    /// Sets a body of any kind.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.with_body(content_type, Ok(body))
    }

    /// The draft.
    ///
    /// # Errors
    /// `InvalidInput` for a method or path that can't be.
    pub fn draft(self) -> Result<Draft, Error> {
        self.0
    }

    fn with_body<B: Into<Bytes>>(self, kind: &str, body: Result<B, Error>) -> Self {
        Self(self.0.and_then(|mut draft| {
            draft.headers.set("content-type", kind);
            draft.body = Body::Bytes(body?.into());
            Ok(draft)
        }))
    }
}

/// What a path can't hold as it is (RFC 3986, section 3.3). A `%` begins what is encoded already.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn draft(method: &str, path: &str) -> Result<Draft, Error> {
    let Some(method) = Method::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(method))
    else {
        return Err(Error::invalid(["`", method, "` is not a method of the API"].concat()));
    };
    // An encoded dot segment is one too (WHATWG URL, section 4.5).
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let mut segments = decoded.split(|byte| matches!(byte, b'/' | b'\\'));
    let dots = segments.any(|segment| matches!(segment, b"." | b".."));
    if !path.starts_with('/') || path.contains(['?', '#', '\\']) || path.chars().any(char::is_control) || dots
    {
        // Without what was given: it may be a whole address, with a token in its query.
        return Err(Error::invalid(
            "a raw request takes a path such as `/users/me`, and its query by `query`",
        ));
    }
    Ok(Draft {
        operation: Operation::raw(method),
        path: encoded(path, NOT_IN_PATHS),
        query: Vec::new(),
        headers: Headers::new(),
        body: Body::Empty,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_api_pass() {
        let raw = RawRequest::new("get", "/users/me").query("fields", "id,name").draft().unwrap();
        assert_eq!((raw.path.as_str(), raw.query("fields")), ("/users/me", Some("id,name")));
        let raw = RawRequest::new("GET", "/a b/ä[1]|%20").draft().unwrap();
        assert_eq!(raw.path, "/a%20b/%C3%A4%5B1%5D%7C%20");
        let cases = [
            ("GET", "users/me"),
            ("GET", "/a?b"),
            ("GET", "/a/../b"),
            ("GET", "/a/%2e%2E/%2e./oauth2/token"),
            ("GET", "/a/%2e%2e%2fb"),
            ("GET", "/a\nb"),
            ("BREW", "/a"),
            ("", "/a"),
        ];
        for (method, path) in cases {
            assert!(RawRequest::new(method, path).draft().is_err(), "{method} {path}");
        }
    }
}
