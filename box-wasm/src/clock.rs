//! The clock of the platform.

use std::{future::pending, time::Duration};

use box_core::time::Timestamp;
use futures_channel::oneshot;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::platform::{clear_timeout, set_timeout};

/// The time now.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole milliseconds; the cast saturates"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as u64)
}

/// Waits until a time, for ever without one. It may wake early: the longest timer is 24 days, and clocks jump.
pub(crate) async fn sleep_until(time: Option<Timestamp>) {
    match time {
        Some(time) => sleep(time.since(now())).await,
        None => pending().await,
    }
}

/// Waits for some time, or less.
pub(crate) async fn sleep(time: Duration) {
    let (wake, woken) = oneshot::channel();
    let call = Closure::once(move || {
        // The sleeper may have gone.
        let _ = wake.send(());
    });
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let _timer = Timer { id: set_timeout(call.as_ref().unchecked_ref(), millis), _call: call };
    // Never cancelled: the timer holds the sender.
    let _ = woken.await;
}

/// A timer that ends when it is dropped.
struct Timer {
    id: JsValue,
    _call: Closure<dyn FnMut()>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}
