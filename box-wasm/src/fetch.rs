//! One request by `fetch`.

use box_core::{error::Error, headers::Headers, reply::Head};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, RequestRedirect, Response};

use crate::{
    abort::Abort,
    body::Body,
    platform,
    transport::{HttpBody, HttpReply, HttpRequest, TransportError},
};

pub(crate) async fn send(request: HttpRequest, follows_redirects: bool) -> Result<HttpReply, TransportError> {
    let HttpRequest { url, outgoing, .. } = &request;
    if let Some(outgoing) = outgoing {
        outgoing.unseen();
    }
    let (abort, signal) = Abort::new().map_err(TransportError::before_sending)?;
    let init = init(&request, follows_redirects).map_err(TransportError::before_sending)?;
    init.set_signal(Some(&signal));
    let response = JsFuture::from(platform::fetch(url, &init)).await;
    // The platform doesn't tell a refused connection from a lost reply.
    let response = response.map_err(|thrown| TransportError::after_sending(platform::lost(&thrown)))?;
    let response: Response = response.unchecked_into();
    if let (Some(outgoing), true) = (outgoing, response.ok()) {
        outgoing.taken();
    }
    let head = Head { status: response.status(), headers: readable(&response.headers()) };
    Ok(HttpReply { head, body: Body::new(response, abort) })
}

fn init(request: &HttpRequest, follows_redirects: bool) -> Result<RequestInit, Error> {
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_headers_headers(&fields(&request.headers)?);
    if follows_redirects {
        // A browser's cache lets equal requests wait for each other, and Box forbids to cache what it answers.
        init.set_cache(RequestCache::NoStore);
    } else {
        init.set_redirect(RequestRedirect::Manual);
    }
    match &request.body {
        HttpBody::Empty => {}
        HttpBody::Bytes(bytes) => init.set_body(&JsValue::from(Uint8Array::from(&**bytes))),
        HttpBody::Blob(blob) => init.set_body(blob),
    }
    Ok(init)
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
