//! The global functions of the platform. They are not methods of `Window`: workers and servers have them too.

use box_core::error::{Error, ErrorKind};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::RequestInit;

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
}

/// 64 bits of entropy.
pub(crate) fn entropy() -> Result<u64, Error> {
    let array = Uint8Array::new_with_length(8);
    get_random_values(&array)
        .map_err(|thrown| Error::internal(reason("the platform gives no randomness", &thrown)))?;
    let mut bytes = [0; 8];
    array.copy_to(&mut bytes);
    Ok(u64::from_ne_bytes(bytes))
}

/// The error of a request, or a reply, that was lost.
pub(crate) fn lost(thrown: &JsValue) -> Error {
    Error::new(ErrorKind::Transport, reason("the connection was lost", thrown))
}

/// A sentence with what JavaScript threw. Some platforms write the URL into the message, and a URL may be as good
/// as a token: of such an error only the name is told.
fn reason(what: &str, thrown: &JsValue) -> String {
    let text = |name: &str| Reflect::get(thrown, &name.into()).ok()?.as_string();
    let message = text("message").filter(|message| !message.contains("://"));
    match message.or_else(|| text("name")) {
        Some(why) => format!("{what}: {why}"),
        None => what.to_owned(),
    }
}
