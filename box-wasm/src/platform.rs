//! The global functions of the platform. They are not methods of `Window`: workers and servers have them too.

use box_core::error::{Error, ErrorKind};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, RequestInit};

#[wasm_bindgen]
extern "C" {
    /// Rejects and never throws.
    pub(crate) fn fetch(url: &str, init: &RequestInit) -> Promise;

    /// The timer is a number in a browser and an object in Node.
    #[wasm_bindgen(js_name = setTimeout)]
    pub(crate) fn set_timeout(call: &Function, millis: i32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    pub(crate) fn clear_timeout(timer: &JsValue);

    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &Uint8Array) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = digest)]
    fn subtle_digest(algorithm: &str, data: &JsValue) -> Result<Promise, JsValue>;
}

/// Bytes from the platform's source of randomness.
pub(crate) fn entropy<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let array = Uint8Array::new_with_length(u32::try_from(N).unwrap_or_default());
    get_random_values(&array)
        .map_err(|thrown| Error::internal(reason("the platform gives no randomness", &thrown)))?;
    array.copy_to(&mut bytes);
    Ok(bytes)
}

/// Whether this is a page or a worker of one: it has an address, and the platform guards what it may read. Servers
/// have none, and read everything.
pub(crate) fn is_page() -> bool {
    global("location").is_object()
}

/// A global object or function, `undefined` where there is none.
pub(crate) fn global(name: &str) -> JsValue {
    member(&js_sys::global(), name)
}

/// A member of an object, `undefined` where there is none.
pub(crate) fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// All bytes of a `Blob`.
pub(crate) async fn read(blob: &Blob) -> Result<JsValue, Error> {
    JsFuture::from(blob.array_buffer()).await.map_err(|thrown| unreadable(&thrown))
}

/// SHA-1 in one go, off this thread; `None` where the platform has none, as outside of secure contexts.
pub(crate) async fn sha1(data: &JsValue) -> Option<[u8; 20]> {
    if !member(&global("crypto"), "subtle").is_object() {
        return None;
    }
    let digest = JsFuture::from(subtle_digest("SHA-1", data).ok()?).await.ok()?;
    Uint8Array::new(&digest).to_vec().try_into().ok()
}

/// The error of a request, or a reply, that was lost.
pub(crate) fn lost(thrown: &JsValue) -> Error {
    Error::new(ErrorKind::Transport, reason("the connection was lost", thrown))
}

/// The error of a source that can't be read.
pub(crate) fn unreadable(thrown: &JsValue) -> Error {
    Error::new(ErrorKind::Io, reason("the source can't be read", thrown))
}

/// A sentence with what JavaScript threw. Some platforms write the URL into the message, and a URL may be as good
/// as a token: of such an error only the name is told.
pub(crate) fn reason(what: &str, thrown: &JsValue) -> String {
    let text = |name: &str| member(thrown, name).as_string();
    let message = thrown.as_string().or_else(|| text("message")).filter(|message| !message.contains("://"));
    match message.or_else(|| text("name")) {
        Some(why) => [what, ": ", &why].concat(),
        None => what.to_owned(),
    }
}
