//! A body on its way, and how far it is.

use std::{cell::Cell, rc::Rc};

use box_core::{
    error::{Error, ErrorKind},
    request::{Body, Part, Request},
};
use js_sys::{Array, Uint8Array};
use web_sys::Blob;

use crate::{
    source::OpenSource,
    transport::{HttpBody, HttpRequest},
};

/// What a request's body may need besides itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cargo<'a> {
    /// The source to which it refers.
    pub(crate) source: Option<&'a OpenSource>,
    /// Told how much of the source has gone out.
    pub(crate) meter: Option<&'a Meter>,
}

/// Told a position in a source.
pub(crate) type Meter = Rc<dyn Fn(u64)>;

/// Told how much of a request's body has gone out.
pub(crate) struct Outgoing {
    sent: Rc<Cell<u64>>,
    meter: Option<Meter>,
    place: Option<Place>,
}

/// Where a source is in a body.
struct Place {
    /// Bytes of the body before it.
    before: u64,
    start: u64,
    end: u64,
}

impl Outgoing {
    /// So many bytes of the body have gone out.
    pub(crate) fn moved(&self, bytes: u64) {
        self.sent.set(bytes);
        if let Some(Place { before, start, end }) = &self.place {
            self.tell(start.saturating_add(bytes.saturating_sub(*before)).min(*end));
        }
    }

    /// Nobody will see how far the body is.
    pub(crate) fn unseen(&self) {
        self.sent.set(u64::MAX);
    }

    /// All of it was taken.
    pub(crate) fn taken(&self) {
        if let Some(place) = &self.place {
            self.tell(place.end);
        }
    }

    fn tell(&self, position: u64) {
        if let Some(meter) = &self.meter {
            meter(position);
        }
    }
}

impl Drop for Outgoing {
    /// What nobody watches any more may have gone out to its end: the last that was told may be older than a loss.
    fn drop(&mut self) {
        self.unseen();
    }
}

/// A request as transports take it. `sent` will hold how many bytes of its body have gone out.
pub(crate) fn on_the_wire(
    request: Request,
    cargo: Cargo<'_>,
    sent: &Rc<Cell<u64>>,
) -> Result<HttpRequest, Error> {
    let (meter, place) = (cargo.meter.cloned(), place(&request.body));
    let outgoing = Outgoing { sent: Rc::clone(sent), meter, place };
    let body = match request.body {
        Body::Empty => HttpBody::Empty,
        Body::Bytes(bytes) => HttpBody::Bytes(bytes),
        Body::Parts(parts) => HttpBody::Blob(joined(parts, cargo)?),
    };
    let mut out = HttpRequest::new(request.method, request.url);
    (out.headers, out.body, out.outgoing) = (request.headers, body, Some(outgoing));
    let about = request.about;
    (out.operation, out.url_template, out.resend_count) =
        (about.operation, about.url_template, about.resend_count);
    Ok(out)
}

/// What comes of a source is a slice of it, not a copy.
fn joined(parts: Vec<Part>, cargo: Cargo<'_>) -> Result<Blob, Error> {
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
    blob.map_err(|_| Error::new(ErrorKind::Unsupported, "the platform has no Blob"))
}

fn place(body: &Body) -> Option<Place> {
    let Body::Parts(parts) = body else {
        return None;
    };
    let mut before = 0;
    for part in parts {
        match part {
            Part::Bytes(bytes) => before += bytes.len() as u64,
            Part::Source(source) => {
                let (start, end) = (source.range.start, source.range.end);
                return Some(Place { before, start, end });
            }
        }
    }
    None
}
