//! Values as they are written or printed.

use std::{borrow::Cow, fmt};

use super::Show;
use crate::{
    error::Error,
    json,
    names::{self, ItemName},
    secret::Secret,
};

/// A value, borrowed, without its type.
pub enum Shown<'a> {
    /// Not there: its member is left out.
    Absent,
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Another number, as it prints itself.
    Number(&'a dyn fmt::Display),
    /// A string.
    Text(Cow<'a, str>),
    /// A string that is written, and not printed.
    Secret(&'a Secret),
    /// A name that is checked when it is written.
    Name(&'a ItemName),
    /// Any value.
    Json(&'a dyn Json),
    /// What this version doesn't know, as it came.
    Other(&'a dyn Json),
    /// A model.
    Model(&'a dyn Show),
    /// A list.
    List(&'a dyn Items),
    /// A map.
    Map(&'a dyn Entries),
}

/// A list of values.
pub trait Items {
    /// How many there are.
    fn count(&self) -> usize;

    /// One of them.
    fn item(&self, at: usize) -> Shown<'_>;
}

/// Values by their names.
pub trait Entries {
    /// Hands over all of them.
    fn each(&self, take: &mut dyn FnMut(&str, Shown<'_>));
}

/// A value that writes itself as JSON.
pub trait Json {
    /// Its text.
    fn json(&self) -> String;
}

impl Json for serde_json::Value {
    fn json(&self) -> String {
        self.to_string()
    }
}

impl Json for String {
    fn json(&self) -> String {
        let mut out = Self::new();
        json::write_string(&mut out, self);
        out
    }
}

impl Shown<'_> {
    /// The value as JSON text.
    ///
    /// # Errors
    /// `InvalidInput` for a name that Box refuses.
    pub fn to_json(&self) -> Result<String, Error> {
        let mut out = String::new();
        self.write(&mut out)?;
        Ok(out)
    }

    fn write(&self, out: &mut String) -> Result<(), Error> {
        match self {
            Self::Absent | Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => out.push_str(&value.to_string()),
            Self::Number(value) => out.push_str(&value.to_string()),
            Self::Text(value) => json::write_string(out, value),
            Self::Secret(value) => json::write_string(out, value.expose()),
            Self::Name(value) => {
                names::check(value.as_str())?;
                json::write_string(out, value.as_str());
            }
            Self::Json(value) | Self::Other(value) => out.push_str(&value.json()),
            Self::Model(model) => write_members(out, &mut |take| members(*model, take))?,
            Self::List(list) => {
                out.push('[');
                for at in 0..list.count() {
                    out.push_str(if at == 0 { "" } else { "," });
                    list.item(at).write(out)?;
                }
                out.push(']');
            }
            Self::Map(entries) => write_members(out, &mut |take| entries.each(take))?,
        }
        Ok(())
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

type Each<'a> = dyn FnMut(&mut dyn FnMut(&str, Shown<'_>)) + 'a;

/// Writes what `each` hands over as an object; the first error ends it.
fn write_members(out: &mut String, each: &mut Each<'_>) -> Result<(), Error> {
    let mut written: Vec<(String, String)> = Vec::new();
    let mut done = Ok(());
    each(&mut |name, value| match value.to_json() {
        Ok(json) if done.is_ok() => written.push((name.to_owned(), json)),
        Ok(_) => {}
        Err(error) => done = Err(error),
    });
    done?;
    json::write_object(out, written);
    Ok(())
}

/// Hands over the members of a model that are there.
pub(super) fn members(model: &dyn Show, take: &mut dyn FnMut(&str, Shown<'_>)) {
    for (name, value) in model.tags() {
        take(name, Shown::Text(Cow::Borrowed(value)));
    }
    for (at, name) in model.names().iter().enumerate() {
        let value = model.shown(at);
        if !value.is_absent() {
            take(name, value);
        }
    }
    if let Some(extra) = model.extra_shown() {
        extra.each(take);
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent | Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Secret(value) => value.fmt(f),
            Self::Name(value) => value.as_str().fmt(f),
            Self::Json(value) => f.write_str(&value.json()),
            Self::Other(value) => write!(f, "Other({})", value.json()),
            Self::Model(model) => super::debug(*model, f),
            Self::List(list) => f.debug_list().entries((0..list.count()).map(|at| list.item(at))).finish(),
            Self::Map(entries) => {
                let mut out = f.debug_map();
                entries.each(&mut |name, value| {
                    out.entry(&name, &value);
                });
                out.finish()
            }
        }
    }
}
