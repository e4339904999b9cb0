//! Open enums.

use super::{WIDTH, doc::doc, width};
use crate::table::form::{Enum, Type};

/// An enum under a name: its known values, and any other string. `place` says where an inline one stands.
pub(super) fn open_enum(name: &str, inner: &Enum, place: &str) -> String {
    let values = inner.variants.iter().map(|(_, value)| format!("{value:?}"));
    let values: Vec<_> = values.chain(["(string & {})".to_owned()]).collect();
    let sentence = inner.sentence.as_deref().unwrap_or(place);
    doc("", &[sentence], &[]) + &alternatives(name, &values)
}

/// On a line, or on one each.
fn alternatives(name: &str, values: &[String]) -> String {
    let line = format!("export type {name} = {};", values.join(" | "));
    if width(&line) <= WIDTH {
        return line + "\n";
    }
    format!("export type {name} =\n  | {};\n", values.join("\n  | "))
}

/// Where an inline enum stands.
pub(super) fn place(member: &str, owner: &str) -> String {
    format!("`{member}` of `{owner}`.")
}

/// Whether values of a type hold an enum.
pub(super) fn holds(ty: &Type, inner: &Enum) -> bool {
    match ty {
        Type::Enum(held) => held.name == inner.name && held.is_model == inner.is_model,
        Type::List(element) | Type::Csv(element) | Type::Repeat(element) | Type::Map(element) => {
            holds(element, inner)
        }
        Type::Scalar(_) | Type::Model(_) | Type::Union(_) => false,
    }
}
