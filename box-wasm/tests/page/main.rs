//! What only a browser can show, over its `fetch`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod cancels;
mod closing;
mod derived;
mod downloads;
mod events;
mod grants;
mod layers;
mod less;
mod limits;
mod lists;
mod lost;
mod slow;
mod stores;
#[path = "../support/mod.rs"]
mod support;
mod tabs;
mod tokens;
mod uploads;
mod workers;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Bytes that differ from place to place.
fn content(len: usize) -> Vec<u8> {
    let byte = |i: usize| ((i % 251) ^ (i >> 12)) & 0xff;
    (0..len).map(|i| u8::try_from(byte(i)).unwrap()).collect()
}
