//! What Box may change about a value never ends in a panic, never loses what it stands in, and changes nothing else.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod documents;

use box_core::time::{Date, DateTime};
use documents::{ANOTHER, CONSTANT, Ended, Example, MUTATIONS, Mutation, differences};
use serde_json::Value;

/// Mutations of an example.
const MOST: usize = 24;

/// Cuts through an example.
const CUTS: usize = 8;

#[test]
fn one_fault_changes_nothing_else() {
    let mut rng = fastrand::Rng::with_seed(1);
    let mut tried = 0;
    let mut faults = Vec::new();
    for example in documents::examples().iter().filter(|example| comes_back(example)) {
        let pointers = documents::pointers(&example.value);
        let all = pointers.iter().flat_map(|pointer| MUTATIONS.map(|mutation| (mutation, pointer)));
        let mut all: Vec<_> = all.collect();
        rng.shuffle(&mut all);
        let mutated = all.into_iter().filter_map(|(mutation, pointer)| {
            let (value, at) = mutation.of(&example.value, pointer)?;
            Some(Mutated { example, mutation, value, at })
        });
        for mutated in mutated.take(MOST) {
            tried += 1;
            let Mutated { mutation, at, .. } = &mutated;
            let (place, name) = (&example.place, example.codec.name);
            let fault = mutated.fault().or_else(|| mutated.fault_in_a_list());
            faults.extend(fault.map(|fault| format!("{place} ({name}), {mutation:?} at {at}: {fault}")));
        }
    }
    documents::say(&format!("{tried} values with a fault"));
    assert!(faults.is_empty(), "{} of {tried} mutations: {}", faults.len(), faults.join("\n"));
}

#[test]
fn a_text_that_was_cut_is_an_error() {
    let mut rng = fastrand::Rng::with_seed(2);
    for example in documents::examples() {
        let text = example.value.to_string();
        if !text.starts_with(['{', '[', '"']) {
            continue;
        }
        for _ in 0..CUTS {
            let cut = text.get(..rng.usize(..text.len())).unwrap_or_default();
            let found = example.codec.round_trip(cut);
            assert!(matches!(found, Err(Ended::NoJson(_))), "{found:?}: {cut}");
        }
    }
}

/// Whether nothing of an example is lost; some contradict their own schemas.
fn comes_back(example: &Example) -> bool {
    let written = example.codec.round_trip(&example.value.to_string()).unwrap();
    differences(&example.value, &serde_json::from_str(&written).unwrap()).is_empty()
}

/// An example with one fault.
struct Mutated<'a> {
    example: &'a Example,
    mutation: Mutation,
    value: Value,
    /// Where it is.
    at: String,
}

impl Mutated<'_> {
    /// What is wrong with how it is read and written.
    fn fault(&self) -> Option<String> {
        let codec = &self.example.codec;
        let written: Value = match codec.round_trip(&self.value.to_string()) {
            Ok(written) => serde_json::from_str(&written).unwrap(),
            Err(Ended::OtherShape) if self.at.is_empty() => return None,
            // It is read, but must not be sent: the name of a file or folder.
            Err(Ended::Refused(why)) if self.at.ends_with("name") && why.contains("name") => return None,
            Err(ended) => return Some(format!("{ended:?}")),
        };
        let is_tag = codec.tag.is_some_and(|tag| self.at.strip_prefix('/') == Some(tag));
        if is_tag && written != self.value {
            return Some(format!("an unknown member of a union became {written}"));
        }
        let mut found = self.found_elsewhere(&self.value, &written);
        // An element of another shape is left out of its list.
        if let (false, Some(left)) = (found.is_empty(), documents::without(&self.value, &self.at)) {
            found = self.found_elsewhere(&left, &written);
        }
        found.into_iter().next().or_else(|| self.fault_of_another(&written))
    }

    /// Differences to what was read at other places than that of the fault.
    fn found_elsewhere(&self, read: &Value, written: &Value) -> Vec<String> {
        let is_here = |at: &str| {
            let rest = at.strip_prefix(self.at.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found = differences(read, written).into_iter().filter(|found| !is_here(&found.at));
        found.map(|found| format!("{}: {}", found.at, found.what)).collect()
    }

    /// What is wrong with another text, such as an unknown value of an enum, which must be kept.
    fn fault_of_another(&self, written: &Value) -> Option<String> {
        let (Mutation::Another, Some(Value::String(old))) =
            (self.mutation, self.example.value.pointer(&self.at))
        else {
            return None;
        };
        let new = written.pointer(&self.at).unwrap_or(&Value::Null);
        let is_constant = CONSTANT.iter().any(|name| self.at.ends_with(name)) && new == old;
        let is_text = Date::parse(old).is_none()
            && DateTime::parse(old).is_none()
            && old.parse::<f64>().is_err()
            && old.parse::<bool>().is_err();
        (new != ANOTHER && !is_constant && is_text).then(|| format!("it became {new}"))
    }

    /// What is wrong with a list of three objects in which it is the second.
    fn fault_in_a_list(&self) -> Option<String> {
        let Example { codec, value, .. } = self.example;
        if !value.is_object() {
            return None;
        }
        let list = Value::from(Vec::from([value.clone(), self.value.clone(), value.clone()]));
        match codec.count(&list.to_string()) {
            Ok(3) => None,
            Ok(2) if !self.value.is_object() => None,
            other => Some(format!("a list of three has {other:?}")),
        }
    }
}
