//! One request by `XMLHttpRequest`, which tells how much of a body has gone out; `fetch` doesn't.

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::Head,
    request::{self, Part, Request},
};
use futures_channel::oneshot;
use futures_util::future::LocalBoxFuture;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Blob, ProgressEvent, Response, ResponseInit, XmlHttpRequest, XmlHttpRequestResponseType};

use crate::{
    abort::Abort,
    body::Body,
    fetch, platform,
    transport::{Cargo, Incoming},
};

/// Whether the platform has it: pages and their workers do, service workers and servers don't.
pub(crate) fn is_here() -> bool {
    platform::global("XMLHttpRequest").is_function()
}

pub(crate) fn send(
    request: Request,
    cargo: Cargo<'_>,
) -> Result<LocalBoxFuture<'static, Result<Incoming, Error>>, Error> {
    let failed = |_| Error::new(ErrorKind::Unsupported, "the request can't be sent");
    let xhr = Aborted(XmlHttpRequest::new().map_err(failed)?);
    xhr.0.open_with_async(request.method, &request.url, true).map_err(failed)?;
    xhr.0.set_response_type(XmlHttpRequestResponseType::Blob);
    for (name, value) in request.headers.iter() {
        xhr.0.set_request_header(name, value).map_err(failed)?;
    }
    let (before, range) = place(&request.body);
    let body = fetch::content(request.body, cargo)?;
    let meter = cargo.meter.cloned();
    Ok(Box::pin(async move {
        let watch = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            if let (Some(meter), Some((start, end))) = (&meter, range) {
                meter(start.saturating_add(whole(event.loaded()).saturating_sub(before)).min(end));
            }
        });
        let (sender, ended) = oneshot::channel();
        let end = Closure::once(move || {
            // The caller may have gone.
            let _ = sender.send(());
        });
        xhr.0.upload().map_err(failed)?.set_onprogress(Some(watch.as_ref().unchecked_ref()));
        xhr.0.set_onloadend(Some(end.as_ref().unchecked_ref()));
        let body: Option<Blob> = body.map(JsCast::unchecked_into);
        xhr.0.send_with_opt_blob(body.as_ref()).map_err(failed)?;
        // Never cancelled: the request holds the sender.
        let _ = ended.await;
        answer(&xhr.0)
    }))
}

/// Ends its request when it is dropped; one that is over stays as it is.
struct Aborted(XmlHttpRequest);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.set_onloadend(None);
        let _ = self.0.abort();
    }
}

fn answer(xhr: &XmlHttpRequest) -> Result<Incoming, Error> {
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
    Ok(Incoming { head: Head { status, headers }, body: Body::new(response, Abort::nothing()) })
}

/// The bytes of a body before its source, and the range of the source in it.
fn place(body: &request::Body) -> (u64, Option<(u64, u64)>) {
    let mut before = 0;
    if let request::Body::Parts(parts) = body {
        for part in parts {
            match part {
                Part::Bytes(bytes) => before += bytes.len() as u64,
                Part::Source(source) => return (before, Some((source.range.start, source.range.end))),
            }
        }
    }
    (before, None)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole bytes; the cast saturates"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
