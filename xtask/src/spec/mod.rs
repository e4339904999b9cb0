//! Compares the table with Box's documents. It reads them on its own: what it finds never comes from what made the table.

mod actions;
pub(crate) mod allow;
mod definitions;
pub(crate) mod difference;
pub(crate) mod document;
mod gather;
pub(crate) mod mutate;
mod objects;
mod operation;
mod pair;
pub(crate) mod retries;
mod row;
mod schema;
mod shape;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeSet;

use self::{
    actions::Comparison,
    difference::{Difference, Found},
    document::Document,
    gather::Gathered,
    pair::pair,
};
use crate::table::form::Table;

/// How the table stands to the documents.
pub(crate) struct Report {
    /// Operations of the documents.
    pub(crate) operations: usize,
    /// Operations that have a row.
    pub(crate) covered: usize,
    /// Sorted, each once.
    pub(crate) differences: Vec<Difference>,
    /// What of the table the documents speak of: ids of rows, names of models, unions and enums.
    places: BTreeSet<String>,
}

/// Compares a table with documents.
pub(crate) fn compare(table: &Table, documents: &[Document]) -> Report {
    let operations: Vec<_> = documents.iter().flat_map(Document::operations).collect();
    let count = operations.len();
    let mut differences = Vec::new();
    let mut gathered = Gathered::new(table);
    let pairs = pair(table, operations);
    for (row, operation) in &pairs.pairs {
        let found = Found { place: &operation.title(), out: &mut differences };
        Comparison { row, operation, found, gathered: &mut gathered }.run();
    }
    gathered.finish();
    definitions::compare(table, &gathered, &mut differences);
    for operation in &pairs.operations {
        let mut found = Found { place: &operation.title(), out: &mut differences };
        found.missing("operation", operation.id, &operation.document.label);
    }
    for row in &pairs.rows {
        let mut found = Found { place: &format!("{} {}", row.method, row.path), out: &mut differences };
        found.extra("row", &row.id);
    }
    differences.sort();
    differences.dedup();
    let rows = pairs.pairs.iter().map(|(row, _)| row.id.as_str());
    let places = rows.chain(gathered.places()).map(str::to_owned).collect();
    Report { operations: count, covered: pairs.pairs.len(), differences, places }
}
