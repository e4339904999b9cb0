//! JSON text, for what is too small for a library: values of replies that are handed on, and outputs of an engine.

use hifijson::value::Value;

/// A string as JSON text (RFC 8259, section 7).
pub fn string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    write_string(&mut json, text);
    json
}

pub(crate) fn write_string(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\0'..='\x1f' => {
                let hex = |digit: u32| char::from_digit(digit, 16).unwrap_or_default();
                json.push_str("\\u00");
                json.extend([hex(u32::from(c) >> 4), hex(u32::from(c) & 15)]);
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

/// An object of members whose values are JSON text, sorted by name, so that a request is the same bytes in every run.
pub(crate) fn write_object(json: &mut String, unsorted: Vec<(String, String)>) {
    // They are few, and the library's ways of sorting are large.
    let mut members: Vec<(String, String)> = Vec::with_capacity(unsorted.len());
    for member in unsorted {
        members.insert(members.partition_point(|known| *known <= member), member);
    }
    json.push('{');
    for (n, (name, value)) in members.iter().enumerate() {
        json.push_str(if n == 0 { "" } else { "," });
        write_string(json, name);
        json.push(':');
        json.push_str(value);
    }
    json.push('}');
}

/// A value as JSON text. Numbers stay as they were written.
pub(crate) fn write<S: AsRef<str>>(json: &mut String, value: &Value<&str, S>) {
    match value {
        Value::Null => json.push_str("null"),
        Value::Bool(true) => json.push_str("true"),
        Value::Bool(false) => json.push_str("false"),
        Value::Number((number, _)) => json.push_str(number),
        Value::String(text) => write_string(json, text.as_ref()),
        Value::Array(values) => {
            json.push('[');
            for (n, value) in values.iter().enumerate() {
                json.push_str(if n == 0 { "" } else { "," });
                write(json, value);
            }
            json.push(']');
        }
        Value::Object(members) => {
            json.push('{');
            for (n, (name, value)) in members.iter().enumerate() {
                json.push_str(if n == 0 { "" } else { "," });
                write_string(json, name.as_ref());
                json.push(':');
                write(json, value);
            }
            json.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        for c in ('\0'..='\u{a0}').chain(['\u{2028}', '\u{ffff}', '\u{1f600}']) {
            let text = format!("a{c}b");
            assert_eq!(serde_json::from_str::<String>(&string(&text)).unwrap(), text, "{c:?}");
        }
    }
}
