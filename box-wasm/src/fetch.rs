//! One request by `fetch`, which follows redirects itself.

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::Head,
    request::{self, Part, Request},
};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, RequestInit, Response};

use crate::{abort::Abort, body::Body, platform};

/// A request as the platform takes it.
pub(crate) struct Outgoing {
    url: String,
    init: RequestInit,
    abort: Abort,
}

/// A reply whose body is still to come.
pub(crate) struct Incoming {
    pub(crate) head: Head,
    pub(crate) body: Body,
}

impl Outgoing {
    /// # Errors
    /// `InvalidInput` for a header field that can't be sent, `Unsupported` for a body that can't.
    pub(crate) fn new(request: Request) -> Result<Self, Error> {
        let (abort, signal) = Abort::new()?;
        let init = RequestInit::new();
        init.set_method(request.method);
        init.set_headers_headers(&fields(&request.headers)?);
        init.set_signal(Some(&signal));
        if let Some(body) = content(request.body)? {
            init.set_body(&body);
        }
        Ok(Self { url: request.url, init, abort })
    }

    /// Sends it; answers as soon as status and header fields are there. Dropping the future ends the request.
    pub(crate) async fn send(self) -> Result<Incoming, Error> {
        let response = JsFuture::from(platform::fetch(&self.url, &self.init)).await;
        let response: Response = response.map_err(|thrown| platform::lost(&thrown))?.unchecked_into();
        let head = Head { status: response.status(), headers: readable(&response.headers()) };
        let body = Body::new(response, self.abort);
        Ok(Incoming { head, body })
    }
}

fn fields(headers: &Headers) -> Result<web_sys::Headers, Error> {
    let fields =
        web_sys::Headers::new().map_err(|_| Error::internal("the platform gives no header fields"))?;
    for (name, value) in headers.iter() {
        fields.set(name, value).map_err(|_| Error::invalid(format!("the header `{name}` can't be sent")))?;
    }
    Ok(fields)
}

/// The fields that the platform shows.
fn readable(fields: &web_sys::Headers) -> Headers {
    let pairs = js_sys::try_iter(fields).ok().flatten();
    let pairs = pairs.into_iter().flatten().filter_map(|pair| {
        let pair: Array = pair.ok()?.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    pairs.collect()
}

fn content(body: request::Body) -> Result<Option<JsValue>, Error> {
    let parts = match body {
        request::Body::Empty => return Ok(None),
        request::Body::Bytes(bytes) => return Ok(Some(Uint8Array::from(&*bytes).into())),
        request::Body::Parts(parts) => parts,
    };
    let pieces = Array::new();
    for part in parts {
        match part {
            Part::Bytes(bytes) => pieces.push(&Uint8Array::from(&*bytes)),
            Part::Source(_) => return Err(unsupported("a source can't be sent yet")),
        };
    }
    let blob = Blob::new_with_u8_array_sequence(&pieces);
    Ok(Some(blob.map_err(|_| unsupported("the platform has no Blob"))?.into()))
}

fn unsupported(what: &str) -> Error {
    Error::new(ErrorKind::Unsupported, what)
}
