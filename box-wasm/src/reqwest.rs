//! One request by reqwest's backend for the web. It copies what it sends, holds what it receives, and follows
//! redirects out of sight.

use ::reqwest::{Client, Method, header::HeaderValue};
use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::Head,
};

use crate::{
    platform,
    source::bytes_of,
    transport::{HttpBody, HttpReply, HttpRequest, TransportError},
};

pub(crate) async fn send(client: Client, request: HttpRequest) -> Result<HttpReply, TransportError> {
    let HttpRequest { method, url, headers, body, outgoing, .. } = request;
    if let Some(outgoing) = &outgoing {
        outgoing.unseen();
    }
    let unsendable = |error| TransportError::before_sending(error);
    let method = Method::from_bytes(method.as_bytes());
    let method = method.map_err(|_| unsendable(Error::internal("a method that HTTP doesn't know")))?;
    let mut builder = client.request(method, &url);
    for (name, value) in headers.iter() {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| unsendable(Error::invalid(["the header `", name, "` can't be sent"].concat())))?;
        value.set_sensitive(Headers::is_sensitive(name));
        builder = builder.header(name, value);
    }
    match body {
        HttpBody::Empty => {}
        HttpBody::Bytes(bytes) => builder = builder.body(bytes),
        HttpBody::Blob(blob) => {
            builder = builder.body(bytes_of(&platform::read(&blob).await.map_err(unsendable)?));
        }
    }
    let response = builder.send().await.map_err(|error| lost(&error))?;
    let mut headers = Headers::new();
    for (name, value) in response.headers() {
        headers.set(name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()));
    }
    let head = Head { status: response.status().as_u16(), headers };
    if let (Some(outgoing), 200..=299) = (outgoing, head.status) {
        outgoing.taken();
    }
    let body = response.bytes().await.map_err(|error| lost(&error))?;
    Ok(HttpReply { head, body: body.into() })
}

/// reqwest's own text may hold the URL, which may be as good as a token.
fn lost(error: &::reqwest::Error) -> TransportError {
    if error.is_builder() {
        let why = Error::new(ErrorKind::InvalidInput, "the request can't be sent");
        return TransportError::before_sending(why);
    }
    TransportError::after_sending(Error::new(ErrorKind::Transport, "the connection was lost"))
}
