//! Bodies of requests as they arrive at the emulator: read here as any server would, without the client's code.

use box_core::request::{self, Request};
use box_emulator::{Body, Content, Part, PartBody};
use bytes::{Bytes, BytesMut};

use crate::source::Source;

/// What arrives of a request's body.
pub(crate) fn arriving(request: &Request, source: &Source) -> Body {
    let content_type = request.headers.get("content-type").unwrap_or_default();
    match &request.body {
        request::Body::Empty => Body::Empty,
        request::Body::Bytes(bytes) => Body::Small(bytes.clone()),
        request::Body::Parts(parts) => match (content_type.split_once("boundary="), parts.as_slice()) {
            (Some((_, boundary)), parts) => match whole(parts, source) {
                Some(bytes) => multipart(&bytes, boundary),
                None => Body::Malformed("zeros go in parts of a session only".to_owned()),
            },
            (None, [request::Part::Source(range)]) => Body::Content(source.content(&range.range)),
            (None, parts) => match whole(parts, source) {
                Some(bytes) => Body::Content(Content::from_bytes(bytes)),
                None => Body::Malformed("zeros go in parts of a session only".to_owned()),
            },
        },
    }
}

fn whole(parts: &[request::Part], source: &Source) -> Option<Bytes> {
    let mut all = BytesMut::new();
    for part in parts {
        match part {
            request::Part::Bytes(bytes) => all.extend_from_slice(bytes),
            request::Part::Source(range) => {
                all.extend_from_slice(&source.content(&range.range).stored.in_memory()?);
            }
        }
    }
    Some(all.freeze())
}

/// Reads `multipart/form-data` (RFC 7578).
fn multipart(bytes: &Bytes, boundary: &str) -> Body {
    let mut parts = Vec::new();
    let delimiter = format!("--{boundary}");
    let mut at = 0;
    while let Some(begin) = find(bytes, at, delimiter.as_bytes()) {
        let begin = begin + delimiter.len();
        if bytes.get(begin..begin + 2) == Some(b"--") {
            return Body::Parts(parts);
        }
        let end = find(bytes, begin, format!("\r\n{delimiter}").as_bytes());
        let head = find(bytes, begin, b"\r\n\r\n");
        let (Some(head), Some(end)) = (head, end) else { break };
        parts.push(part(&String::from_utf8_lossy(&bytes[begin..head]), bytes.slice(head + 4..end)));
        at = end;
    }
    Body::Malformed("the body has no end".to_owned())
}

fn part(head: &str, bytes: Bytes) -> Part {
    let parameter = |name: &str| {
        let (_, rest) = head.split_once(&format!("; {name}=\""))?;
        Some(rest.split('"').next().unwrap_or_default().to_owned())
    };
    let filename = parameter("filename");
    let body = if filename.is_some() {
        PartBody::Content(Content::from_bytes(bytes))
    } else {
        PartBody::Small(bytes)
    };
    Part { name: parameter("name").unwrap_or_default(), filename, body }
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
}
