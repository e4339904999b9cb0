//! How two values differ, if they aren't the same to us.

use box_core::time::DateTime;
use serde_json::{Number, Value};

/// Members that we write although an example may lack them, because they have one value only.
pub(crate) const CONSTANT: [&str; 3] = ["type", "skill_card_type", "validation_type"];

/// A difference between the value that was read and the one that was written.
#[derive(Debug)]
pub(crate) struct Difference {
    /// As a JSON pointer (RFC 6901).
    pub(crate) at: String,
    pub(crate) what: String,
}

/// The differences between a value that was read and the one that was written.
///
/// Null is as good as nothing, a number is its value, a date-time its instant, and a number may have become a text.
pub(crate) fn differences(read: &Value, written: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(read, written, "", &mut found);
    found
}

fn compare(read: &Value, written: &Value, at: &str, found: &mut Vec<Difference>) {
    let mut tell = |at: String, what: String| found.push(Difference { at, what });
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            for (name, value) in written {
                let may_be = value.is_null() || value.is_string() && CONSTANT.contains(&name.as_str());
                if !may_be && !read.contains_key(name) {
                    tell(inner(at, name), format!("{value} was made up"));
                }
            }
            for (name, value) in read {
                compare(value, written.get(name).unwrap_or(&Value::Null), &inner(at, name), found);
            }
        }
        (Value::Array(read), Value::Array(written)) => {
            let left = |list: &[Value]| list.iter().filter(|value| !value.is_null()).count();
            if left(read) != left(written) {
                return tell(at.to_owned(), format!("{} elements became {}", left(read), left(written)));
            }
            let read = read.iter().enumerate().filter(|(_, value)| !value.is_null());
            let written = written.iter().filter(|value| !value.is_null());
            for ((index, read), written) in read.zip(written) {
                compare(read, written, &inner(at, &index.to_string()), found);
            }
        }
        _ if is_same(read, written) => {}
        _ => tell(at.to_owned(), format!("{read} became {written}")),
    }
}

/// The pointer to something inside.
pub(crate) fn inner(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => is_same_number(one, other),
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            text.parse().is_ok_and(|text| is_same_number(number, &text))
        }
        (Value::Bool(value), Value::String(text)) | (Value::String(text), Value::Bool(value)) => {
            *text == value.to_string()
        }
        (Value::String(one), Value::String(other)) => {
            one == other || DateTime::parse(one).is_some_and(|time| DateTime::parse(other) == Some(time))
        }
        _ => one == other,
    }
}

fn is_same_number(one: &Number, other: &Number) -> bool {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}
