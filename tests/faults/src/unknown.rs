//! The list of operations that can end unknown, as it is checked in.

use box_core::operation::{Operation, RetryClass};

use crate::{fixtures, tally::Tally};

/// The file.
pub const LIST: &str = include_str!("../../outcome-unknown.txt");

/// Steps of an upload that only the upload as a whole can explain: it knows the parts, and the file's name.
pub const ALONE: [&str; 2] = ["upload_sessions.commit", "upload_sessions.upload_part"];

/// Whether a row may end unknown: a write that nothing makes safe to repeat and no look explains.
pub fn may_end_unknown(row: &Operation) -> bool {
    let unexplained = matches!(row.retry, RetryClass::Never | RetryClass::Conditional);
    row.writes && (unexplained || ALONE.contains(&row.id))
}

/// What the file should say, by the table.
pub fn computed() -> Vec<&'static str> {
    let rows = box_core::operations::OPERATIONS.iter().filter(|row| may_end_unknown(row));
    let mut ids: Vec<_> = rows.map(|row| row.id).collect();
    ids.sort_unstable();
    ids
}

/// What the file says.
pub fn listed() -> Vec<&'static str> {
    LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Where the file is wrong.
pub fn complaints() -> Vec<String> {
    let (computed, listed) = (computed(), listed());
    let grown = computed.iter().filter(|id| !listed.contains(id)).map(|id| {
        format!(
            "{id} may end unknown, and {FILE} may only shrink: give its row a retry class that ends known"
        )
    });
    let shrunk = listed.iter().filter(|id| !computed.contains(id));
    let shrunk = shrunk.map(|id| format!("{id} doesn't end unknown any more: delete its line from {FILE}"));
    let unsorted = listed.windows(2).filter(|pair| pair[0] >= pair[1]);
    let unsorted = unsorted.map(|pair| format!("{} stands before {} in {FILE}", pair[0], pair[1]));
    grown.chain(shrunk).chain(unsorted).collect()
}

/// Where the matrix has seen something else than the file says.
pub fn contradictions(tally: &Tally) -> Vec<String> {
    let listed = listed();
    let seen = tally.unknown();
    let unlisted = seen.iter().filter(|id| !listed.contains(id));
    let unlisted = unlisted.map(|id| format!("{id} ended unknown, and {FILE} doesn't list it"));
    let called = fixtures::fixtures().map(|fixture| fixture.operation);
    let known = called.filter(|id| listed.contains(id) && !seen.contains(id));
    let known = known.map(|id| format!("{id} never ended unknown, and {FILE} lists it"));
    unlisted.chain(known).collect()
}

const FILE: &str = "tests/outcome-unknown.txt";
