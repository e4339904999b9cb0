//! Which families of groups need which file of models.

use std::collections::{BTreeMap, BTreeSet};

use super::form::{Definition, Families, Group, Reply, Shelf, Table, Type};

/// Says of each file of models which families need it: those whose actions mention one of its definitions, and those
/// that need a file whose definitions do.
pub(super) fn assign(table: &mut Table) {
    let homes: BTreeMap<String, usize> = table
        .shelves
        .iter()
        .enumerate()
        .flat_map(|(at, shelf)| shelf.definitions.iter().map(move |found| (name(found).to_owned(), at)))
        .collect();
    let needs: Vec<BTreeSet<usize>> = table.shelves.iter().map(|shelf| mentioned(shelf, &homes)).collect();
    let mut found = vec![Families::Some(BTreeSet::new()); table.shelves.len()];
    let mut open = Vec::new();
    for group in &table.groups {
        let own =
            group.family.as_ref().map_or(Families::All, |family| Families::Some([family.clone()].into()));
        let mut types = Vec::new();
        group_types(group, &mut types);
        open.extend(types.into_iter().filter_map(|name| Some((*homes.get(&name)?, own.clone()))));
    }
    while let Some((at, families)) = open.pop() {
        let Some(known) = found.get_mut(at) else { continue };
        let before = known.clone();
        known.extend(&families);
        if *known != before {
            let next = needs.get(at).into_iter().flatten();
            open.extend(next.map(|next| (*next, families.clone())));
        }
    }
    for (shelf, families) in table.shelves.iter_mut().zip(found) {
        // What nothing uses is there for everybody.
        shelf.families = if families.is_empty() { Families::All } else { families };
    }
}

fn name(definition: &Definition) -> &str {
    match definition {
        Definition::Model(model) => &model.name,
        Definition::Union(union) => &union.name,
        Definition::Enum(inner) => &inner.name,
    }
}

fn group_types(group: &Group, out: &mut Vec<String>) {
    for action in &group.actions {
        let params = action.required.iter().chain(&action.optional);
        params.for_each(|param| type_names(&param.ty, out));
        if let Reply::Model(name) | Reply::Maybe(name) = &action.reply {
            out.push(name.clone());
        }
    }
}

/// The files that a file's definitions mention.
fn mentioned(shelf: &Shelf, homes: &BTreeMap<String, usize>) -> BTreeSet<usize> {
    let mut names = Vec::new();
    for definition in &shelf.definitions {
        match definition {
            Definition::Model(model) => {
                model.fields.iter().for_each(|field| type_names(&field.ty, &mut names));
                model.rest.iter().for_each(|rest| type_names(rest, &mut names));
            }
            Definition::Union(union) => {
                names.extend(union.variants.iter().map(|variant| variant.model.clone()));
            }
            Definition::Enum(_) => {}
        }
    }
    names.iter().filter_map(|name| homes.get(name).copied()).collect()
}

fn type_names(ty: &Type, out: &mut Vec<String>) {
    match ty {
        Type::List(element) | Type::Csv(element) | Type::Repeat(element) | Type::Map(element) => {
            type_names(element, out);
        }
        Type::Model(name) | Type::Union(name) => out.push(name.clone()),
        Type::Enum(inner) if inner.is_model => out.push(inner.name.clone()),
        Type::Scalar(_) | Type::Enum(_) => {}
    }
}
