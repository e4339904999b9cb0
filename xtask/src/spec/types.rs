//! Compares a type of the table with what schemas allow.

use std::collections::BTreeSet;

use super::{
    row::{self, Want},
    shape::{Plain, Shape},
};
use crate::table::form::{Enum, Scalar, Type};

/// What both sides say where they differ.
pub(super) type Sides = (String, String);

/// How what a member holds differs from what schemas allow.
pub(super) fn compare(want: Want<'_>, shape: &Shape<'_>) -> Option<Sides> {
    match want {
        Want::Type(ty) => of_type(ty, shape),
        Want::Constant(value) => {
            let is_same = shape.is_text() && shape.values.iter().eq([&value]);
            (!is_same).then(|| (format!("{value:?}"), shape.text()))
        }
    }
}

fn of_type(ty: &Type, shape: &Shape<'_>) -> Option<Sides> {
    let only = shape.kinds() == 1;
    let fits = match ty {
        Type::Scalar(scalar) => of_scalar(*scalar, shape),
        Type::Enum(known) if shape.is_text() && !shape.values.is_empty() => {
            return of_enum(known, &shape.values);
        }
        Type::List(element) | Type::Csv(element) | Type::Repeat(element)
            if only && !shape.lists.is_empty() =>
        {
            return inside("list", of_type(element, &Shape::of(&shape.lists)));
        }
        Type::Map(element) if only && !shape.maps.is_empty() => {
            return inside("map", of_type(element, &Shape::of(&shape.maps)));
        }
        Type::Model(_) | Type::Union(_) => shape.is_objects(),
        _ => false,
    };
    (!fits).then(|| (row::text(ty), shape.text()))
}

fn inside(name: &str, sides: Option<Sides>) -> Option<Sides> {
    let wrapped = |side: &str| format!("{name}<{side}>");
    sides.map(|(table, document)| (wrapped(&table), wrapped(&document)))
}

fn of_scalar(scalar: Scalar, shape: &Shape<'_>) -> bool {
    let kinds: &[Plain] = match scalar {
        Scalar::String | Scalar::Secret | Scalar::ItemName => {
            let is_open = shape.is_text() && shape.plain.contains(&Plain::Text);
            return is_open || shape.is_number_as_text();
        }
        Scalar::Bool => &[Plain::Bool],
        Scalar::Int => &[Plain::Int],
        Scalar::Float => &[Plain::Float],
        Scalar::Date => &[Plain::Date],
        Scalar::DateTime => &[Plain::DateTime],
        Scalar::Binary => &[Plain::Binary],
        Scalar::Json if shape.kinds() > 1 => return !shape.is_text() && !shape.is_number_as_text(),
        Scalar::Json => &[Plain::Any],
    };
    shape.is_only(kinds)
}

/// Only the values in which they differ are named.
fn of_enum(known: &Enum, values: &BTreeSet<&str>) -> Option<Sides> {
    let known: BTreeSet<_> = known.variants.iter().map(|(_, value)| value.as_str()).collect();
    let side = |own: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        let common = own.iter().any(|value| other.contains(value)).then_some("...");
        let values: Vec<_> = common.into_iter().chain(own.difference(other).copied()).collect();
        format!("enum({})", values.join(", "))
    };
    (known != *values).then(|| (side(&known, values), side(values, &known)))
}
