//! What the machines read of replies: few members, by name, without the models around them. A program that hands
//! its replies on unread carries no model.

use std::borrow::Cow;

use hifijson::{SliceLexer, token::Lex, value};

use crate::{
    error::{Error, ErrorKind},
    json,
    reply::{Content, Reply},
};

type Value<'a> = value::Value<&'a str, Cow<'a, str>>;

/// A JSON object of which some members are read, as leniently as in models.
#[derive(Debug)]
pub(crate) struct Facts<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Facts<'a> {
    /// # Errors
    /// `Decode` when the body isn't a JSON object.
    pub(crate) fn of(reply: &'a Reply) -> Result<Self, Error> {
        let Content::Bytes(bytes) = &reply.content else {
            return Err(Error::internal("the body was handed over, not buffered"));
        };
        Self::read(bytes).ok_or_else(|| {
            Error::new(ErrorKind::Decode, "the reply is not the expected JSON object")
                .with_status(reply.status)
                .with_request_id(reply.headers.get("box-request-id"))
        })
    }

    /// The members of a JSON object, none if it isn't one.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        /// Deeper than anything that Box answers.
        const DEPTH: usize = 64;
        let read = |next, lexer: &mut SliceLexer<'a>| value::parse_bounded(DEPTH, next, lexer);
        match SliceLexer::new(bytes).exactly_one(Lex::ws_peek, read) {
            Ok(Value::Object(members)) => Some(Self(members)),
            _ => None,
        }
    }

    fn member(&mut self, name: &str) -> Option<Value<'a>> {
        let (_, value) = self.0.iter_mut().find(|(n, _)| n == name)?;
        Some(std::mem::replace(value, Value::Null))
    }

    fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Takes an inner object out; an empty one if it is missing.
    pub(crate) fn take(&mut self, name: &str) -> Self {
        match self.member(name) {
            Some(Value::Object(members)) => Self(members),
            _ => Self(Vec::new()),
        }
    }

    /// Takes the first object of a list out.
    pub(crate) fn take_first(&mut self, name: &str) -> Option<Self> {
        match self.member(name)? {
            Value::Array(values) => match values.into_iter().next()? {
                Value::Object(members) => Some(Self(members)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Takes an inner object out, or the first one of a list.
    pub(crate) fn take_one(&mut self, name: &str) -> Option<Self> {
        match self.get(name)? {
            Value::Object(_) => Some(self.take(name)),
            _ => self.take_first(name),
        }
    }

    /// Takes a string out instead of a copy: what is wiped must not lie elsewhere, too.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        match self.member(name)? {
            Value::String(text) if !text.is_empty() => Some(text.into_owned()),
            _ => None,
        }
    }

    /// A string of an inner object.
    pub(crate) fn inner_text(&self, object: &str, name: &str) -> Option<String> {
        match self.get(object)? {
            Value::Object(members) => text(members.iter().find(|(n, _)| n == name).map(|(_, value)| value)?),
            _ => None,
        }
    }

    /// The names of the members.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }

    /// Whether all that another object says is true of this one: what is null there is null or missing here, lists
    /// are of one length, in any order.
    pub(crate) fn carries(&self, wanted: &Facts<'_>) -> bool {
        members_carry(&self.0, &wanted.0)
    }

    /// A string, or a whole number in its place; an empty one counts as missing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?)
    }

    /// A whole number that isn't negative, however it is written.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number((number, _)) => whole(number),
            Value::String(text) => whole(text),
            _ => None,
        }
    }

    /// The object as JSON text, with one member set to a string.
    pub(crate) fn with_text(mut self, name: &'a str, text: &'a str) -> String {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.into(), Value::String(text.into())));
        text_of(&Value::Object(self.0))
    }

    /// A member as JSON text, unless it is null.
    pub(crate) fn json(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !matches!(value, Value::Null)).map(text_of)
    }
}

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone().into_owned()),
        Value::Number((number, _)) if is_whole(number) => Some((*number).to_owned()),
        _ => None,
    }
}

/// Digits, as far as 64 bits hold them.
fn is_whole(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).parse::<u64>().is_ok()
}

type Members<'a> = [(Cow<'a, str>, Value<'a>)];

fn members_carry(found: &Members<'_>, wanted: &Members<'_>) -> bool {
    wanted.iter().all(|(name, wanted)| {
        let found = found.iter().find(|(n, _)| n == name).map_or(&Value::Null, |(_, value)| value);
        carries(found, wanted)
    })
}

fn carries(found: &Value<'_>, wanted: &Value<'_>) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => members_carry(found, wanted),
        (Value::Array(found), Value::Array(wanted)) => {
            let has = |wanted| found.iter().any(|found| carries(found, wanted));
            found.len() == wanted.len() && wanted.iter().all(has)
        }
        (Value::String(text), Value::Number((number, _)))
        | (Value::Number((number, _)), Value::String(text)) => text == number,
        _ => text_of(found) == text_of(wanted),
    }
}

fn text_of(value: &Value<'_>) -> String {
    let mut text = String::new();
    json::write(&mut text, value);
    text
}

/// A number with a fraction or an exponent, where it is whole.
fn whole(text: &str) -> Option<u64> {
    const LONGEST: usize = 20;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
    let zeros = exponent.checked_sub(fraction.len()).filter(|zeros| *zeros < LONGEST)?;
    [whole, fraction, &"0".repeat(zeros)].concat().parse().ok()
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
            (r#"{"m":5.0}"#, None, Some(5)),
            (r#"{"m":"5E+1"}"#, Some("5E+1"), Some(50)),
            (r#"{"m":1.5}"#, None, None),
            (r#"{"m":1e99}"#, None, None),
            (r#"{"m":1e-1}"#, None, None),
            (r#"{"m":"\u00e5\n"}"#, Some("å\n"), None),
            (r#"{"m":-1}"#, Some("-1"), None),
            (r#"{"m":""}"#, None, None),
            (r#"{"m":null}"#, None, None),
            (r#"{"m":[1]}"#, None, None),
            ("{}", None, None),
        ];
        for (json, text, number) in cases {
            let facts = Facts::read(json.as_bytes()).unwrap();
            assert_eq!((facts.text("m").as_deref(), facts.number("m")), (text, number), "{json}");
        }
        let facts = Facts::read(br#"{"o":{"a":1},"l":[{"b":2},{}],"n":null}"#).unwrap();
        assert_eq!(facts.json("o").as_deref(), Some(r#"{"a":1}"#));
        assert_eq!((facts.json("n"), facts.json("x")), (None, None));
        let odd = r#"[{"a\u001b\"":"\u0014\\","b":[1.50,true,false,null,{}]}]"#;
        let body = format!(r#"{{"m":{odd},"o":{{"a":1}},"l":[{{"b":2}}]}}"#);
        let mut facts = Facts::read(body.as_bytes()).unwrap();
        assert_eq!(facts.json("m").as_deref(), Some(odd));
        assert_eq!(facts.take("o").number("a"), Some(1));
        assert_eq!(facts.take_first("l").unwrap().number("b"), Some(2));
        assert!(facts.take("none").text("a").is_none() && facts.take_first("o").is_none());
        let deep = format!("{{\"m\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for wrong in ["", "null", "[]", "[1,2", "{\"m\":1}x", "<html>", &deep] {
            assert!(Facts::read(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }
}
