//! Compares the models and unions of the table with all that stands at their places.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    difference::{Difference, Found},
    gather::{Gathered, Variants},
    objects,
    row::{self, Want},
    shape::{Object, Shape},
    types,
};
use crate::table::form::{Model, Table, Told, Union, Uses, Variant};

/// Compares all models and unions. What stands at no place belongs to something else that is extra or different.
pub(super) fn compare(table: &Table, gathered: &Gathered<'_, '_>, out: &mut Vec<Difference>) {
    for (name, model) in &table.models {
        let mut found = Found { place: &format!("model {name}"), out };
        if model.uses == Uses::default() {
            found.extra("model", "used by no row");
        }
        let objects = gathered.of(name);
        if !objects.is_empty() {
            objects::compare(&mut found, "", &row::fields(model), objects);
            further(model, objects, &mut found);
        }
    }
    for (name, union) in &table.unions {
        let mut found = Found { place: &format!("union {name}"), out };
        if union.uses == Uses::default() {
            found.extra("union", "used by no row");
        }
        if !gathered.of(name).is_empty() {
            variants(union, gathered, &mut found);
        }
    }
}

fn variants(union: &Union, gathered: &Gathered<'_, '_>, found: &mut Found<'_>) {
    let (mut values, mut members) = (BTreeSet::new(), BTreeSet::new());
    for object in gathered.of(&union.name) {
        match gathered.variants(union, object) {
            Variants::Any => {}
            Variants::Tagged(tagged) => {
                for (value, model) in tagged {
                    if values.insert(value) && model.is_none() {
                        found.missing("variant", value, &object.title());
                    }
                }
            }
            Variants::Other(Some(model)) => _ = members.insert(model),
            Variants::Other(None) => {
                let text = format!("without {:?}", union.tag);
                found.missing("variant", &text, &object.title());
            }
        }
    }
    for Variant { told, model, .. } in &union.variants {
        let is_known = match told {
            Told::Value(value) => values.contains(value.as_str()),
            Told::Has(_) => members.contains(model.as_str()),
        };
        if !is_known {
            found.extra("variant", &format!("{} {model}", told.text()));
        }
    }
}

/// Members of any other name.
fn further(model: &Model, objects: &[Rc<Object<'_>>], found: &mut Found<'_>) {
    let nodes: Vec<_> = objects.iter().filter_map(|object| object.further.clone()).collect();
    let shape = Shape::of(&nodes);
    let map = |text: &str| format!("map<{text}>");
    let of = || objects::titles(objects, |object| object.further.is_some());
    match &model.rest {
        Some(ty) if nodes.is_empty() => found.extra("*", &map(&row::text(ty))),
        Some(ty) => {
            if let Some((table, document)) = types::compare(Want::Type(ty), &shape) {
                found.different("*", &map(&table), &map(&document), &of());
            }
        }
        None if nodes.is_empty() => {}
        None => found.missing("*", &map(&shape.text()), &of()),
    }
}
