//! One request by `XMLHttpRequest`, which tells how much of a body has gone out; `fetch` doesn't.

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::Head,
};
use futures_channel::oneshot;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, ProgressEvent, Response, ResponseInit, XmlHttpRequest, XmlHttpRequestResponseType};

use crate::{
    abort::Abort,
    body::Body,
    platform,
    transport::{HttpBody, HttpReply, HttpRequest, TransportError},
};

/// Whether the platform has it: pages and their workers do, service workers and servers don't.
pub(crate) fn is_here() -> bool {
    platform::global("XMLHttpRequest").is_function()
}

pub(crate) async fn send(request: HttpRequest) -> Result<HttpReply, TransportError> {
    let HttpRequest { method, url, headers, body, outgoing, .. } = request;
    let xhr = Aborted(XmlHttpRequest::new().map_err(unsendable)?);
    xhr.0.open_with_async(method, &url, true).map_err(unsendable)?;
    xhr.0.set_response_type(XmlHttpRequestResponseType::Blob);
    for (name, value) in headers.iter() {
        xhr.0.set_request_header(name, value).map_err(unsendable)?;
    }
    let watch = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if let Some(outgoing) = &outgoing {
            outgoing.moved(whole(event.loaded()));
        }
    });
    let (sender, ended) = oneshot::channel();
    let end = Closure::once(move || {
        // The caller may have gone.
        let _ = sender.send(());
    });
    let upload = xhr.0.upload().map_err(unsendable)?;
    upload.set_onprogress(Some(watch.as_ref().unchecked_ref()));
    upload.set_onload(Some(watch.as_ref().unchecked_ref()));
    xhr.0.set_onloadend(Some(end.as_ref().unchecked_ref()));
    let body = match body {
        HttpBody::Blob(blob) => Some(blob),
        HttpBody::Empty | HttpBody::Bytes(_) => {
            return Err(TransportError::before_sending(Error::internal("such a body goes by `fetch`")));
        }
    };
    xhr.0.send_with_opt_blob(body.as_ref()).map_err(unsendable)?;
    // Never cancelled: the request holds the sender.
    let _ = ended.await;
    answer(&xhr.0).map_err(TransportError::after_sending)
}

/// Ends its request when it is dropped, and tells nobody any more; one that is over stays as it is.
struct Aborted(XmlHttpRequest);

impl Drop for Aborted {
    fn drop(&mut self) {
        if let Ok(upload) = self.0.upload() {
            upload.set_onprogress(None);
            upload.set_onload(None);
        }
        self.0.set_onloadend(None);
        let _ = self.0.abort();
    }
}

fn unsendable(_: JsValue) -> TransportError {
    TransportError::before_sending(Error::new(ErrorKind::Unsupported, "the request can't be sent"))
}

fn answer(xhr: &XmlHttpRequest) -> Result<HttpReply, Error> {
    let status = xhr.status().unwrap_or_default();
    if status == 0 {
        return Err(Error::new(ErrorKind::Transport, "the connection was lost"));
    }
    let mut headers = Headers::new();
    for line in xhr.get_all_response_headers().unwrap_or_default().split("\r\n") {
        if let Some((name, value)) = line.split_once(": ") {
            headers.set(name.to_owned(), value);
        }
    }
    let init = ResponseInit::new();
    init.set_status(status);
    let blob: Option<Blob> = xhr.response().ok().and_then(|body| body.dyn_into().ok());
    // These have no body, and a response refuses one.
    let blob = blob.filter(|_| !matches!(status, 204 | 205 | 304));
    let response = Response::new_with_opt_blob_and_init(blob.as_ref(), &init);
    let response = response.map_err(|_| Error::internal("the platform makes no response"))?;
    Ok(HttpReply { head: Head { status, headers }, body: Body::new(response, Abort::nothing()) })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole bytes; the cast saturates"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
