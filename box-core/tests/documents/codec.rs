//! How a type is read and written, without the type.

use box_core::model::{Field, read_value};
use serde::{Serialize, de::DeserializeOwned};

/// A type under a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codec {
    pub(crate) name: &'static str,
    /// The member that tells what stands in a union.
    pub(crate) tag: Option<&'static str>,
    /// Whether it takes every object.
    pub(crate) takes_objects: bool,
    through: fn(&str) -> Result<String, Ended>,
    by_serde: fn(&str) -> Result<String, Ended>,
    /// Reads a list of the type, and counts.
    count: fn(&str) -> Result<usize, Ended>,
}

/// Why a text didn't come back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It is no JSON.
    NoJson(String),
    /// It is null, or holds something else.
    OtherShape,
    /// It must not be written.
    Refused(String),
}

impl Codec {
    /// A model.
    pub(crate) const fn model<T: Field + Serialize + DeserializeOwned>(name: &'static str) -> Self {
        Self { takes_objects: true, ..Self::open_enum::<T>(name) }
    }

    /// An enum, which serde knows too.
    pub(crate) const fn open_enum<T: Field + Serialize + DeserializeOwned>(name: &'static str) -> Self {
        Self { by_serde: by_serde::<T>, ..Self::of::<T>(name) }
    }

    /// A union, told by this member.
    pub(crate) const fn union<T: Field + Serialize + DeserializeOwned>(
        name: &'static str,
        tag: &'static str,
    ) -> Self {
        Self { tag: Some(tag), ..Self::model::<T>(name) }
    }

    /// Another type.
    pub(crate) const fn of<T: Field>(name: &'static str) -> Self {
        Self {
            name,
            tag: None,
            takes_objects: false,
            through: through::<T>,
            by_serde: through::<T>,
            count: count::<T>,
        }
    }

    /// Reads a text, and writes what was read.
    pub(crate) fn round_trip(&self, json: &str) -> Result<String, Ended> {
        (self.through)(json)
    }

    /// Does the same by way of serde.
    pub(crate) fn round_trip_by_serde(&self, json: &str) -> Result<String, Ended> {
        (self.by_serde)(json)
    }

    /// Reads a list, and counts what it got.
    pub(crate) fn count(&self, json: &str) -> Result<usize, Ended> {
        (self.count)(json)
    }
}

fn read<T: Field>(json: &str) -> Result<T, Ended> {
    let found = read_value(json).map_err(|fault| Ended::NoJson(fault.to_string()))?;
    found.ok_or(Ended::OtherShape)
}

fn through<T: Field>(json: &str) -> Result<String, Ended> {
    read::<T>(json)?.shown().to_json().map_err(|error| Ended::Refused(error.message().to_owned()))
}

fn count<T: Field>(json: &str) -> Result<usize, Ended> {
    Ok(read::<Vec<T>>(json)?.len())
}

fn by_serde<T: Serialize + DeserializeOwned>(json: &str) -> Result<String, Ended> {
    let value: T = serde_json::from_str(json).map_err(|error| Ended::NoJson(error.to_string()))?;
    serde_json::to_string(&value).map_err(|error| Ended::Refused(error.to_string()))
}
