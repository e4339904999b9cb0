//! A reply, and what a model made of it.

use box_core::time::DateTime;
use serde_json::Value;

use crate::excused::is_excused;

/// What an action lost or changed of its reply, with the place.
pub(crate) fn compare(action: &str, reply: &Value, written: &Value) -> Vec<String> {
    let mut lost = Vec::new();
    values(reply, written, "reply", &mut lost);
    let lost = lost.into_iter().filter(|(place, _)| !is_excused(action, place));
    lost.map(|(place, what)| format!("{place}: {what}")).collect()
}

fn values(reply: &Value, written: &Value, place: &str, lost: &mut Vec<(String, String)>) {
    match (reply, written) {
        (Value::Object(reply), Value::Object(written)) => {
            for (name, value) in reply.iter().filter(|(_, value)| !value.is_null()) {
                let place = format!("{place}.{name}");
                match written.get(name) {
                    Some(found) => values(value, found, &place, lost),
                    None => lost.push((place, format!("{value} was lost"))),
                }
            }
        }
        (Value::Array(reply), Value::Array(written)) if reply.len() == written.len() => {
            for (at, (value, found)) in reply.iter().zip(written).enumerate() {
                values(value, found, &format!("{place}[{at}]"), lost);
            }
        }
        _ if alike(reply, written) => {}
        _ => lost.push((place.to_owned(), format!("{reply} became {written}"))),
    }
}

/// Whether two values say the same: numbers by their value, ids as numbers or text, dates by their instant.
fn alike(reply: &Value, written: &Value) -> bool {
    match (reply, written) {
        (Value::Number(reply), Value::Number(written)) => reply.as_f64() == written.as_f64(),
        (Value::Number(reply), Value::String(written)) => reply.to_string() == *written,
        (Value::String(reply), Value::Number(written)) => *reply == written.to_string(),
        (Value::String(reply), Value::String(written)) => {
            let instant = DateTime::parse;
            reply == written || instant(reply).is_some_and(|found| Some(found) == instant(written))
        }
        _ => reply == written,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn losses_are_found() {
        let check = |reply: Value, written: Value, expected: &[&str]| {
            assert_eq!(compare("files.get", &reply, &written), expected);
        };
        check(json!({"a": 1, "b": null}), json!({"a": 1.0, "c": 2}), &[]);
        check(json!({"a": {"b": 1}}), json!({"a": {}}), &["reply.a.b: 1 was lost"]);
        check(json!({"a": [1, 2]}), json!({"a": [1]}), &["reply.a: [1,2] became [1]"]);
        check(json!([{"a": true}]), json!([{"a": false}]), &["reply[0].a: true became false"]);
        check(json!(["5", 5]), json!([5, "5"]), &[]);
        check(json!("2024-02-29T12:30:00-08:00"), json!("2024-02-29T20:30:00Z"), &[]);
        check(json!({"created_by": [1]}), json!({}), &["reply.created_by: [1] was lost"]);
        check(json!("x"), json!("y"), &["reply: \"x\" became \"y\""]);
        assert_eq!(compare("collaborations.get", &json!({"created_by": [1]}), &json!({})), [""; 0]);
    }
}
