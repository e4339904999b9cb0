//! The intermediate form as files: one writer each. A writer prints, it does not decide.

mod actions;
mod conformance;
mod examples;
mod floor;
mod golden;
mod golden_calls;
mod groups;
mod methods;
mod model_readers;
mod models;
mod operation_ids;
mod operations;
mod rust;
mod samples;
mod typescript;

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::table::form::Table;

/// More lines than this, and a file is too long to be read.
const MOST_LINES: usize = 1_500;

/// All generated files by path.
pub(crate) fn all(table: &Table) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let generated = "box-core/src/generated";
    files.insert(format!("{generated}/mod.rs"), groups::root()?);
    files.insert(format!("{generated}/operations.rs"), operations::file(table)?);
    files.insert(format!("{generated}/actions/mod.rs"), groups::actions(table)?);
    files.insert(format!("{generated}/models/mod.rs"), groups::models(table)?);
    for group in &table.groups {
        let path = format!("{generated}/actions/{}.rs", group.name);
        files.insert(path, actions::file(table, group)?);
    }
    for shelf in &table.shelves {
        let path = format!("{generated}/models/{}.rs", shelf.name);
        files.insert(path, models::file(shelf)?);
    }
    files.insert("box-core/api/METHODS.md".to_owned(), methods::file(table));
    files.insert("tests/emulator/src/generated/operation_ids.rs".to_owned(), operation_ids::file(table)?);
    files.insert("tests/conformance/generated/operations.txt".to_owned(), conformance::file(table));
    files.extend(model_readers::files(table)?);
    floor::files(table, &mut files)?;
    golden::files(table, &mut files);
    golden_calls::files(table, &mut files)?;
    typescript::files(table, &mut files)?;
    for (path, text) in &files {
        let lines = text.lines().count();
        if lines >= MOST_LINES {
            bail!("{path} would have {lines} lines: split its group");
        }
    }
    Ok(files)
}
