//! Every example value in Box's documents comes back from its model as it was.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod documents;

use std::collections::BTreeMap;

use documents::{Collection, Example};
use serde_json::Value;

/// Lines of the list of what Box's examples contradict.
const MOST_ALLOWED: usize = 6;

/// Schemas that have examples, in percent. The others are errors, and answers that say that there is none yet.
const FEWEST_SCHEMAS: usize = 97;

/// Example values that are part of some example, in percent.
const FEWEST_VALUES: usize = 98;

#[test]
fn every_example_comes_back() {
    let faults: Vec<_> = documents::examples().iter().filter_map(fault).collect();
    let allowed = documents::allowed();
    assert!(allowed.len() <= MOST_ALLOWED, "{} lines in examples-allow.txt", allowed.len());
    let mut uses: BTreeMap<_, usize> = allowed.iter().map(|(pattern, _)| (*pattern, 0)).collect();
    let mut open = Vec::new();
    for fault in faults {
        match allowed.iter().find(|(pattern, _)| documents::is_like(&fault, pattern)) {
            Some((pattern, _)) => *uses.entry(pattern).or_default() += 1,
            None => open.push(fault),
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
    if documents::load().is_some() {
        let unused: Vec<_> = uses.iter().filter(|(_, uses)| **uses == 0).collect();
        assert!(unused.is_empty(), "unused in examples-allow.txt: {unused:?}");
    }
}

#[test]
fn the_documents_are_covered() {
    let Some(documents) = documents::load() else { return };
    let all = Collection::of(&documents);
    let left: Vec<_> = all.schemas.difference(&all.covered).collect();
    let (schemas, given) = (all.schemas.len(), all.given);
    let (covered, used) = (schemas - left.len(), given - all.unused.len());
    let count = all.examples.len();
    documents::say(&format!("{count} examples of {covered} of {schemas} schemas, {used} of {given} values"));
    documents::say(&format!("without examples: {left:?}"));
    assert!(covered * 100 >= schemas * FEWEST_SCHEMAS, "{covered} of {schemas} schemas");
    assert!(used * 100 >= given * FEWEST_VALUES, "{used} of {given} values: {:?} are left", all.unused);
}

/// What becomes of an example on its way, if it changes.
fn fault(example: &Example) -> Option<String> {
    let Example { place, codec, value } = example;
    let text = value.to_string();
    let found = match (codec.round_trip(&text), codec.round_trip_by_serde(&text)) {
        (Ok(written), Ok(by_serde)) => {
            let written: Value = serde_json::from_str(&written).unwrap();
            let by_serde: Value = serde_json::from_str(&by_serde).unwrap();
            let twofold = (written != by_serde).then(|| format!(": by serde it is {by_serde}"));
            let differences = documents::differences(value, &written).into_iter();
            differences.map(|found| format!("{}: {}", found.at, found.what)).next().or(twofold)
        }
        (ended, _) => Some(format!(": {ended:?}: {value}")),
    };
    found.map(|found| format!("{place} ({}){found}", codec.name))
}
