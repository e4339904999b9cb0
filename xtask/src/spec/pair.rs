//! Which row of the table is which operation of the documents.

use std::collections::BTreeMap;

use super::{operation::Operation, row};
use crate::table::form::{Action, Table};

/// Rows with their operations, and what is left of both.
pub(super) struct Pairs<'t, 'd> {
    pub(super) pairs: Vec<(&'t Action, Operation<'d>)>,
    pub(super) rows: Vec<&'t Action>,
    pub(super) operations: Vec<Operation<'d>>,
}

/// Pairs by method and address, among several of one address by their page in Box's reference, and what is left by that
/// page alone.
pub(super) fn pair<'t, 'd>(table: &'t Table, operations: Vec<Operation<'d>>) -> Pairs<'t, 'd> {
    let mut pairs = Pairs { pairs: Vec::new(), rows: Vec::new(), operations };
    let rows = table.groups.iter().flat_map(|group| &group.actions);
    let mut by_address: BTreeMap<String, Vec<&Action>> = BTreeMap::new();
    rows.for_each(|row| by_address.entry(row::address(row)).or_default().push(row));
    for (address, rows) in by_address {
        let mut left = Vec::new();
        for row in rows {
            let is_same = |operation: &Operation<'_>| {
                operation.address() == address && row.doc == Some(operation.slug())
            };
            left.extend(pairs.take(row, is_same));
        }
        let is_here = |operation: &&Operation<'_>| operation.address() == address;
        if let ([row], 1) = (left.as_slice(), pairs.operations.iter().filter(is_here).count()) {
            let row = *row;
            left = pairs.take(row, |operation| operation.address() == address).into_iter().collect();
        }
        pairs.rows.append(&mut left);
    }
    for row in std::mem::take(&mut pairs.rows) {
        let left = pairs.take(row, |operation| row.doc == Some(operation.slug()));
        pairs.rows.extend(left);
    }
    pairs
}

impl<'t> Pairs<'t, '_> {
    /// Pairs a row with the first such operation, or gives it back.
    fn take(&mut self, row: &'t Action, is_it: impl Fn(&Operation<'_>) -> bool) -> Option<&'t Action> {
        let Some(at) = self.operations.iter().position(is_it) else {
            return Some(row);
        };
        self.pairs.push((row, self.operations.remove(at)));
        None
    }
}
