//! TypeScript: the rows that box-wasm's JavaScript makes its methods of, the types of these methods, and calls that test
//! both.

mod actions;
mod calls;
mod doc;
mod enums;
mod index;
mod kinds;
mod literal;
mod models;
mod names;
mod rows;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::Result;

use self::names::Homes;
use super::rust::NOTICE;
use crate::table::form::Table;

/// Lines are no longer than this where they can be broken.
const WIDTH: usize = 110;

/// Adds all files of TypeScript.
pub(crate) fn files(table: &Table, files: &mut BTreeMap<String, String>) -> Result<()> {
    let homes = Homes::new(table)?;
    let generated = "box-wasm/js/src/generated";
    let mut add = |path: String, body: String| _ = files.insert(path, format!("// {NOTICE}\n\n{body}"));
    for (name, file) in rows::files(table)? {
        add(format!("{generated}/rows/{name}.ts"), file);
    }
    add(format!("{generated}/kinds.ts"), kinds::FILE.to_owned());
    add(format!("{generated}/index.ts"), index::file(table));
    for group in &table.groups {
        add(format!("{generated}/actions/{}.ts", group.name), actions::file(group, &homes));
    }
    for shelf in &table.shelves {
        add(format!("{generated}/models/{}.ts", shelf.name), models::file(table, shelf, &homes));
    }
    let calls = "tests/packaging/generated/calls";
    add(format!("{calls}/index.ts"), calls::index(table));
    for group in &table.groups {
        add(format!("{calls}/{}.ts", group.name), calls::file(table, group));
    }
    Ok(())
}

/// Characters of a line, not bytes.
fn width(text: &str) -> usize {
    text.chars().count()
}
