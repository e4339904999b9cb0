//! The table: text in, one intermediate form out.

mod actions;
mod attributes;
mod cursor;
mod error;
mod families;
pub(crate) mod form;
mod models;
pub(crate) mod names;
mod reach;
mod read;
mod resolve;
#[cfg(test)]
mod tests;
mod types;
mod verbs;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context, Result};

pub(crate) use error::TableError;

/// Where the table lies in the workspace.
const FOLDER: &str = "box-core/api";

/// Reads the table of a workspace.
pub(crate) fn load(root: &Path) -> Result<form::Table> {
    let actions = files(root, FOLDER)?;
    let models = files(root, &format!("{FOLDER}/models"))?;
    Ok(parse(&actions, &models)?)
}

/// Reads a table from the texts of its files by path.
pub(crate) fn parse(
    actions: &BTreeMap<String, String>,
    models: &BTreeMap<String, String>,
) -> Result<form::Table, TableError> {
    let mut groups = Vec::new();
    for (path, text) in actions {
        groups.push(read::group(&Arc::from(path.as_str()), stem(path), text)?);
    }
    let mut shelves = Vec::new();
    for (path, text) in models {
        let definitions = read::definitions(&Arc::from(path.as_str()), text)?;
        shelves.push((stem(path).to_owned(), definitions));
    }
    resolve::table(&groups, &shelves)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".api").unwrap_or(name)
}

fn files(root: &Path, folder: &str) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    let entries = fs::read_dir(root.join(folder)).with_context(|| format!("reading {folder}"))?;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".api") {
            let path = format!("{folder}/{name}");
            let text = fs::read_to_string(root.join(&path));
            out.insert(path.clone(), text.with_context(|| format!("reading {path}"))?);
        }
    }
    Ok(out)
}
