//! Commands as JavaScript writes them.

use std::{borrow::Cow, time::Duration};

use box_core::{
    error::Error,
    options::{CallOptions, SharedLink},
    time::Timestamp,
    timeouts::Timeouts,
};
use hifijson::{SliceLexer, token::Lex, value};

/// A value of a command.
pub(crate) type Value<'a> = value::Value<&'a str, Cow<'a, str>>;

/// A command: its name, the time, and what it needs besides.
pub(crate) struct Command<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) now: Timestamp,
    values: Vec<Value<'a>>,
}

impl<'a> Command<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let read = |next, lexer: &mut SliceLexer<'a>| value::parse_bounded(8, next, lexer);
        let mut values = match SliceLexer::new(bytes).exactly_one(Lex::ws_peek, read) {
            Ok(Value::Array(values)) => values,
            _ => Vec::new(),
        };
        let mut take = |at: usize| values.get_mut(at).map(|value| std::mem::replace(value, Value::Null));
        let (Some(Value::String(name)), Some(now)) = (take(0), take(1)) else {
            return Err(Error::invalid("a value that is no Unicode text"));
        };
        Ok(Self { name, now: Timestamp(number(&now).unwrap_or_default()), values })
    }

    /// The n-th value after the time.
    pub(crate) fn value(&self, at: usize) -> &Value<'a> {
        self.values.get(at + 2).unwrap_or(&Value::Null)
    }

    pub(crate) fn text(&self, at: usize) -> Option<&str> {
        text(self.value(at))
    }

    /// A number that JavaScript gives as the name of something.
    pub(crate) fn id(&self, at: usize) -> u32 {
        number(self.value(at)).and_then(|id| u32::try_from(id).ok()).unwrap_or(u32::MAX)
    }
}

pub(crate) fn text<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A whole number, without its fraction if it has one.
pub(crate) fn number(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Number((number, _)) => number.split('.').next()?.parse().ok(),
        _ => None,
    }
}

pub(crate) fn member<'v, 'a>(object: &'v Value<'a>, name: &str) -> &'v Value<'a> {
    let Value::Object(members) = object else {
        return &Value::Null;
    };
    members.iter().find(|(n, _)| n == name).map_or(&Value::Null, |(_, value)| value)
}

pub(crate) fn list<'v, 'a>(value: &'v Value<'a>) -> &'v [Value<'a>] {
    match value {
        Value::Array(values) => values,
        _ => &[],
    }
}

/// Texts that come in pairs.
pub(crate) fn pairs(value: &Value<'_>) -> impl Iterator<Item = (String, String)> {
    list(value).iter().filter_map(|pair| match list(pair) {
        [name, value] => Some((string(name)?, string(value)?)),
        _ => None,
    })
}

/// A text, or a number in its place: JavaScript takes the two lightly.
fn string(value: &Value<'_>) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone().into_owned()),
        Value::Number((number, _)) => Some((*number).to_owned()),
        _ => None,
    }
}

pub(crate) fn owned(object: &Value<'_>, name: &str) -> Option<String> {
    string(member(object, name))
}

pub(crate) fn flag(object: &Value<'_>, name: &str) -> bool {
    flag_of(member(object, name))
}

pub(crate) fn flag_of(value: &Value<'_>) -> bool {
    matches!(value, Value::Bool(true))
}

pub(crate) fn count(object: &Value<'_>, name: &str) -> Option<u32> {
    number(member(object, name)).map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}

pub(crate) fn millis(object: &Value<'_>, name: &str) -> Option<Duration> {
    number(member(object, name)).map(Duration::from_millis)
}

/// What a caller sets for one call: its own options first, then those of its client and of the clients behind that.
pub(crate) fn call_options(layers: &[Value<'_>]) -> CallOptions {
    layers
        .iter()
        .rev()
        .fold(CallOptions::default(), |behind, layer| options(layer, behind.timeouts).or(&behind))
}

fn options(layer: &Value<'_>, behind: Option<Timeouts>) -> CallOptions {
    let mut options = CallOptions::default();
    options.timeout = millis(layer, "timeout");
    options.as_user = owned(layer, "asUser");
    options.endpoint = owned(layer, "endpoint");
    options.if_match = owned(layer, "ifMatch");
    options.if_none_match = owned(layer, "ifNoneMatch");
    options.read_only = flag(layer, "readOnly");
    options.suppress_notifications = flag(layer, "suppressNotifications");
    options.max_attempts = count(layer, "maxAttempts");
    options.timeouts = timeouts(member(layer, "timeouts"), behind);
    let (url, password) = (owned(layer, "sharedLink"), owned(layer, "sharedLinkPassword"));
    options.shared_link = url.map(|url| {
        let link = SharedLink::new(url);
        match password {
            Some(password) => link.with_password(password),
            None => link,
        }
    });
    for (name, value) in pairs(member(layer, "headers")) {
        options.headers.set(name, value);
    }
    options
}

/// Limits of time: what isn't said is as it was.
fn timeouts(given: &Value<'_>, behind: Option<Timeouts>) -> Option<Timeouts> {
    if !matches!(given, Value::Object(_)) {
        return None;
    }
    let mut timeouts = behind.unwrap_or_default();
    let set = |name, limit: &mut Duration| *limit = millis(given, name).unwrap_or(*limit);
    set("firstByte", &mut timeouts.first_byte);
    set("firstByteOfWrite", &mut timeouts.first_byte_of_write);
    set("idle", &mut timeouts.idle);
    timeouts.total = millis(given, "total").or(timeouts.total);
    Some(timeouts)
}
