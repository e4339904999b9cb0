//! Content as it comes.

use std::pin::Pin;

use box_core::error::Error;
use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, future::ready, stream};
use js_sys::{IteratorNext, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, Response};

use crate::{abort::Abort, platform::lost};

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>>>>;

/// Chunks that stay where they are.
pub(crate) type ChunkStream = Pin<Box<dyn Stream<Item = Result<Uint8Array, Error>>>>;

/// Content that is read here, or handed to JavaScript as it is. Dropping it ends the request.
#[derive(Debug)]
pub struct Body(Kind);

#[derive(Debug)]
enum Kind {
    Response(Response, Abort),
    /// From a transport that has read all of it.
    #[cfg_attr(not(feature = "reqwest"), expect(dead_code, reason = "fetch hands streams over"))]
    Bytes(Bytes),
}

impl Body {
    pub(crate) fn new(response: Response, abort: Abort) -> Self {
        Self(Kind::Response(response, abort))
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn bytes(bytes: Bytes) -> Self {
        Self(Kind::Bytes(bytes))
    }

    /// The platform's object, for `blob()`, `json()` or `pipeTo`. From here on dropping ends nothing.
    ///
    /// # Errors
    /// `Internal` if the platform can't make one.
    pub fn into_response(self) -> Result<Response, Error> {
        match self.0 {
            Kind::Response(response, abort) => {
                abort.release();
                Ok(response)
            }
            Kind::Bytes(bytes) => {
                let array = Uint8Array::from(&*bytes);
                let response = Response::new_with_opt_js_u8_array(Some(&array));
                response.map_err(|_| Error::internal("the platform makes no response"))
            }
        }
    }

    /// The bytes. A body that is cut off ends with an error.
    pub fn chunks(self) -> ByteStream {
        match self.0 {
            Kind::Bytes(bytes) => Box::pin(stream::once(ready(Ok(bytes)))),
            Kind::Response(..) => {
                Box::pin(self.pieces().map(|piece| piece.map(|piece| Bytes::from(piece.to_vec()))))
            }
        }
    }

    /// The bytes, without copying them out of JavaScript.
    pub(crate) fn pieces(self) -> ChunkStream {
        match self.0 {
            Kind::Bytes(bytes) => Box::pin(stream::once(ready(Ok(Uint8Array::from(&*bytes))))),
            Kind::Response(response, abort) => match response.body() {
                Some(body) => pieces(&body, abort),
                None => Box::pin(stream::empty()),
            },
        }
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
