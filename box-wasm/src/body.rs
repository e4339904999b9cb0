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

/// Content that is read here, or handed to JavaScript as it is. Dropping it ends the request.
#[derive(Debug)]
pub struct Body {
    response: Response,
    abort: Abort,
}

impl Body {
    pub(crate) fn new(response: Response, abort: Abort) -> Self {
        Self { response, abort }
    }

    /// The platform's object, for `blob()`, `json()` or `pipeTo`. From here on dropping ends nothing.
    pub fn into_response(self) -> Response {
        self.abort.release();
        self.response
    }

    /// The bytes. A body that is cut off ends with an error.
    pub fn chunks(self) -> ByteStream {
        match self.response.body() {
            Some(body) => read(&body, self.abort),
            None => Box::pin(stream::empty()),
        }
    }
}

fn read(body: &ReadableStream, abort: Abort) -> ByteStream {
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let chunks = stream::try_unfold((reader, abort), |(reader, abort)| async move {
        let read = JsFuture::from(reader.read()).await;
        let read: IteratorNext = read.map_err(|thrown| lost(&thrown))?.unchecked_into();
        if read.done() {
            abort.release();
            return Ok(None);
        }
        let chunk: Uint8Array = read.value().unchecked_into();
        Ok(Some((Bytes::from(chunk.to_vec()), (reader, abort))))
    });
    // An empty chunk says nothing.
    Box::pin(chunks.filter(|chunk| ready(!matches!(chunk, Ok(bytes) if bytes.is_empty()))))
}
