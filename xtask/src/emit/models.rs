//! `models/<group>.rs`: models, unions and enums.

use std::fmt::Write as _;

use anyhow::Result;

use super::{
    actions,
    rust::{self, Source},
};
use crate::table::form::{Definition, Field, Model, Shape, Shelf, Told, Union};

/// The file of a group.
pub(crate) fn file(shelf: &Shelf) -> Result<String> {
    let title = shelf.name.replace('_', " ");
    let mut out = Source::new(&format!("Models of {title}."));
    out.code("use super::*; use crate::generated::prelude::*;")?;
    let mut replies = Vec::new();
    let mut from_string = Vec::new();
    for definition in &shelf.definitions {
        match definition {
            Definition::Model(model) => {
                out.call(&self::model(model));
                if model.uses.whole_reply {
                    replies.push(model.name.as_str());
                }
                if model.from_string {
                    from_string.push(model.name.as_str());
                }
            }
            Definition::Union(union) => {
                out.call(&self::union(union));
                out.call(&made_of(union));
                if union.uses.whole_reply {
                    replies.push(union.name.as_str());
                }
            }
            Definition::Enum(inner) => out.call(&actions::open_enum(inner)),
        }
    }
    for (name, models) in [("json_replies", replies), ("from_string", from_string)] {
        if !models.is_empty() {
            out.call(&format!("{name}!({});\n", models.join(", ")));
        }
    }
    Ok(out.finish())
}

fn model(model: &Model) -> String {
    let mut out = "model! {\n".to_owned();
    out += &rust::doc("    ", &model.sentence);
    let usage = if model.uses.request { "request" } else { "reply" };
    _ = writeln!(out, "    {usage} {} {{", model.name);
    let constants = model.tags.iter();
    let constants =
        constants.map(|(name, value)| format!("{} = {};", rust::literal(name), rust::literal(value)));
    actions::section(&mut out, "constant", constants);
    let mut number = 0..;
    let mut numbered = |name: &str, text: &dyn Fn(&Field) -> Option<String>| {
        let fields = model.fields.iter().filter_map(|field| {
            let text = text(field)?;
            let number = number.next().unwrap_or(0);
            let doc = rust::doc("", field.sentence.as_deref().unwrap_or_default());
            Some(format!("{doc}{number} {} {}: {text};", rust::literal(&field.wire), field.name))
        });
        let fields: Vec<_> = fields.collect();
        actions::section(&mut out, name, fields.into_iter());
    };
    numbered("identity", &|field| (place(field) == Place::Identity).then(|| rust::ty(&field.ty, "")));
    numbered("required", &|field| {
        let kind = match (field.shape, place(field)) {
            (_, Place::Identity | Place::Optional | Place::Nullable) => return None,
            (Shape::Plain, _) => "plain",
            (Shape::OptionOrNull, _) => "null",
            (Shape::Option | Shape::Nullable, _) => "some",
        };
        Some(format!("{kind} {}", handing(field)))
    });
    numbered("optional", &|field| (place(field) == Place::Optional).then(|| handing(field)));
    numbered("nullable", &|field| (place(field) == Place::Nullable).then(|| rust::ty(&field.ty, "")));
    if let Some(rest) = &model.rest {
        _ = writeln!(
            out,
            "        extra {{\n            /// Further members, under their own names.\n            extra: {};\n        }}",
            rust::ty(rest, "")
        );
    }
    out + "    }\n}\n"
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It has a value even if it isn't given.
    Identity,
    Required,
    Optional,
    Nullable,
}

fn place(field: &Field) -> Place {
    match field.shape {
        _ if field.given => Place::Required,
        Shape::Plain => Place::Identity,
        Shape::Nullable => Place::Nullable,
        Shape::Option | Shape::OptionOrNull => Place::Optional,
    }
}

fn handing(field: &Field) -> String {
    if field.boxed { format!("boxed {}", rust::ty(&field.ty, "")) } else { rust::handing(&field.ty, "") }
}

fn union(union: &Union) -> String {
    let mut out = "open_union! {\n".to_owned();
    out += &rust::doc("    ", &union.sentence);
    let (name, tag) = (&union.name, rust::literal(&union.tag));
    _ = writeln!(out, "    {name} by {tag} {{");
    for variant in &union.variants {
        if let Told::Value(value) = &variant.told {
            _ = writeln!(out, "        {}({}) = {},", variant.name, variant.model, rust::literal(value));
        }
    }
    let mut separator = ";\n        ";
    for variant in &union.variants {
        if let Told::Has(member) = &variant.told {
            let member = rust::literal(member);
            _ = writeln!(out, "        {separator}{}({}) has {member},", variant.name, variant.model);
            separator = "";
        }
    }
    out + "    }\n}\n"
}

/// The conversions into a union; a model that stands for two values turns into the first.
fn made_of(union: &Union) -> String {
    let mut seen = Vec::new();
    let mut out = Vec::new();
    for variant in &union.variants {
        if !seen.contains(&&variant.model) {
            seen.push(&variant.model);
            out.push(format!("{}({})", variant.name, variant.model));
        }
    }
    format!("union_from!({}: {});\n", union.name, out.join(", "))
}
