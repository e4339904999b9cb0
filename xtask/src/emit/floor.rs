//! What `cargo xtask bench parse` compares the models with: structs of the same fields under serde's derive, and a file
//! object with all of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use anyhow::Result;

use super::rust::{self, Source};
use crate::table::form::{Field, Model, Scalar, Shape, Table, Type};

/// The model of the benchmark.
const ROOT: &str = "File";

/// Models inside of models have so many fields, as Box answers them.
const INNER_FIELDS: usize = 5;

/// Adds the file.
pub(crate) fn files(table: &Table, files: &mut BTreeMap<String, String>) -> Result<()> {
    if let Some(root) = table.models.get(ROOT) {
        files.insert("box-core/benches/generated/floor.rs".to_owned(), structs(table, root)?);
    }
    Ok(())
}

fn structs(table: &Table, root: &Model) -> Result<String> {
    let mut out = Source::new("The fields of a file and of all that it holds, under serde's derive.");
    out.code(
        "#![allow(
            dead_code,
            missing_docs,
            unreachable_pub,
            unused_imports,
            clippy::enum_variant_names,
            reason = \"they are only read\")]
        use std::collections::BTreeMap;
        use box_core::time::{Date, DateTime};
        use serde::Deserialize;
        use serde_json::Value;
        use crate::{date, date_time};",
    )?;
    let mut open = vec![root.name.clone()];
    let mut seen = BTreeSet::new();
    let mut enums = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(model) = table.models.get(&name).filter(|_| seen.insert(name.clone())) else {
            continue;
        };
        let mut code = format!("#[derive(Deserialize)] pub struct {name} {{");
        for field in &model.fields {
            mention(&field.ty, &mut open, &mut enums, &mut out)?;
            code += &self::field(field);
        }
        out.code(&(code + "}"))?;
    }
    let file = rust::literal(&object(table, root, 0));
    out.code(&format!("/// A file with all of them, as JSON.\npub const FILE: &str = {file};"))?;
    Ok(out.finish())
}

/// Notes the models of a type, and writes its enums.
fn mention(ty: &Type, open: &mut Vec<String>, enums: &mut BTreeSet<String>, out: &mut Source) -> Result<()> {
    match ty {
        Type::List(element) | Type::Map(element) => mention(element, open, enums, out)?,
        Type::Model(name) => open.push(name.clone()),
        Type::Enum(inner) if enums.insert(inner.name.clone()) => {
            let mut code = format!("#[derive(Deserialize)] pub enum {} {{", inner.name);
            for (name, value) in &inner.variants {
                _ = write!(code, "#[serde(rename = {})] {name},", rust::literal(value));
            }
            out.code(&(code + "}"))?;
        }
        _ => {}
    }
    Ok(())
}

fn field(field: &Field) -> String {
    let mut ty = ty(&field.ty);
    if field.boxed {
        ty = format!("Box<{ty}>");
    }
    let plain = field.shape == Shape::Plain;
    let mut out = format!("#[serde(rename = {})]", rust::literal(&field.wire));
    match field.ty {
        Type::Scalar(Scalar::DateTime) => out += "#[serde(default, deserialize_with = \"date_time\")]",
        Type::Scalar(Scalar::Date) => out += "#[serde(default, deserialize_with = \"date\")]",
        _ => {}
    }
    _ = write!(out, "pub {}: {},", field.name, if plain { ty } else { format!("Option<{ty}>") });
    out
}

fn ty(ty: &Type) -> String {
    match ty {
        Type::Scalar(Scalar::Secret | Scalar::ItemName) => "String".to_owned(),
        Type::Union(_) => "Value".to_owned(),
        Type::List(element) => format!("Vec<{}>", self::ty(element)),
        Type::Map(element) => format!("BTreeMap<String, {}>", self::ty(element)),
        other => rust::ty(other, ""),
    }
}

/// A model with its fields as JSON.
fn object(table: &Table, model: &Model, depth: usize) -> String {
    let tags = model.tags.iter().map(|(name, value)| format!("{name:?}:{value:?}"));
    let most = if depth == 0 { usize::MAX } else { INNER_FIELDS };
    let fields = model.fields.iter().take(most);
    let fields =
        fields.map(|field| format!("{:?}:{}", field.wire, value(table, &field.ty, &field.wire, depth)));
    format!("{{{}}}", tags.chain(fields).collect::<Vec<_>>().join(","))
}

fn value(table: &Table, ty: &Type, name: &str, depth: usize) -> String {
    match ty {
        Type::Scalar(Scalar::Bool) => "true".to_owned(),
        Type::Scalar(Scalar::Int) => "629644".to_owned(),
        Type::Scalar(Scalar::Float) => "0.75".to_owned(),
        Type::Scalar(Scalar::Date) => "\"2024-02-29\"".to_owned(),
        Type::Scalar(Scalar::DateTime) => "\"2024-02-29T12:30:00-08:00\"".to_owned(),
        Type::Scalar(_) if name.ends_with("id") => "\"1234567890\"".to_owned(),
        Type::Scalar(_) => format!("\"a {} of the usual length\"", name.replace('_', " ")),
        Type::Enum(inner) => {
            let value = inner.variants.first().map(|(_, value)| value.as_str());
            format!("{:?}", value.unwrap_or_default())
        }
        Type::List(element) | Type::Csv(element) | Type::Repeat(element) => {
            format!("[{}]", value(table, element, name, depth))
        }
        Type::Map(element) => format!("{{\"name\":{}}}", value(table, element, name, depth)),
        Type::Model(model) => match table.models.get(model) {
            Some(model) => object(table, model, depth + 1),
            None => "null".to_owned(),
        },
        Type::Union(_) => "null".to_owned(),
    }
}
