//! What holds for any text whatever, told by panicking.
#![allow(clippy::panic, reason = "a test fails by panicking, in its helpers too")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use box_core::{
    model::{self, Fault, Reader},
    models::Reference,
};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::codec::{Codec, Ended};

/// How deep lists and objects may lie in each other.
const DEEPEST: usize = 127;

/// We take a text iff it is JSON to serde_json, and find the same in it.
///
/// The one exception is that we take no text that is nested too deeply. `IgnoredAny` stands for JSON, because
/// serde_json takes fewer texts if it shall make values of them: no numbers out of range, no halves of surrogate pairs.
pub(crate) fn hold_for_text(text: &str) {
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let is_deep = is_json && depth(text) > DEEPEST;
    let is_fine = is_json && !is_deep;

    let read = model::read_value::<Value>(text);
    assert_eq!(read.is_ok(), is_fine, "{read:?}: {text}");
    if is_deep {
        assert_eq!(read, Err(Fault::TooDeep), "{text}");
    }
    if let (Ok(expected), Ok(Some(found))) = (serde_json::from_str(text), &read) {
        assert!(is_alike(found, &expected), "{found} is not {expected}: {text}");
    }

    let mut reader = Reader::new(text);
    let white = [' ', '\n', '\t', '\r'];
    let raw = reader.raw().is_ok_and(|raw| raw == text.trim_matches(white));
    assert_eq!(raw, is_fine, "skipped: {text}");

    // As a member that nobody knows, and as one that is known.
    for name in ["what", "id"] {
        let object = format!("{{\"{name}\": {text}}}");
        let is_json = serde_json::from_str::<IgnoredAny>(&object).is_ok() && depth(&object) <= DEEPEST;
        let read = model::read::<Reference>(&object);
        assert_eq!(read.is_ok(), is_json, "{read:?}: {object}");
    }
}

/// A model takes every object, and what it writes comes back as it is.
pub(crate) fn hold_for_model(codec: &Codec, text: &str) {
    let found = codec.round_trip(text);
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok() && depth(text) <= DEEPEST;
    assert_eq!(!matches!(found, Err(Ended::NoJson(_))), is_json, "{} {found:?}: {text}", codec.name);
    if codec.takes_objects && text.trim_start().starts_with('{') {
        assert_ne!(found, Err(Ended::OtherShape), "{}: {text}", codec.name);
    }
    // A member that is there twice isn't any more.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    if let Ok(written) = codec.round_trip(&value.to_string()) {
        let again = codec.round_trip(&written);
        // What wasn't read may be missing where it must not be.
        if written != "null" && !matches!(again, Err(Ended::Refused(_))) {
            assert_eq!(again.as_ref(), Ok(&written), "{}: {text}", codec.name);
        }
    }
}

/// Whether two values are the same but for how fractions are rounded.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| one.0 == other.0 && is_alike(one.1, other.1))
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() => {
            let (one, other) = (one.as_f64().unwrap_or(f64::NAN), other.as_f64().unwrap_or(f64::NAN));
            (one - other).abs() <= one.abs() * 2.0 * f64::EPSILON || (one - other).abs() < f64::MIN_POSITIVE
        }
        _ => one == other,
    }
}

/// How deep lists and objects lie in each other.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut in_string = false;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next(),
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
