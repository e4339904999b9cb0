//! `operation_ids.rs` of the emulator: names only, so that it shares nothing else of the table.

use anyhow::Result;

use super::rust::{self, Source};
use crate::table::form::Table;

/// The file.
pub(crate) fn file(table: &Table) -> Result<String> {
    let mut ids: Vec<_> = table
        .groups
        .iter()
        .flat_map(|group| &group.actions)
        .map(|action| rust::literal(&action.id))
        .collect();
    ids.sort();
    let mut out = Source::new("Names of all operations.");
    out.code(&format!(
        "/// Every operation of the table, as `group.action`, sorted.
        pub const OPERATION_IDS: &[&str] = &[{}];",
        ids.join(", ")
    ))?;
    Ok(out.finish())
}
