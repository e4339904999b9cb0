//! The calls that shall make the golden requests, through the public methods. Who includes them has a `prelude` with a
//! `client`, and says what becomes of a call, with a model as its reply or without.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Result;

use super::{
    rust::{self, Source},
    samples::{self, FieldSample, ModelSample, Request, Sample},
};
use crate::table::form::{Group, Reply, Shape, Table};

/// Adds a module per group, and the one that holds them.
pub(crate) fn files(table: &Table, files: &mut BTreeMap<String, String>) -> Result<()> {
    let folder = "box-core/tests/generated/requests";
    let mut root = Source::new("Calls of all actions with sample values.");
    let names = table.groups.iter().map(|group| &group.name);
    let modules: String = names.clone().map(|name| format!("mod {name};")).collect();
    let calls: Vec<_> = names.map(|name| format!("{name}::calls()")).collect();
    root.code(&format!(
        "{modules}
        use crate::prelude::Call;

        /// A call by its name in the golden files.
        pub(crate) type Named = (&'static str, Call);

        /// All of them.
        pub(crate) fn calls() -> Vec<Named> {{
            [{}].concat()
        }}",
        calls.join(", ")
    ))?;
    files.insert(format!("{folder}/mod.rs"), root.finish());
    for group in &table.groups {
        let path = format!("{folder}/{}.rs", group.name);
        files.insert(path, self::group(table, group)?);
    }
    Ok(())
}

fn group(table: &Table, group: &Group) -> Result<String> {
    let name = &group.name;
    let mut calls = String::new();
    for action in &group.actions {
        for request in samples::requests(table, name, action) {
            let title = format!("{} {}", action.id, request.amount.name());
            let call = format!("client().{name}(){}", call(&request));
            let wrap = match action.reply {
                Reply::Model(_) | Reply::Maybe(_) => "with_model",
                Reply::Nothing | Reply::Bytes | Reply::Redirect => "without_model",
            };
            _ = writeln!(calls, "({}, {wrap}({call})),", rust::literal(&title));
        }
    }
    let mut out = Source::new(&format!("Calls of `{name}`."));
    out.code(&format!(
        "use super::Named; use crate::prelude::*;
        pub(crate) fn calls() -> Vec<Named> {{ Vec::from([{calls}]) }}"
    ))?;
    Ok(out.finish())
}

fn call(request: &Request<'_>) -> String {
    let required = request.params.iter().filter(|(param, _)| !param.optional);
    let arguments =
        required.map(
            |(param, sample)| {
                if param.nullable { format!("Some({})", exact(sample)) } else { loose(sample) }
            },
        );
    let arguments: Vec<_> = arguments.collect();
    let name = &request.action.method_name;
    let mut out = format!(".{name}({})", arguments.join(", "));
    for (param, sample) in request.params.iter().filter(|(param, _)| param.optional) {
        let value = if param.nullable { exact(sample) } else { loose(sample) };
        _ = write!(out, ".{}({value})", param.name);
    }
    out
}

/// An expression that turns into the value where the API takes `impl Into`.
fn loose(sample: &Sample) -> String {
    match sample {
        Sample::Text(value) | Sample::Secret(value) | Sample::Name(value) | Sample::Enum(_, value) => {
            rust::literal(value)
        }
        Sample::List(values) | Sample::Csv(values) => {
            let values: Vec<_> = values.iter().map(loose).collect();
            format!("[{}]", values.join(", "))
        }
        other => exact(other),
    }
}

/// An expression of the value's own type.
fn exact(sample: &Sample) -> String {
    match sample {
        Sample::Text(value) => format!("{}.to_owned()", rust::literal(value)),
        Sample::Name(value) => format!("ItemName::from({})", rust::literal(value)),
        Sample::Secret(value) => format!("Secret::from({})", rust::literal(value)),
        Sample::Enum(path, value) => format!("{path}::from({})", rust::literal(value)),
        Sample::Bool(value) => value.to_string(),
        Sample::Int(value) => format!("{value}_i64"),
        Sample::Float(value) => format!("{value}_f64"),
        Sample::Date(value) => format!("date({})", rust::literal(value)),
        Sample::DateTime(value) => format!("date_time({})", rust::literal(value)),
        Sample::Json(value) => format!("json({})", rust::literal(value)),
        Sample::Content(value) => format!("Payload::from({})", rust::literal(value)),
        Sample::List(values) | Sample::Csv(values) => {
            let values: Vec<_> = values.iter().map(exact).collect();
            format!("Vec::from([{}])", values.join(", "))
        }
        Sample::Map(key, value) => {
            let key = rust::literal(key);
            format!("BTreeMap::from([({key}.to_owned(), {})])", exact(value))
        }
        Sample::Model(model) => self::model(model),
        Sample::Union(name, variant, value) => {
            format!("models::{name}::{variant}(Box::new({}))", exact(value))
        }
        Sample::Null => "Nullable::Null".to_owned(),
    }
}

fn model(model: &ModelSample) -> String {
    let (required, optional): (Vec<_>, Vec<_>) = model.fields.iter().partition(|field| field.given);
    let argument = |field: &FieldSample| match field.shape {
        Shape::OptionOrNull => format!("Some({})", exact(&field.value)),
        _ => loose(&field.value),
    };
    let arguments: Vec<_> = required.into_iter().map(argument).collect();
    let mut out = format!("models::{}::new({})", model.name, arguments.join(", "));
    for field in optional {
        let value = match field.shape {
            Shape::Nullable => exact(&field.value),
            _ => loose(&field.value),
        };
        _ = write!(out, ".{}({value})", field.name);
    }
    out
}
