//! Example values of Box's OpenAPI documents, and the models that shall hold them.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of it")]

mod assemble;
#[path = "../generated/bodies.rs"]
#[rustfmt::skip]
#[allow(unused_imports, reason = "the table may not have all types in bodies")]
mod bodies;
mod built_in;
mod codec;
mod compare;
mod examples;
#[path = "../generated/models.rs"]
#[rustfmt::skip]
mod models;
mod mutate;
mod names;

use std::{env, fs, path::Path};

use serde_json::Value;

#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use self::{
    codec::{Codec, Ended},
    compare::{CONSTANT, differences},
    examples::{Collection, Example},
    mutate::{ANOTHER, MUTATIONS, Mutation, pointers, without},
};

/// The variable that names the folder of the documents.
const FOLDER: &str = "BOX_SPEC_DIR";

const FILES: [&str; 3] = ["box-2024.0.json", "box-2025.0.json", "box-2026.0.json"];

/// The documents; none if nobody said where they are.
pub(crate) fn load() -> Option<Vec<Value>> {
    let Some(folder) = env::var_os(FOLDER) else {
        eprintln!(
            "skipped: {FOLDER} is not set. Let it name a folder that holds {}: openapi/openapi.json, \
             openapi-v2025.0.json and openapi-v2026.0.json of https://github.com/box/box-openapi under these names.",
            FILES.join(", ")
        );
        return None;
    };
    let read = |file| {
        let path = Path::new(&folder).join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    Some(FILES.map(read).into())
}

/// Known faults of the documents, from `examples-allow.txt`: a pattern and its reason.
pub(crate) fn allowed() -> Vec<(&'static str, &'static str)> {
    let lines = include_str!("../examples-allow.txt").lines();
    let entry = |line: &'static str| line.split_once(" -- ").unwrap_or_else(|| panic!("no reason: {line}"));
    lines.map(entry).collect()
}

/// Whether a text is as a pattern says, in which `*` is any text.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter_map(|at| text.get(at..)).any(|text| is_like(text, rest))
        }),
    }
}

/// Examples of the documents, or some of our own where there are none.
pub(crate) fn examples() -> Vec<Example> {
    load().map_or_else(built_in::examples, |documents| Collection::of(&documents).examples)
}
