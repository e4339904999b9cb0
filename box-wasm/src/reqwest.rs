//! One request by reqwest's backend for the web. It copies what it sends, holds what it receives, and follows
//! redirects out of sight.

use ::reqwest::{Client, Method, header::HeaderValue};
use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::Head,
    request::{self, Part, Request},
};
use futures_util::future::LocalBoxFuture;

use crate::{
    body::Body,
    fetch, platform,
    source::bytes_of,
    transport::{Cargo, Incoming},
};

enum Piece {
    Ready(bytes::Bytes),
    Slice(web_sys::Blob),
}

pub(crate) fn send(
    client: &Client,
    request: Request,
    cargo: Cargo<'_>,
) -> Result<LocalBoxFuture<'static, Result<Incoming, Error>>, Error> {
    let method = Method::from_bytes(request.method.as_bytes());
    let method = method.map_err(|_| Error::internal("a method that HTTP doesn't know"))?;
    let mut builder = client.request(method, &request.url);
    for (name, value) in request.headers.iter() {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Error::invalid(["the header `", name, "` can't be sent"].concat()))?;
        value.set_sensitive(Headers::is_sensitive(name));
        builder = builder.header(name, value);
    }
    let end = fetch::end_of_source(&request.body);
    let pieces = pieces(request.body, cargo)?;
    let meter = cargo.meter.cloned();
    Ok(Box::pin(async move {
        let mut body = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Ready(bytes) => body.extend_from_slice(&bytes),
                Piece::Slice(blob) => body.extend_from_slice(&bytes_of(&platform::read(&blob).await?)),
            }
        }
        if !body.is_empty() {
            builder = builder.body(body);
        }
        let response = builder.send().await.map_err(|error| lost(&error))?;
        let mut headers = Headers::new();
        for (name, value) in response.headers() {
            headers.set(name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()));
        }
        let head = Head { status: response.status().as_u16(), headers };
        if let (Some(meter), Some(end), 200..=299) = (meter, end, head.status) {
            meter(end);
        }
        let body = response.bytes().await.map_err(|error| lost(&error))?;
        Ok(Incoming { head, body: Body::bytes(body) })
    }))
}

fn pieces(body: request::Body, cargo: Cargo<'_>) -> Result<Vec<Piece>, Error> {
    let parts = match body {
        request::Body::Empty => return Ok(Vec::new()),
        request::Body::Bytes(bytes) => return Ok(vec![Piece::Ready(bytes)]),
        request::Body::Parts(parts) => parts,
    };
    let piece = |part| match (part, cargo.source) {
        (Part::Bytes(bytes), _) => Ok(Piece::Ready(bytes)),
        (Part::Source(range), Some(source)) => Ok(Piece::Slice(source.slice(&range.range)?)),
        (Part::Source(_), None) => Err(Error::invalid("a source of this body belongs to another call")),
    };
    parts.into_iter().map(piece).collect()
}

/// reqwest's own text may hold the URL, which may be as good as a token.
fn lost(error: &::reqwest::Error) -> Error {
    let kind = if error.is_builder() { ErrorKind::InvalidInput } else { ErrorKind::Transport };
    let what = if error.is_builder() { "the request can't be sent" } else { "the connection was lost" };
    Error::new(kind, what)
}
