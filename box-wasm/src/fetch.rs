//! One request by `fetch`.

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::Head,
    request::{self, Part, Request},
};
use futures_util::future::LocalBoxFuture;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, RequestCache, RequestInit, RequestRedirect, Response};

use crate::{
    abort::Abort,
    body::Body,
    platform,
    transport::{Cargo, Incoming},
};

pub(crate) fn send(
    request: Request,
    cargo: Cargo<'_>,
    follows_redirects: bool,
) -> Result<LocalBoxFuture<'static, Result<Incoming, Error>>, Error> {
    let (abort, signal) = Abort::new()?;
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_headers_headers(&fields(&request.headers)?);
    init.set_signal(Some(&signal));
    if follows_redirects {
        // A browser's cache lets equal requests wait for each other, and Box forbids to cache what it answers.
        init.set_cache(RequestCache::NoStore);
    } else {
        init.set_redirect(RequestRedirect::Manual);
    }
    let end = end_of_source(&request.body);
    if let Some(body) = content(request.body, cargo)? {
        init.set_body(&body);
    }
    let (url, meter) = (request.url, cargo.meter.cloned());
    Ok(Box::pin(async move {
        let response = JsFuture::from(platform::fetch(&url, &init)).await;
        let response = response.map_err(|thrown| platform::lost(&thrown))?;
        let response: Response = response.unchecked_into();
        if let (Some(meter), Some(end)) = (meter, end)
            && response.ok()
        {
            meter(end);
        }
        let head = Head { status: response.status(), headers: readable(&response.headers()) };
        Ok(Incoming { head, body: Body::new(response, abort) })
    }))
}

fn fields(headers: &Headers) -> Result<web_sys::Headers, Error> {
    let fields =
        web_sys::Headers::new().map_err(|_| Error::internal("the platform gives no header fields"))?;
    for (name, value) in headers.iter() {
        fields
            .set(name, value)
            .map_err(|_| Error::invalid(["the header `", name, "` can't be sent"].concat()))?;
    }
    Ok(fields)
}

/// The fields that the platform shows.
fn readable(fields: &web_sys::Headers) -> Headers {
    let mut headers = Headers::new();
    let pairs = js_sys::try_iter(fields).ok().flatten();
    for pair in pairs.into_iter().flatten().flatten() {
        let pair: Array = pair.unchecked_into();
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            headers.set(name, value);
        }
    }
    headers
}

/// A body as the platform takes it. What comes of a source is a slice of it, not a copy.
pub(crate) fn content(body: request::Body, cargo: Cargo<'_>) -> Result<Option<JsValue>, Error> {
    let parts = match body {
        request::Body::Empty => return Ok(None),
        request::Body::Bytes(bytes) => return Ok(Some(Uint8Array::from(&*bytes).into())),
        request::Body::Parts(parts) => parts,
    };
    let pieces = Array::new();
    for part in parts {
        match part {
            Part::Bytes(bytes) => pieces.push(&Uint8Array::from(&*bytes).into()),
            Part::Source(range) => match cargo.source {
                Some(source) => pieces.push(&source.slice(&range.range)?.into()),
                None => return Err(Error::invalid("a source of this body belongs to another call")),
            },
        };
    }
    let blob = Blob::new_with_blob_sequence(&pieces);
    let blob = blob.map_err(|_| Error::new(ErrorKind::Unsupported, "the platform has no Blob"))?;
    Ok(Some(blob.into()))
}

/// Where the range of the source that a body holds ends.
pub(crate) fn end_of_source(body: &request::Body) -> Option<u64> {
    let request::Body::Parts(parts) = body else {
        return None;
    };
    parts.iter().find_map(|part| match part {
        Part::Source(source) => Some(source.range.end),
        Part::Bytes(_) => None,
    })
}
