//! The `mod.rs` files: what is there, and how a client comes to its methods.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Result;

use super::rust::{self, Source};
use crate::table::form::{Families, Group, Table};

/// `generated/mod.rs`.
pub(crate) fn root() -> Result<String> {
    let mut out = Source::new("What `cargo xtask codegen` makes of the table in `api/`.");
    out.code(
        "#![allow(
            missing_docs,
            unused_imports,
            clippy::new_without_default,
            clippy::too_many_arguments,
            reason = \"the table says what needs saying\"
        )]
        pub mod actions;
        pub mod models;
        pub mod operations;

        /// What generated files use.
        pub(crate) mod prelude {
            pub(crate) use std::collections::BTreeMap;

            pub(crate) use bytes::Bytes;
            pub(crate) use serde_json::Value;

            pub(crate) use crate::{
                action::{Bound, Execute, Streamed},
                macros::{action, from_string, model, paged},
                models,
                names::ItemName,
                reply::Location,
                request::Payload,
                secret::Secret,
                time::{Date, DateTime},
                value::{Nullable, json_replies, open_enum, open_union, union_from},
            };
        }",
    )?;
    Ok(out.finish())
}

/// `generated/actions/mod.rs`.
pub(crate) fn actions(table: &Table) -> Result<String> {
    let mut out = Source::new("All actions, a module per group.");
    let mut modules = "use crate::action::Execute;".to_owned();
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    let mut base = String::new();
    for group in &table.groups {
        let name = &group.name;
        let cfg = group.family.as_ref().map(|family| format!("#[cfg(feature = \"{family}\")]"));
        _ = write!(modules, "{} pub mod {name};", cfg.unwrap_or_default());
        let methods = match &group.family {
            Some(family) => families.entry(family).or_default(),
            None => &mut base,
        };
        method(group, methods);
    }
    for family in families.keys() {
        _ = writeln!(base, "        $crate::api_{family}!($($vis)*);");
    }
    out.code(&modules)?;
    let groups = macro_of("groups", &base);
    out.call(&format!("/// Adds a method per group to a type that implements `Execute`.\n{groups}"));
    for (family, methods) in &families {
        out.call(&format!("#[cfg(feature = \"{family}\")]\n{}", macro_of(family, methods)));
        out.call(&format!("#[cfg(not(feature = \"{family}\"))]\n{}", macro_of(family, "")));
    }
    // Not by the macro: what stands behind an attribute can't be named by its path in its own crate.
    let mut api =
        "/// All groups, for code that is generic over the client.\npub trait Api: Execute {".to_owned();
    for group in &table.groups {
        let (name, ty) = (&group.name, &group.struct_name);
        api += &rust::doc("", &group.sentence);
        api += &group
            .family
            .as_ref()
            .map(|family| format!("#[cfg(feature = \"{family}\")]\n"))
            .unwrap_or_default();
        _ = write!(api, "fn {name}(&self) -> {name}::{ty}<Self> {{ {name}::{ty}::new(Clone::clone(self)) }}");
    }
    out.code(&(api + "} impl<X: Execute> Api for X {}"))?;
    Ok(out.finish())
}

fn method(group: &Group, out: &mut String) {
    let path = format!("$crate::actions::{}::{}", group.name, group.struct_name);
    *out += &rust::doc("        ", &group.sentence);
    _ = write!(
        out,
        "        $($vis)* fn {}(&self) -> {path}<Self> {{
            {path}::new(Clone::clone(self))
        }}
",
        group.name
    );
}

fn macro_of(name: &str, body: &str) -> String {
    let head = format!("#[doc(hidden)]\n#[macro_export]\nmacro_rules! api_{name} {{");
    format!("{head}\n    ($($vis:tt)*) => {{\n{body}    }};\n}}\n")
}

/// `generated/models/mod.rs`.
pub(crate) fn models(table: &Table) -> Result<String> {
    let mut out = Source::new("All models.");
    let (mut modules, mut uses) = (String::new(), String::new());
    for shelf in &table.shelves {
        let (cfg, name) = (cfg(&shelf.families), &shelf.name);
        _ = write!(modules, "{cfg} mod {name};");
        _ = write!(uses, "{cfg} pub use {name}::*;");
    }
    out.code(&modules)?;
    out.code(&uses)?;
    Ok(out.finish())
}

/// The attribute of what only some families need.
fn cfg(families: &Families) -> String {
    match families {
        Families::All => String::new(),
        Families::Some(names) => {
            let features: Vec<_> = names.iter().map(|name| format!("feature = \"{name}\"")).collect();
            match features.as_slice() {
                [feature] => format!("#[cfg({feature})]"),
                features => format!("#[cfg(any({}))]", features.join(", ")),
            }
        }
    }
}
