//! Any text: it is taken iff serde_json takes it, and is the same value.
#![no_main]

#[path = "../../../box-core/tests/documents/codec.rs"]
#[allow(dead_code, reason = "the other target uses it")]
mod codec;
#[path = "../../../box-core/tests/properties/mod.rs"]
mod properties;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| properties::hold_for_text(text));
