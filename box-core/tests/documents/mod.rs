//! Example values of Box's OpenAPI documents, and the models that shall hold them.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of it")]

mod allow;
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

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Once,
};

use serde_json::Value;

#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use self::{
    allow::{allowed, is_like},
    codec::{Codec, Ended},
    compare::{CONSTANT, differences},
    examples::{Collection, Example},
    mutate::{ANOTHER, MUTATIONS, Mutation, pointers, without},
};

/// The variable that names the folder of the documents, perhaps from the root of the workspace.
const FOLDER: &str = "BOX_SPEC_DIR";

/// The documents; none if nobody said where they are.
pub(crate) fn load() -> Option<Vec<Value>> {
    static SAID: Once = Once::new();
    let Some(folder) = env::var_os(FOLDER) else {
        SAID.call_once(|| {
            say("skipped: BOX_SPEC_DIR isn't set: a folder with the OpenAPI documents of \
                 github.com/box/box-openapi as JSON, one for each version of the API, and nothing else");
        });
        return None;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|name| name == "json")).collect();
    assert!(!paths.is_empty(), "no documents in {}", folder.display());
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    Some(paths.into_iter().map(read).collect())
}

/// Says something even if the test passes, unlike `eprintln`.
#[expect(clippy::explicit_write, reason = "what is printed is kept back")]
pub(crate) fn say(text: &str) {
    writeln!(io::stderr(), "{text}").unwrap();
}

/// Examples of the documents, or some of our own where there are none.
pub(crate) fn examples() -> Vec<Example> {
    load().map_or_else(built_in::examples, |documents| Collection::of(&documents).examples)
}
