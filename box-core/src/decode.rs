//! Reads replies.

use serde_json::Value;

use crate::{
    error::{Error, ErrorKind},
    model::{self, Fault, Field},
    reply::{Content, Reply},
};

/// Reads a JSON reply.
///
/// # Errors
/// `Decode`, with the status of the reply, when the body isn't JSON.
pub(crate) fn json(reply: &Reply) -> Result<Value, Error> {
    let text = text(reply)?;
    serde_json::from_str(text).map_err(|source| {
        // The place only: the text of a value may be anybody's.
        let (line, column) = (source.line(), source.column());
        unexpected(reply, &format!("{:?} error at line {line}, column {column}", source.classify()))
    })
}

/// Reads a JSON reply that must be of this kind.
///
/// # Errors
/// `Decode`, with the status of the reply, when the body isn't JSON, or is a value of another shape.
pub(crate) fn value<T: Field>(reply: &Reply) -> Result<T, Error> {
    let mut value = None;
    model::read_into(&mut value, text(reply)?).map_err(|fault| unexpected(reply, &fault.to_string()))?;
    value.ok_or_else(|| unexpected(reply, &Fault::Unexpected(0).to_string()))
}

/// The JSON text of a reply.
pub(crate) fn text(reply: &Reply) -> Result<&str, Error> {
    let Content::Bytes(bytes) = &reply.content else {
        return Err(Error::internal("the body was handed over, not buffered"));
    };
    if bytes.is_empty() {
        return Err(unexpected(reply, "an empty body"));
    }
    std::str::from_utf8(bytes).map_err(|_| unexpected(reply, "it is not UTF-8"))
}

fn unexpected(reply: &Reply, what: &str) -> Error {
    let message = format!("the reply is not the expected JSON: {what}");
    Error::new(ErrorKind::Decode, message)
        .with_status(reply.status)
        .with_request_id(reply.headers.get("box-request-id"))
}
