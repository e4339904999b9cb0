//! What tests of all models need: the codec of every model and union, and which of them stand in bodies and replies.

use anyhow::Result;

use super::rust::{self, Source};
use crate::table::form::{Definition, Reply, Table, Type, Write as Put};

const MODELS: &str = "models::";

/// Adds a file for models, and one for bodies.
pub(crate) fn files(table: &Table) -> Result<[(String, String); 2]> {
    let folder = "box-core/tests/generated";
    Ok([(format!("{folder}/models.rs"), models(table)?), (format!("{folder}/bodies.rs"), bodies(table)?)])
}

fn models(table: &Table) -> Result<String> {
    let definitions = table.shelves.iter().flat_map(|shelf| &shelf.definitions);
    let codecs = definitions.map(|definition| {
        let (kind, name, tag) = match definition {
            Definition::Model(model) => ("model", &model.name, None),
            Definition::Enum(inner) => ("open_enum", &inner.name, None),
            Definition::Union(union) => ("union", &union.name, Some(format!(", {:?}", union.tag))),
        };
        format!("Codec::{kind}::<models::{name}>({name:?}{}),", tag.unwrap_or_default())
    });
    let replies = table.groups.iter().flat_map(|group| &group.actions).filter_map(|action| {
        let (Reply::Model(model) | Reply::Maybe(model)) = &action.reply else { return None };
        Some(format!("({:?}, {:?}, {model:?}),", action.id, action.doc.as_ref()?))
    });
    let mut out = Source::new("Every model, and the models that are replies.");
    out.code("use super::Codec; use box_core::models;")?;
    out.call(&list("Every model, union and enum.", "MODELS: &[Codec]", codecs));
    let doc = "Id of an operation, its page in Box's reference, and the model that it answers.";
    out.call(&list(doc, "REPLIES: &[(&str, &str, &str)]", replies));
    Ok(out.finish())
}

fn bodies(table: &Table) -> Result<String> {
    let mut bodies = Vec::new();
    for group in &table.groups {
        for action in &group.actions {
            let Some(doc) = &action.doc else { continue };
            let params = action.required.iter().chain(&action.optional);
            let members = params.filter_map(|param| {
                let name = match param.write {
                    Put::BodyWhole => "",
                    Put::Body | Put::Form | Put::PartJson => &param.wire,
                    _ => return None,
                };
                Some(format!("Codec::of::<{}>({name:?})", ty(&param.ty, &group.name)))
            });
            let members: Vec<_> = members.collect();
            if !members.is_empty() {
                bodies.push(format!("({:?}, {doc:?}, &[{}]),", action.id, members.join(", ")));
            }
        }
    }
    let mut out = Source::new("What all bodies hold.");
    out.code(
        "use std::collections::BTreeMap;
        use super::Codec;
        use box_core::{actions, models, names::ItemName, secret::Secret, time::{Date, DateTime}};
        use serde_json::Value;",
    )?;
    let doc = "Id of an operation, its page in Box's reference, and what its body holds; what has no name is all of it.";
    out.call(&list(doc, "BODIES: &[(&str, &str, &[Codec])]", bodies.into_iter()));
    Ok(out.finish())
}

/// A constant list, an element a line, whatever its width.
fn list(doc: &str, constant: &str, elements: impl Iterator<Item = String>) -> String {
    let elements: String = elements.map(|element| format!("    {element}\n")).collect();
    format!("/// {doc}\npub(crate) const {constant} = &[\n{elements}];\n")
}

/// The type of a parameter, seen from outside of the crate.
fn ty(ty: &Type, group: &str) -> String {
    match ty {
        Type::Enum(inner) if !inner.is_model => format!("actions::{group}::{}", inner.name),
        Type::List(inner) | Type::Csv(inner) | Type::Repeat(inner) => {
            format!("Vec<{}>", self::ty(inner, group))
        }
        Type::Map(inner) => format!("BTreeMap<String, {}>", self::ty(inner, group)),
        other => rust::ty(other, MODELS),
    }
}
