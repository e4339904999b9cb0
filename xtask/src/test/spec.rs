//! The part `spec`: the table against Box's documents.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::run::Run;

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    run.tests("reading and comparing", &mut workspace.cargo(TESTS))?;
    let Some(folder) = folder(run) else {
        return Ok(());
    };
    let documents = documents(&folder)?;
    let mut diff = workspace.cargo("xtask spec-diff");
    if let Some(output) = run.command("the table against the documents", diff.args(&documents))? {
        run.say(output.lines().last().unwrap_or_default());
    }
    let mut models = workspace.cargo(MODELS);
    run.tests("the models against examples", models.env(FOLDER, fs::canonicalize(&folder)?))?;
    let mut mutations = workspace.cargo("xtask spec-diff --mutate");
    let (_, output) = run.counted("mutations of the table", mutations.args(&documents))?;
    run.say(output.lines().last().unwrap_or_default());
    Ok(())
}

/// The folder that has the documents, or says how to get them.
pub(super) fn folder(run: &mut Run<'_>) -> Option<PathBuf> {
    let folder = env::var_os(FOLDER).map(PathBuf::from);
    if folder.is_none() {
        run.skip("documents", WHERE);
    }
    folder
}

/// The files of a folder.
pub(super) fn documents(folder: &Path) -> Result<Vec<String>> {
    let name = folder.display();
    let mut documents = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{FOLDER}: reading {name}"))? {
        let path = entry.with_context(|| format!("{FOLDER}: reading {name}"))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            documents.push(fs::canonicalize(&path)?.to_string_lossy().into_owned());
        }
    }
    ensure!(!documents.is_empty(), "{FOLDER}: no documents in {name}");
    documents.sort();
    Ok(documents)
}

/// Without nextest, which would count all others as skipped.
const TESTS: &str = "test --no-fail-fast --bin xtask spec::";

const MODELS: &str = "test --no-fail-fast --test examples --test mutations";

pub(super) const FOLDER: &str = "BOX_SPEC_DIR";

const WHERE: &str = "BOX_SPEC_DIR isn't set: a folder with the OpenAPI documents of github.com/box/box-openapi as JSON, \
    one for each version of the API, and nothing else";
