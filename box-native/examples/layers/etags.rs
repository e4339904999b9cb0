//! A layer that remembers what it has read, and asks Box only whether it has changed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use box_native::transport::{BoxFuture, ByteStream, HttpReply, HttpRequest, Layer, Next, TransportError};
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};

/// Replies of some operations, kept under the etag that stands in them.
///
/// An operation should be one whose etag covers all that is asked for, such as `files.get`: a folder keeps its etag
/// when the items in it change.
pub(crate) struct Etags {
    operations: &'static [&'static str],
    kept: Arc<Mutex<BTreeMap<String, Kept>>>,
}

#[derive(Clone)]
struct Kept {
    etag: String,
    body: Bytes,
}

/// When there are more, all are forgotten.
const MOST: usize = 1000;

impl Etags {
    pub(crate) fn of(operations: &'static [&'static str]) -> Self {
        Self { operations, kept: Arc::default() }
    }
}

impl Layer for Etags {
    fn handle(
        &self,
        mut request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let asked = request.headers.get("if-none-match").is_some();
        if request.method != "GET" || asked || !self.operations.contains(&request.operation) {
            return next.send(request);
        }
        let (place, memory) = (place(&request), Arc::clone(&self.kept));
        let known = memory.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        if let Some(known) = &known {
            request.headers.set("if-none-match", known.etag.clone());
        }
        Box::pin(async move {
            let mut reply = next.send(request).await?;
            match known {
                Some(known) if reply.head.status == 304 => {
                    reply.head.status = 200;
                    reply.head.headers.set("content-type", "application/json");
                    reply.body = whole(known.body);
                }
                _ if reply.head.status == 200 => {
                    let body = read(reply.body).await?;
                    if let Some(etag) = etag(&body) {
                        let mut kept = memory.lock().unwrap_or_else(PoisonError::into_inner);
                        if kept.len() >= MOST {
                            kept.clear();
                        }
                        kept.insert(place, Kept { etag, body: body.clone() });
                    }
                    reply.body = whole(body);
                }
                _ => {}
            }
            Ok(reply)
        })
    }
}

/// What makes two requests the same: what they ask for, and on whose behalf. Only Box knows whether the token's
/// owner may read it, and is asked every time.
fn place(request: &HttpRequest) -> String {
    let mut place = request.url.clone();
    for (name, value) in request.headers.iter().filter(|(name, _)| *name != "authorization") {
        place += &format!("\n{name}: {value}");
    }
    place
}

async fn read(mut body: ByteStream) -> Result<Bytes, TransportError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.try_next().await.map_err(TransportError::after_sending)? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

fn whole(bytes: Bytes) -> ByteStream {
    Box::pin(stream::once(async { Ok(bytes) }))
}

fn etag(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(body.get("etag")?.as_str()?.to_owned())
}
