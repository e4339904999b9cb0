//! The `mod.rs` files: what is there, and how a client comes to its methods.

use std::fmt::Write as _;

use anyhow::Result;

use super::rust::{self, Source};
use crate::table::form::Table;

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
                value::{Nullable, json_replies, open_enum, open_union, union_replies},
            };
        }",
    )?;
    Ok(out.finish())
}

/// `generated/actions/mod.rs`.
pub(crate) fn actions(table: &Table) -> Result<String> {
    let mut out = Source::new("All actions, a module per group.");
    let mut modules = "use crate::action::Execute;".to_owned();
    let mut groups = "
/// Adds a method per group to a type that implements `Execute`.
#[doc(hidden)]
#[macro_export]
macro_rules! api_groups {
    ($($vis:tt)*) => {
"
    .trim_start()
    .to_owned();
    for group in &table.groups {
        let (name, ty) = (&group.name, &group.struct_name);
        _ = write!(modules, "pub mod {name};");
        groups += &rust::doc("        ", &group.sentence);
        let path = format!("$crate::actions::{name}::{ty}");
        _ = write!(
            groups,
            "        $($vis)* fn {name}(&self) -> {path}<Self> {{
            {path}::new(Clone::clone(self))
        }}
"
        );
    }
    groups += "    };\n}\n";
    out.code(&modules)?;
    out.call(&groups);
    out.code(
        "/// All groups, for code that is generic over the client.
        pub trait Api: Execute {
            api_groups!();
        }
        impl<X: Execute> Api for X {}",
    )?;
    Ok(out.finish())
}

/// `generated/models/mod.rs`.
pub(crate) fn models(table: &Table) -> Result<String> {
    let mut out = Source::new("All models.");
    let names = table.shelves.iter().map(|shelf| &shelf.name);
    let modules = names.clone().map(|name| format!("mod {name};"));
    out.code(&modules.collect::<String>())?;
    out.code(&names.map(|name| format!("pub use {name}::*;")).collect::<String>())?;
    Ok(out.finish())
}
