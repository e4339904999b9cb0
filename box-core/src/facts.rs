//! What the machines read of replies: few members, by name, without the models around them. A program that hands
//! its replies on unread carries no model.

use serde_json::Value;

use crate::{decode, error::Error, reply::Reply};

/// A JSON object of which some members are read, as leniently as in models.
#[derive(Debug)]
pub(crate) struct Facts(Value);

impl Facts {
    /// # Errors
    /// `Decode` when the body isn't a JSON object.
    pub(crate) fn of(reply: &Reply) -> Result<Self, Error> {
        decode::object(reply).map(Self)
    }

    /// Takes an inner object out; an empty one if it is missing.
    pub(crate) fn take(&mut self, name: &str) -> Self {
        Self(self.0.get_mut(name).map(Value::take).unwrap_or_default())
    }

    /// Takes the first of a list out.
    pub(crate) fn take_first(&mut self, name: &str) -> Option<Self> {
        let first = self.0.get_mut(name)?.get_mut(0)?;
        Some(Self(first.take()))
    }

    /// A string, or a number in its place; an empty one counts as missing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.as_i64()?.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// A whole number that isn't negative, however it is written.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        match self.0.get(name)? {
            Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

fn whole(value: f64) -> Option<u64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (value.fract() == 0.0 && (0.0..LIMIT).contains(&value)).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_however_they_come() {
        let cases = [
            (r#"{"m":"12"}"#, Some("12"), Some(12)),
            (r#"{"m":12}"#, Some("12"), Some(12)),
            (r#"{"m":1.2e3}"#, None, Some(1200)),
            (r#"{"m":1.5}"#, None, None),
            (r#"{"m":-1}"#, Some("-1"), None),
            (r#"{"m":""}"#, None, None),
            (r#"{"m":null}"#, None, None),
            (r#"{"m":[1]}"#, None, None),
            ("{}", None, None),
            ("null", None, None),
        ];
        for (json, text, number) in cases {
            let facts = Facts(serde_json::from_str(json).unwrap());
            assert_eq!((facts.text("m").as_deref(), facts.number("m")), (text, number), "{json}");
        }
        let mut facts = Facts(serde_json::from_str(r#"{"o":{"a":1},"l":[{"b":2},{}]}"#).unwrap());
        assert_eq!(facts.take("o").number("a"), Some(1));
        assert_eq!(facts.take_first("l").unwrap().number("b"), Some(2));
        assert!(facts.take("none").text("a").is_none() && facts.take_first("o").is_none());
    }
}
