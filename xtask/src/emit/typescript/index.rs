//! `index.ts`: every type, and the groups of a client.

use std::fmt::Write as _;

use super::{doc::doc, names};
use crate::table::form::Table;

/// The file.
pub(super) fn file(table: &Table) -> String {
    let mut out = String::new();
    for group in &table.groups {
        _ = writeln!(out, "import type {{ {} }} from \"./actions/{}.js\";", names::api(group), group.name);
    }
    out.push('\n');
    for group in &table.groups {
        _ = writeln!(out, "export type * from \"./actions/{}.js\";", group.name);
    }
    out += "export type * from \"./kinds.js\";\n";
    for shelf in &table.shelves {
        _ = writeln!(out, "export type * from \"./models/{}.js\";", shelf.name);
    }
    out += "\n/** The groups of Box's API. */\nexport interface BoxApi {\n";
    for group in &table.groups {
        out += &doc("  ", &[&group.sentence], &[]);
        _ = writeln!(out, "  readonly {}: {};", names::camel(&group.name), names::api(group));
    }
    out + "}\n"
}
