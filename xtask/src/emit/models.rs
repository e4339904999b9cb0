//! `models/<group>.rs`: structs, unions and enums.

use std::fmt::Write as _;

use anyhow::Result;

use super::{
    actions,
    rust::{self, Source},
};
use crate::table::form::{Definition, Field, Model, Shape, Shelf, Union};

/// The file of a group.
pub(crate) fn file(shelf: &Shelf) -> Result<String> {
    let title = shelf.name.replace('_', " ");
    let mut out = Source::new(&format!("Models of {title}."));
    out.code("use super::*; use crate::generated::prelude::*;")?;
    let mut replies = Vec::new();
    for definition in &shelf.definitions {
        match definition {
            Definition::Model(model) => {
                self::model(model, &mut out)?;
                if model.uses.whole_reply {
                    replies.push(model.name.as_str());
                }
            }
            Definition::Union(union) => {
                self::union(union, &mut out);
                if union.uses.whole_reply {
                    replies.push(union.name.as_str());
                }
            }
            Definition::Enum(inner) => out.call(&actions::open_enum(inner)),
        }
    }
    if !replies.is_empty() {
        out.call(&format!("json_replies!({});\n", replies.join(", ")));
    }
    Ok(out.finish())
}

fn model(model: &Model, out: &mut Source) -> Result<()> {
    let name = &model.name;
    let mut code = rust::doc("", &model.sentence);
    let mut derives = vec!["Clone", "Debug", "PartialEq"];
    let uses =
        [(model.default, "Default"), (model.uses.request, "Serialize"), (model.uses.reply, "Deserialize")];
    derives.extend(uses.into_iter().filter_map(|(used, name)| used.then_some(name)));
    derives.sort_unstable();
    _ = writeln!(code, "#[derive({})] #[non_exhaustive]", derives.join(", "));
    let mut serde = Vec::new();
    if model.uses.reply {
        serde.push("default".to_owned());
    }
    if let (true, Some((tag, value))) = (model.uses.request, &model.tag) {
        let (tag, value) = (rust::literal(tag), rust::literal(value));
        serde.push(format!("tag = {tag}, rename = {value}"));
    }
    if !serde.is_empty() {
        _ = writeln!(code, "#[serde({})]", serde.join(", "));
    }
    _ = writeln!(code, "pub struct {name} {{");
    for field in &model.fields {
        code += &self::field(field, model);
    }
    code += "}";
    if model.uses.request {
        code += &constructor(model);
    }
    out.code(&code)?;
    if model.uses.request {
        setters(model, out);
    }
    Ok(())
}

/// The type of a field, with its wrapping.
fn wrapped(field: &Field) -> String {
    let mut ty = rust::ty(&field.ty, "");
    if field.boxed {
        ty = format!("Box<{ty}>");
    }
    match field.shape {
        Shape::Plain => ty,
        Shape::Option | Shape::OptionOrNull => format!("Option<{ty}>"),
        Shape::Nullable => format!("Nullable<{ty}>"),
    }
}

fn field(field: &Field, model: &Model) -> String {
    let mut out = rust::doc("", field.sentence.as_deref().unwrap_or_default());
    let mut serde = Vec::new();
    if field.wire != field.name {
        serde.push(format!("rename = {}", rust::literal(&field.wire)));
    }
    if let Some(read) = field.read {
        serde.push(format!("deserialize_with = \"decode::{read}\""));
    }
    match field.shape {
        Shape::Option if model.uses.request => {
            serde.push("skip_serializing_if = \"Option::is_none\"".to_owned());
        }
        Shape::Nullable => {
            serde.push("skip_serializing_if = \"Nullable::is_absent\"".to_owned());
        }
        Shape::Plain | Shape::Option | Shape::OptionOrNull => {}
    }
    // An attribute each: the formatter would break a long one into more lines.
    for option in serde {
        _ = writeln!(out, "#[serde({option})]");
    }
    _ = writeln!(out, "pub {}: {},", field.name, wrapped(field));
    out
}

/// The constructor; a model without required fields has its in `setters!`.
fn constructor(model: &Model) -> String {
    let name = &model.name;
    let required: Vec<_> = model.fields.iter().filter(|field| field.required).collect();
    if required.is_empty() {
        return String::new();
    }
    let arguments = required.iter().map(|field| {
        let nullable = field.shape == Shape::OptionOrNull;
        rust::argument(&field.name, &field.ty, nullable, "")
    });
    let arguments: Vec<_> = arguments.collect();
    let mut values: Vec<_> = if model.default {
        required.into_iter().map(value).collect()
    } else {
        model.fields.iter().map(value).collect()
    };
    if model.default && values.len() < model.fields.len() {
        values.push("..Self::default()".to_owned());
    }
    let mut out = format!(
        "impl {name} {{
            /// One with what is required.
            pub fn new({}) -> Self {{ Self {{ {} }} }}
        }}",
        arguments.join(", "),
        values.join(", ")
    );
    if model.from_string {
        _ = writeln!(
            out,
            "impl<S: Into<String>> From<S> for {name} {{
                fn from(value: S) -> Self {{ Self::new(value) }}
            }}"
        );
    }
    out
}

fn value(field: &Field) -> String {
    let name = &field.name;
    let mut value = rust::taken(name, &field.ty, field.shape == Shape::OptionOrNull);
    if field.boxed {
        value = format!("Box::new({value})");
    }
    let value = match (field.required, field.shape) {
        (false, Shape::Nullable) => "Nullable::Absent".to_owned(),
        (false, _) => "None".to_owned(),
        (true, Shape::Option) => format!("Some({value})"),
        (true, _) => value,
    };
    format!("{name}: {value}")
}

fn setters(model: &Model, out: &mut Source) {
    let fields = model.fields.iter();
    let optional: Vec<_> = fields.filter(|field| !field.required).collect();
    let default = optional.len() == model.fields.len();
    if optional.is_empty() && !default {
        return;
    }
    let new = if default { " new()" } else { "" };
    let mut call = format!("setters! {{\n    {}{new} {{\n", model.name);
    for field in optional {
        call += &rust::doc("        ", field.sentence.as_deref().unwrap_or_default());
        let how = match field.shape {
            Shape::Nullable => format!("nullable {}", rust::ty(&field.ty, "")),
            _ if field.boxed => format!("boxed {}", rust::ty(&field.ty, "")),
            _ => rust::handing(&field.ty, ""),
        };
        _ = writeln!(call, "        {}: {how};", field.name);
    }
    out.call(&(call + "    }\n}\n"));
}

fn union(union: &Union, out: &mut Source) {
    let mut call = "open_union! {\n".to_owned();
    call += &rust::doc("    ", &union.sentence);
    let mut traits = Vec::new();
    if union.uses.reply {
        traits.push("Deserialize");
    }
    if union.uses.request {
        traits.push("Serialize");
    }
    let (name, tag) = (&union.name, rust::literal(&union.tag));
    _ = writeln!(call, "    {name} by {tag}: {} {{", traits.join(" "));
    for (variant, value, model) in &union.variants {
        let value = rust::literal(value);
        _ = writeln!(call, "        {variant}({model}) = {value},");
    }
    out.call(&(call + "    }\n}\n"));
}
