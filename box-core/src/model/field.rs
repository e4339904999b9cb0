//! What can stand in a field, and how lenient it is read: Box is known to vary.

use std::{borrow::Cow, collections::BTreeMap};

use serde_json::Value;

use super::{Entries, Extra, Fault, Items, Model, Reader, Scalar, Shown};
use crate::{
    names::ItemName,
    secret::Secret,
    time::{Date, DateTime},
    value::Nullable,
};

/// A value that can stand in a field. One in an unexpected shape is absent, and so never loses what it stands in.
pub trait Field: Sized {
    /// Reads what is next; `None` for null and other shapes.
    ///
    /// # Errors
    /// Text that is no JSON.
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault>;

    /// The value of a field that isn't there.
    fn blank() -> Self;

    /// The value, to be written or printed.
    fn shown(&self) -> Shown<'_>;

    /// Reads what is next into a field, in its place.
    ///
    /// # Errors
    /// Text that is no JSON.
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *slot = Self::take(reader)?;
        Ok(())
    }

    /// Reads what is next into a list, in its place.
    ///
    /// # Errors
    /// Text that is no JSON.
    fn push(list: &mut Vec<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        list.extend(Self::take(reader)?);
        Ok(())
    }
}

/// Reads a field that has a value even if it isn't there.
pub(crate) fn fill_plain<T: Field>(slot: &mut T, reader: &mut Reader<'_>) -> Result<(), Fault> {
    *slot = T::take(reader)?.unwrap_or_else(T::blank);
    Ok(())
}

/// A field that is left out if it isn't there.
pub(crate) fn shown_or_absent<T: Field>(field: Option<&T>) -> Shown<'_> {
    field.map_or(Shown::Absent, T::shown)
}

/// A field that is null if it isn't there.
pub(crate) fn shown_or_null<T: Field>(field: Option<&T>) -> Shown<'_> {
    field.map_or(Shown::Null, T::shown)
}

/// An identity that is left out if it isn't known.
pub(crate) fn shown_unless_empty(text: &String) -> Shown<'_> {
    if text.is_empty() { Shown::Absent } else { text.shown() }
}

/// Reads a model into a field, in its place.
pub(crate) fn fill_model<T: Field + Model>(
    slot: &mut Option<T>,
    reader: &mut Reader<'_>,
) -> Result<(), Fault> {
    if !reader.model(slot.insert(T::blank()))? {
        *slot = None;
    }
    Ok(())
}

/// Reads a model into a list, in its place.
pub(crate) fn push_model<T: Field + Model>(list: &mut Vec<T>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    list.push(T::blank());
    let fits = match list.last_mut() {
        Some(last) => reader.model(last)?,
        None => false,
    };
    if !fits {
        list.pop();
    }
    Ok(())
}

impl Field for String {
    /// Numbers and truth values are text too: ids and etags come as either.
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match reader.scalar()? {
            Scalar::Null => None,
            Scalar::Bool(value) => Some(value.to_string()),
            Scalar::Number(number) => Some(plain(number)),
            Scalar::Text(text) => Some(text.into_owned()),
        })
    }

    fn blank() -> Self {
        Self::new()
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Text(Cow::Borrowed(self))
    }
}

impl Field for Secret {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(String::take(reader)?.map(Self::new))
    }

    fn blank() -> Self {
        Self::new("")
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Secret(self)
    }
}

impl Field for ItemName {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(String::take(reader)?.map(Self::from))
    }

    fn blank() -> Self {
        Self::default()
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Name(self)
    }
}

impl Field for bool {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match reader.scalar()? {
            Scalar::Bool(value) => Some(value),
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Null | Scalar::Number(_) => None,
        })
    }

    fn blank() -> Self {
        false
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Bool(*self)
    }
}

impl Field for i64 {
    /// An integer may come as a float, with an exponent, or in a string.
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match reader.scalar()? {
            Scalar::Number(number) => integer(number),
            Scalar::Text(text) => integer(&text),
            Scalar::Null | Scalar::Bool(_) => None,
        })
    }

    fn blank() -> Self {
        0
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Int(*self)
    }
}

