//! Any text as any model: it never panics, takes every object, and what it writes comes back as it is.
#![no_main]

#[path = "../../../box-core/tests/documents/codec.rs"]
#[allow(dead_code, reason = "a test uses the rest")]
mod codec;
#[path = "../../../box-core/tests/generated/models.rs"]
#[rustfmt::skip]
#[allow(dead_code, reason = "a test uses the rest")]
mod models;
#[path = "../../../box-core/tests/properties/mod.rs"]
mod properties;

use codec::Codec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &str)| {
    let (number, text) = input;
    let at = usize::from(number) % models::MODELS.len();
    properties::hold_for_model(&models::MODELS[at], text);
});
