//! `actions/<group>.rs`: the group's methods, and a struct per action.

use std::fmt::Write as _;

use anyhow::Result;

use super::{
    examples,
    rust::{self, Source},
};
use crate::table::form::{Action, Enum, Group, Param, Reply, Table, Write};

const MODELS: &str = "models::";

/// Variants of an enum up to this width stand on one line.
const WIDEST: usize = 90;

/// The file of a group.
pub(crate) fn file(table: &Table, group: &Group) -> Result<String> {
    let mut out = Source::new(&group.sentence);
    out.code("use crate::generated::prelude::*;")?;
    out.code(&methods(table, group))?;
    for action in &group.actions {
        out.call(&call(action));
        if let Some(page) = &action.page {
            let facts = page.facts.iter().map(|(fact, field)| format!("{fact}: {field}"));
            let facts: Vec<_> = facts.collect();
            out.call(&format!(
                "paged!({} => {} {{ {} }});\n",
                action.struct_name,
                rust::ty(&page.item, MODELS),
                facts.join(", ")
            ));
        }
        if action.reply == Reply::Bytes {
            out.code(&format!("impl Streamed for {} {{}}", action.struct_name))?;
        }
    }
    for inner in &group.enums {
        out.call(&open_enum(inner));
    }
    Ok(out.finish())
}

/// The call of `open_enum!`.
pub(crate) fn open_enum(inner: &Enum) -> String {
    let mut out = "open_enum! {\n".to_owned();
    out += &rust::doc("    ", inner.sentence.as_deref().unwrap_or_default());
    let variant = |(name, value): &(String, String)| format!("{name} = {},", rust::literal(value));
    let variants: Vec<_> = inner.variants.iter().map(variant).collect();
    let short = variants.iter().map(|variant| variant.len() + 1).sum::<usize>() <= WIDEST;
    if short {
        _ = writeln!(out, "    {} {{ {} }}", inner.name, variants.join(" "));
        return out + "}\n";
    }
    _ = writeln!(out, "    {} {{", inner.name);
    for variant in variants {
        _ = writeln!(out, "        {variant}");
    }
    out + "    }\n}\n"
}

fn methods(table: &Table, group: &Group) -> String {
    let name = &group.struct_name;
    let mut out = rust::doc("", &group.sentence);
    _ = writeln!(
        out,
        "#[derive(Clone, Debug)] pub struct {name}<X> {{ on: X }}
        impl<X: Execute> {name}<X> {{
            /// The group on a client.
            pub fn new(on: X) -> Self {{ Self {{ on }} }}"
    );
    for action in &group.actions {
        out += &rust::doc("", &method_doc(action));
        out += &rust::doc("", &format!("\n{}", examples::example(table, &group.name, action)));
        let arguments = action.required.iter();
        let arguments = arguments.map(|p| rust::argument(&p.name, &p.ty, p.nullable, MODELS));
        let arguments: Vec<_> = arguments.collect();
        let names: Vec<_> = action.required.iter().map(|param| param.name.as_str()).collect();
        let struct_name = &action.struct_name;
        _ = writeln!(
            out,
            "pub fn {}(&self, {}) -> Bound<X, {struct_name}> {{
                Bound::new(self.on.clone(), {struct_name}::new({}))
            }}",
            action.method_name,
            arguments.join(", "),
            names.join(", "),
        );
    }
    out + "}"
}

fn method_doc(action: &Action) -> String {
    let mut out = format!("{}\n\n`{} {}`", action.sentence, action.method, action.path);
    if let Some(slug) = &action.doc {
        _ = write!(out, ", [reference](https://developer.box.com/reference/{slug})");
    }
    if !action.optional.is_empty() {
        let names = action.optional.iter().map(|param| format!("`{}`", param.name));
        _ = write!(out, "; optional: {}", names.collect::<Vec<_>>().join(", "));
    }
    out
}

/// The type of a required parameter: one that may be null is an `Option`.
fn slot(param: &Param) -> String {
    let ty = rust::ty(&param.ty, MODELS);
    if param.nullable { format!("Option<{ty}>") } else { ty }
}

fn call(action: &Action) -> String {
    let mut out = "action! {\n".to_owned();
    out += &rust::doc("    ", &action.sentence);
    let reply = match &action.reply {
        Reply::Model(name) => format!("{MODELS}{name}"),
        Reply::Maybe(name) => format!("Option<{MODELS}{name}>"),
        Reply::Nothing => "()".to_owned(),
        Reply::Bytes => "Bytes".to_owned(),
        Reply::Redirect => "Location".to_owned(),
    };
    let Action { struct_name, static_name, .. } = action;
    _ = writeln!(out, "    {struct_name} = {static_name} -> {reply} {{");
    let required = action.required.iter().map(|param| {
        let handing =
            if param.nullable { format!("into {}", slot(param)) } else { rust::handing(&param.ty, MODELS) };
        entry(param, &handing)
    });
    section(&mut out, "required", required);
    let (nullable, optional): (Vec<_>, _) =
        action.optional.iter().partition::<Vec<_>, _>(|param| param.nullable);
    let optional = optional.into_iter();
    let optional = optional.map(|param| entry(param, &rust::handing(&param.ty, MODELS)));
    section(&mut out, "optional", optional);
    let nullable = nullable.into_iter();
    let nullable = nullable.map(|param| entry(param, &rust::ty(&param.ty, MODELS)));
    section(&mut out, "nullable", nullable);
    let constants = action.constants.iter().map(|(place, name, value)| {
        let (name, value) = (rust::literal(name), rust::literal(value));
        format!("{} {name} = {value};", write_name(*place))
    });
    section(&mut out, "constant", constants);
    out + "    }\n}\n"
}

pub(crate) fn section(out: &mut String, name: &str, entries: impl Iterator<Item = String>) {
    let entries: Vec<_> = entries.collect();
    match entries.as_slice() {
        [] => {}
        [entry] if !entry.contains('\n') => _ = writeln!(out, "        {name} {{ {entry} }}"),
        entries => {
            _ = writeln!(out, "        {name} {{");
            for line in entries.iter().flat_map(|entry| entry.lines()) {
                _ = writeln!(out, "            {line}");
            }
            *out += "        }\n";
        }
    }
}

fn entry(param: &Param, ty: &str) -> String {
    let doc = rust::doc("", param.sentence.as_deref().unwrap_or_default());
    let wire = rust::literal(&param.wire);
    format!("{doc}{} {wire} {}: {ty};", write_name(param.write), param.name)
}

/// The word of `action!` for a place.
fn write_name(write: Write) -> &'static str {
    match write {
        Write::Path => "path",
        Write::Query => "query",
        Write::QueryEach => "query_each",
        Write::QueryJson => "query_json",
        Write::Header => "header",
        Write::Form => "form",
        Write::Body => "body",
        Write::BodyWhole => "body_whole",
        Write::BodyOctets => "body_octets",
        Write::PartJson => "part_json",
        Write::PartContent => "part_content",
    }
}
