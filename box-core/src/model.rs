//! What all models share: how they are read, written and shown.
//!
//! A generated model is little more than a list of its fields. Everything that is done with them is written here once,
//! without generic code: [`Reader`] fills them from JSON text, [`Shown`] writes and prints them.

mod field;
mod reader;
mod shown;

use std::fmt;

use serde::{Deserializer, Serializer};
use serde_json::Value;

pub use field::Field;
#[allow(unused_imports, reason = "the table may have no field of some kind")]
pub(crate) use field::{
    fill_model, fill_plain, push_model, shown_or_absent, shown_or_null, shown_unless_empty,
};
pub use reader::{Fault, Reader, Scalar};
pub use shown::{Entries, Items, Json, Shown};

/// An object of the API with named members, generated from the table, as it is written and printed.
///
/// It is apart from [`Model`] so that a program that only writes doesn't carry what reads.
pub trait Show {
    /// Name of the type.
    fn name(&self) -> &'static str;

    /// Names of its fields at Box.
    fn names(&self) -> &'static [&'static str];

    /// Members with a constant value, which are no fields.
    fn tags(&self) -> &'static [(&'static str, &'static str)];

    /// The field with this number.
    fn shown(&self, at: usize) -> Shown<'_>;

    /// The members under other names.
    fn extra_shown(&self) -> Option<&dyn Entries> {
        None
    }
}

/// An object of the API, as it is read.
pub trait Model: Show {
    /// Reads the field with this number.
    ///
    /// # Errors
    /// Text that is no JSON.
    fn fill(&mut self, at: usize, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Where members under other names go, if the model keeps them.
    fn extra(&mut self) -> Option<&mut dyn Extra> {
        None
    }
}

/// Members under names of their own.
pub trait Extra {
    /// Reads the member that is next.
    ///
    /// # Errors
    /// Text that is no JSON.
    fn keep(&mut self, name: String, reader: &mut Reader<'_>) -> Result<(), Fault>;
}

/// Reads JSON text that holds a value of this kind, such as a model.
///
/// # Errors
/// Text that is no JSON, or that holds a value of another shape.
pub fn read<T: Field>(text: &str) -> Result<T, Fault> {
    read_value(text)?.ok_or(Fault::Unexpected(0))
}

/// Reads a value of whatever kind from JSON text; `None` if its shape doesn't fit.
///
/// # Errors
/// Text that is no JSON.
pub fn read_value<T: Field>(text: &str) -> Result<Option<T>, Fault> {
    let mut value = None;
    read_into(&mut value, text)?;
    Ok(value)
}

/// Reads a value into its place: a model is large, and whatever hands it on copies it.
pub(crate) fn read_into<T: Field>(slot: &mut Option<T>, text: &str) -> Result<(), Fault> {
    let mut reader = Reader::new(text);
    T::fill(slot, &mut reader)?;
    reader.end()
}

/// Reads a value of whatever format, for serde.
pub(crate) fn deserialize<'de, T: Field, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value: Value = serde::Deserialize::deserialize(deserializer)?;
    read(&value.to_string()).map_err(|_| serde::de::Error::custom("a value of another shape was expected"))
}

/// Writes a value in whatever format, for serde.
pub(crate) fn serialize<S: Serializer>(shown: &Shown<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = shown.to_json().map_err(|error| serde::ser::Error::custom(error.message()))?;
    let value: Value = serde_json::from_str(&text).map_err(serde::ser::Error::custom)?;
    serde::Serialize::serialize(&value, serializer)
}

/// Prints a model with the fields that it has.
pub(crate) fn debug(model: &dyn Show, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(model.name());
    shown::members(model, &mut |name, value| {
        out.field(name, &value);
    });
    out.finish()
}
