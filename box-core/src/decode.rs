//! The reading rules that all generated models share: lenient where Box is known to vary.

mod nested;

use std::fmt;

pub(crate) use nested::{opt_model, opt_models, opt_unions};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{
    error::{Error, ErrorKind},
    reply::{Content, Reply},
    secret::Secret,
    time::{Date, DateTime},
};

/// Reads a JSON reply.
///
/// # Errors
/// `Decode`, with the status of the reply, when the body isn't the expected JSON.
pub(crate) fn json<T: DeserializeOwned>(reply: &Reply) -> Result<T, Error> {
    let Content::Bytes(bytes) = &reply.content else {
        return Err(Error::internal("the body was handed over, not buffered"));
    };
    serde_json::from_slice(bytes).map_err(|source| {
        // The category and place only: the text of a value may be anybody's.
        let (line, column) = (source.line(), source.column());
        let what = match source.classify() {
            _ if bytes.is_empty() => "an empty body".to_owned(),
            serde_json::error::Category::Eof => "it ends too early".to_owned(),
            category => format!("{category:?} error at line {line}, column {column}"),
        };
        unexpected(reply, &what)
    })
}

/// Reads a JSON reply that must be an object: derived readers would fill their fields from a list, in turn.
///
/// # Errors
/// As [`json`].
pub(crate) fn object<T: DeserializeOwned>(reply: &Reply) -> Result<T, Error> {
    match &reply.content {
        Content::Bytes(bytes) if bytes.trim_ascii_start().starts_with(b"[") => {
            Err(unexpected(reply, "it is a list"))
        }
        _ => json(reply),
    }
}

fn unexpected(reply: &Reply, what: &str) -> Error {
    let message = format!("the reply is not the expected JSON: {what}");
    Error::new(ErrorKind::Decode, message)
        .with_status(reply.status)
        .with_request_id(reply.headers.get("box-request-id"))
}

/// A string that may come as a number or a boolean, as ids and etags do. Null and other shapes are empty.
pub(crate) fn string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(opt_string(deserializer)?.unwrap_or_default())
}

/// As [`string`], with `None` for null and other shapes.
pub(crate) fn opt_string<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Ok(Scalar::deserialize(d)?.into_string())
}

/// Strings that may come as numbers or booleans.
pub(crate) fn opt_strings<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Vec<String>>, D::Error> {
    let scalars = Option::<Vec<Scalar>>::deserialize(d)?;
    Ok(scalars.map(|all| all.into_iter().filter_map(Scalar::into_string).collect()))
}

/// As [`opt_string`], for a secret.
pub(crate) fn opt_secret<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Secret>, D::Error> {
    Ok(opt_string(d)?.map(Secret::new))
}

/// An integer that may come as a float, with an exponent, or in a string.
pub(crate) fn opt_int<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    Ok(Scalar::deserialize(d)?.into_int())
}

/// A number that may come in a string.
#[allow(dead_code, reason = "the table may have no such field at the moment")]
pub(crate) fn opt_float<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    Ok(Scalar::deserialize(d)?.into_float())
}

/// A truth value that may come in a string.
pub(crate) fn opt_bool<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
    let text = Scalar::deserialize(d)?.into_string();
    Ok(text.and_then(|text| text.parse().ok()))
}

/// A date-time; one that can't be read is absent rather than an error.
pub(crate) fn opt_date_time<'de, D: Deserializer<'de>>(d: D) -> Result<Option<DateTime>, D::Error> {
    Ok(opt_string(d)?.and_then(|text| DateTime::parse(&text)))
}

/// A date; one that can't be read is absent rather than an error.
#[allow(dead_code, reason = "the table may have no such field at the moment")]
pub(crate) fn opt_date<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Date>, D::Error> {
    Ok(opt_string(d)?.and_then(|text| Date::parse(&text)))
}

/// A scalar of whatever type; everything else counts as null.
enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

impl Scalar {
    fn into_string(self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Text(value) => Some(value),
        }
    }

    fn into_float(self) -> Option<f64> {
        match self {
            Self::Null | Self::Bool(_) => None,
            #[expect(clippy::cast_precision_loss, reason = "a float was asked for")]
            Self::Int(value) => Some(value as f64),
            Self::Float(value) => Some(value),
            Self::Text(value) => value.parse().ok(),
        }
    }

    fn into_int(self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(value),
            Self::Text(value) => value.parse().ok().or_else(|| whole(value.parse().ok()?)),
            other => whole(other.into_float()?),
        }
    }
}

/// A float as an integer, where it is one and in range.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_807.0;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    (value.fract() == 0.0 && value.abs() < LIMIT).then_some(value as i64)
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or_else(|_| Scalar::Text(value.to_string()), Scalar::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_read_however_they_come() {
        let cases = [
            // JSON, as text, as an integer
            (r#""12""#, Some("12"), Some(12)),
            ("12", Some("12"), Some(12)),
            ("1.5e3", Some("1500"), Some(1500)),
            ("1.5", Some("1.5"), None),
            ("9007199254740993", Some("9007199254740993"), Some(9_007_199_254_740_993)),
            ("18446744073709551615", Some("18446744073709551615"), None),
            ("1e300", Some(&*1e300_f64.to_string()), None),
            ("null", None, None),
            ("true", Some("true"), None),
            (r#"{"a":[1]}"#, None, None),
            ("[[1],2]", None, None),
        ];
        for (json, text, int) in cases {
            let mut read = serde_json::Deserializer::from_str(json);
            assert_eq!(opt_string(&mut read).unwrap().as_deref(), text, "{json}");
            let mut read = serde_json::Deserializer::from_str(json);
            assert_eq!(opt_int(&mut read).unwrap(), int, "{json}");
        }
    }
}
