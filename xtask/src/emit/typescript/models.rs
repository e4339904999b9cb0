//! `models/<shelf>.ts`: interfaces, unions and enums.

use std::fmt::Write as _;

use super::{
    WIDTH,
    doc::doc,
    enums,
    names::{self, Homes},
    source::{Lists, Source},
    width,
};
use crate::table::form::{Definition, Enum, Model, Shelf, Table, Told, Union};

/// The file of a shelf.
pub(super) fn file(table: &Table, shelf: &Shelf, homes: &Homes) -> String {
    let mut out = Source::models(&shelf.name, homes);
    for definition in &shelf.definitions {
        let text = match definition {
            Definition::Model(model) => self::model(model, &mut out),
            Definition::Union(union) => self::union(table, union, &mut out),
            Definition::Enum(inner) => enums::open_enum(&inner.name, inner, &place(inner, shelf)),
        };
        out.push(&text);
    }
    out.finish()
}

/// The member of a model whose values are an inline enum.
fn place(inner: &Enum, shelf: &Shelf) -> String {
    for definition in &shelf.definitions {
        if let Definition::Model(model) = definition
            && let Some(field) = model.fields.iter().find(|field| enums::holds(&field.ty, inner))
        {
            return enums::place(&field.wire, &model.name);
        }
    }
    String::new()
}

fn model(model: &Model, out: &mut Source<'_>) -> String {
    let mut text = doc("", &[&model.sentence], &[]);
    _ = writeln!(text, "export interface {} {{", model.name);
    for (tag, value) in &model.tags {
        _ = writeln!(text, "  {}: {value:?};", names::member(tag));
    }
    for field in &model.fields {
        text += &doc("  ", &[field.sentence.as_deref().unwrap_or_default()], &[]);
        let ty = out.ty(&field.ty, Lists::Mutable);
        text += &names::slot(&field.wire, !field.given, field.nullable, &ty);
    }
    if model.rest.is_some() {
        // What is under other names may be anything, as an index signature covers the known names too.
        _ = writeln!(text, "  [name: string]: unknown;");
    }
    text + "}\n"
}

fn union(table: &Table, union: &Union, out: &mut Source<'_>) -> String {
    let mut members = Vec::new();
    for variant in &union.variants {
        let mut member = out.model(&variant.model);
        match &variant.told {
            Told::Value(value) => {
                let known = table.models.get(&variant.model).map(|model| model.tags.as_slice());
                let is_tag = |(tag, known): &(String, String)| *tag == union.tag && known == value;
                let tagged = known.unwrap_or_default().iter().any(is_tag);
                // A model that is sent is written as it is.
                if !tagged && !union.uses.request {
                    member = format!("{}<{member}, {:?}, {value:?}>", out.kind("Kind"), union.tag);
                }
            }
            Told::Has(_) => member = format!("({member} & {{ {}?: undefined }})", names::member(&union.tag)),
        }
        if !members.contains(&member) {
            members.push(member);
        }
    }
    let (name, tag, open) = (&union.name, &union.tag, out.kind("OpenUnion"));
    let line = format!("export type {name} = {open}<{}, {tag:?}>;", members.join(" | "));
    let text = if width(&line) <= WIDTH {
        line
    } else {
        format!("export type {name} = {open}<\n  | {},\n  {tag:?}\n>;", members.join("\n  | "))
    };
    doc("", &[&union.sentence], &[]) + &text + "\n"
}