impl Field for f64 {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match reader.scalar()? {
            Scalar::Number(number) => float(number),
            Scalar::Text(text) => float(&text),
            Scalar::Null | Scalar::Bool(_) => None,
        })
    }

    fn blank() -> Self {
        0.0
    }

    fn shown(&self) -> Shown<'_> {
        // JSON has no other numbers.
        if self.is_finite() { Shown::Number(self) } else { Shown::Null }
    }
}

impl Field for DateTime {
    /// One that can't be read is absent rather than an error.
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match reader.scalar()? {
            Scalar::Text(text) => Self::parse(&text),
            _ => None,
        })
    }

    fn blank() -> Self {
        Self::from(crate::time::Timestamp::default())
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Text(self.to_string().into())
    }
}

impl Field for Date {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(match reader.scalar()? {
            Scalar::Text(text) => Self::parse(&text),
            _ => None,
        })
    }

    fn blank() -> Self {
        Self::EPOCH
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Text(self.to_string().into())
    }
}

impl Field for Value {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        reader.value().map(Some)
    }

    fn blank() -> Self {
        Self::Null
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Json(self)
    }
}

impl<T: Field + Model> Field for Box<T> {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let mut model = Self::new(T::blank());
        Ok(reader.model(&mut *model)?.then_some(model))
    }

    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn shown(&self) -> Shown<'_> {
        Field::shown(&**self)
    }
}

impl<T: Field> Field for Vec<T> {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let mut list = Self::new();
        let fits = reader.list(&mut |reader| T::push(&mut list, reader))?;
        Ok(fits.then_some(list))
    }

    fn blank() -> Self {
        Self::new()
    }

    fn shown(&self) -> Shown<'_> {
        Shown::List(self)
    }
}

impl<T: Field> Items for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn item(&self, at: usize) -> Shown<'_> {
        self.get(at).map_or(Shown::Absent, T::shown)
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        let mut map = Self::new();
        let fits = reader.map(&mut |key, reader| map.keep(key, reader))?;
        Ok(fits.then_some(map))
    }

    fn blank() -> Self {
        Self::new()
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Map(self)
    }
}

impl<T: Field> Entries for BTreeMap<String, T> {
    fn each(&self, take: &mut dyn FnMut(&str, Shown<'_>)) {
        self.iter().for_each(|(name, value)| take(name, value.shown()));
    }
}

impl<T: Field> Extra for BTreeMap<String, T> {
    fn keep(&mut self, name: String, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if let Some(value) = T::take(reader)? {
            self.insert(name, value);
        }
        Ok(())
    }
}

/// What is given, and may be null.
impl<T: Field> Field for Option<T> {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        T::take(reader).map(Some)
    }

    fn blank() -> Self {
        None
    }

    fn shown(&self) -> Shown<'_> {
        shown_or_null(self.as_ref())
    }
}

impl<T: Field> Field for Nullable<T> {
    fn take(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(Some(T::take(reader)?.map_or(Self::Null, Self::Value)))
    }

    fn blank() -> Self {
        Self::Absent
    }

    fn shown(&self) -> Shown<'_> {
        match self {
            Self::Absent => Shown::Absent,
            Self::Null => Shown::Null,
            Self::Value(value) => value.shown(),
        }
    }
}

/// A number as people write it: ids may come as `1e3`.
fn plain(number: &str) -> String {
    match integer(number) {
        Some(value) if number.contains(['e', 'E', '.']) => value.to_string(),
        _ => number.to_owned(),
    }
}

/// A number that JSON can write.
fn float(number: &str) -> Option<f64> {
    number.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A number as an integer, where it is one and in range; to the last digit, so by its text.
fn integer(number: &str) -> Option<i64> {
    if let Ok(value) = number.parse() {
        return Some(value);
    }
    let (decimal, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let fraction = fraction.trim_end_matches('0');
    let value: i64 = format!("{whole}{fraction}").parse().ok()?;
    let zeros = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i64.checked_pow(zeros.unsigned_abs());
    match power {
        _ if value == 0 => Some(0),
        Some(power) if zeros >= 0 => value.checked_mul(power),
        Some(power) if value % power == 0 => Some(value / power),
        _ => None,
    }
}
