//! Content as it comes.

use std::{fmt, pin::Pin, time::Duration};

use box_core::error::{Error, ErrorKind};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, future::ready, stream};
use js_sys::{IteratorNext, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, Response};

use crate::{abort::Abort, gate::Entered, pace::paced, platform::lost};

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>>>>;

/// Chunks that stay where they are.
pub(crate) type ChunkStream = Pin<Box<dyn Stream<Item = Result<Uint8Array, Error>>>>;

/// Content that is read here, or handed to JavaScript as it is. Dropping it ends the request.
///
/// Content that a call hands over ends with an error of kind `Timeout` when it stands still, see
/// [`Timeouts`](crate::Timeouts), unless JavaScript reads it.
pub struct Body {
    kind: Kind,
    idle: Option<Duration>,
    entered: Option<Entered>,
}

enum Kind {
    Response(Response, Abort),
    Bytes(Bytes),
    Stream(ByteStream),
}

impl Body {
    pub(crate) fn new(response: Response, abort: Abort) -> Self {
        Self::of(Kind::Response(response, abort))
    }

    /// Bytes that come from elsewhere, for a layer that replaces the body of a reply.
    pub fn from_stream(bytes: impl Stream<Item = Result<Bytes, Error>> + 'static) -> Self {
        Self::of(Kind::Stream(Box::pin(bytes)))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, idle: None, entered: None }
    }

    /// Ends it when it stands still for so long.
    pub(crate) fn with_idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// Lets it hold a place until its end.
    pub(crate) fn inside(mut self, entered: Entered) -> Self {
        self.entered = Some(entered);
        self
    }

    /// The platform's object, for `blob()`, `json()` or `pipeTo`. From here on dropping ends nothing.
    ///
    /// # Errors
    /// `Unsupported` if a layer has replaced the body by a stream of its own, `Internal` if the platform can't make an
    /// object.
    pub fn into_response(self) -> Result<Response, Error> {
        match self.kind {
            Kind::Response(response, abort) => {
                abort.release();
                Ok(response)
            }
            Kind::Bytes(bytes) => {
                let array = Uint8Array::from(&*bytes);
                let response = Response::new_with_opt_js_u8_array(Some(&array));
                response.map_err(|_| Error::internal("the platform makes no response"))
            }
            Kind::Stream(_) => {
                let why = "a layer has replaced the body: it can be read here only";
                Err(Error::new(ErrorKind::Unsupported, why))
            }
        }
    }

    /// The bytes. A body that is cut off ends with an error.
    pub fn chunks(self) -> ByteStream {
        let Self { kind, idle, entered } = self;
        match kind {
            Kind::Bytes(bytes) => Box::pin(stream::once(ready(Ok(bytes)))),
            Kind::Stream(bytes) => guarded(bytes, idle, entered, |bytes| bytes.len() as u64),
            kind @ Kind::Response(..) => {
                let pieces = Self { kind, idle, entered }.pieces();
                Box::pin(pieces.map(|piece| piece.map(|piece| Bytes::from(piece.to_vec()))))
            }
        }
    }

    /// The bytes, without copying them out of JavaScript.
    pub(crate) fn pieces(self) -> ChunkStream {
        let Self { kind, idle, entered } = self;
        let pieces = match kind {
            Kind::Bytes(bytes) => return Box::pin(stream::once(ready(Ok(Uint8Array::from(&*bytes))))),
            Kind::Stream(bytes) => Box::pin(bytes.map(|bytes| bytes.map(|bytes| Uint8Array::from(&*bytes)))),
            Kind::Response(response, abort) => match response.body() {
                Some(body) => pieces(&body, abort),
                None => return Box::pin(stream::empty()),
            },
        };
        guarded(pieces, idle, entered, |piece| piece.length().into())
    }
}

impl From<Response> for Body {
    /// A body of the platform's, for a layer that answers itself.
    fn from(response: Response) -> Self {
        Self::new(response, Abort::nothing())
    }
}

impl From<Bytes> for Body {
    /// Bytes in memory.
    fn from(bytes: Bytes) -> Self {
        Self::of(Kind::Bytes(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Response(..) => "Body(response)",
            Kind::Bytes(_) => "Body(bytes)",
            Kind::Stream(_) => "Body(stream)",
        })
    }
}

fn guarded<T: 'static>(
    mut body: Pin<Box<dyn Stream<Item = Result<T, Error>>>>,
    idle: Option<Duration>,
    entered: Option<Entered>,
    length: fn(&T) -> u64,
) -> Pin<Box<dyn Stream<Item = Result<T, Error>>>> {
    if let Some(idle) = idle {
        body = paced(body, idle, length);
    }
    match entered {
        Some(entered) => entered.stream(body),
        None => body,
    }
}

/// Reads a stream of the platform.
pub(crate) fn pieces(body: &ReadableStream, abort: Abort) -> ChunkStream {
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let chunks = stream::try_unfold((reader, abort), |(reader, abort)| async move {
        loop {
            let read = JsFuture::from(reader.read()).await;
            let read: IteratorNext = read.map_err(|thrown| lost(&thrown))?.unchecked_into();
            if read.done() {
                abort.release();
                return Ok(None);
            }
            let chunk: Uint8Array = read.value().unchecked_into();
            // An empty chunk says nothing.
            if chunk.length() > 0 {
                return Ok(Some((chunk, (reader, abort))));
            }
        }
    });
    Box::pin(chunks)
}
