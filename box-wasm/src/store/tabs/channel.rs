//! What tabs tell each other.

use box_core::session::Tokens;
use js_sys::Function;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

use crate::platform::{global, member};

/// One message.
#[derive(Serialize, Deserialize)]
pub(super) enum Message {
    /// There are new tokens.
    New(Tokens),
    /// Who has newer ones than these?
    Ask { newer_than: u64 },
}

#[wasm_bindgen]
extern "C" {
    type BroadcastChannel;

    #[wasm_bindgen(constructor, catch)]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;

    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post(this: &BroadcastChannel, message: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn set_listener(this: &BroadcastChannel, listener: Option<&Function>);

    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);
}

/// The channel of a name, until it is dropped.
pub(super) struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn FnMut(JsValue)>,
}

impl Channel {
    /// None where the platform has no channels.
    pub(super) fn open(name: &str, heard: impl Fn(Message) + 'static) -> Option<Self> {
        if !global("BroadcastChannel").is_function() {
            return None;
        }
        let channel = BroadcastChannel::new(&["box-wasm tokens ", name].concat()).ok()?;
        let listener = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            // What others than this library say on the channel is none of ours.
            let message = member(&event, "data").as_string();
            if let Some(message) = message.and_then(|text| serde_json::from_str(&text).ok()) {
                heard(message);
            }
        });
        channel.set_listener(Some(listener.as_ref().unchecked_ref()));
        // A server's process would wait for messages for ever.
        if let Ok(unref) = member(&channel, "unref").dyn_into::<Function>() {
            let _ = unref.call0(&channel);
        }
        Some(Self { channel, _listener: listener })
    }

    pub(super) fn post(&self, message: &Message) {
        if let Ok(text) = serde_json::to_string(message) {
            // A channel that fails leaves each tab to itself.
            let _ = self.channel.post(&text);
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_listener(None);
        self.channel.close();
    }
}
