//! The part `conformance`: every call of both clients against Box's documents.

mod recorder;

use std::fs;

use anyhow::{Context, Result};

use self::recorder::Recorder;
use super::{needs, npm, run::Run, spec};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let Some(folder) = spec::folder(run) else {
        return Ok(());
    };
    spec::documents(&folder)?;
    let folder = fs::canonicalize(&folder).context("finding the documents")?;
    let mut own = workspace.command("node");
    own.arg("--test").current_dir(workspace.root().join("tests/conformance")).env(spec::FOLDER, &folder);
    run.tests("the recorder", &mut own)?;
    run.tests("comparing", &mut workspace.cargo("test -p box-conformance"))?;
    if run.command("build the calls", &mut workspace.cargo("build -p box-conformance"))?.is_none() {
        return Ok(());
    }
    if !(npm::install(run)? && npm::types(run, "nodenext")?) {
        return Ok(());
    }

    let recorder = Recorder::start(run, &folder)?;
    let mut rust = workspace.command(workspace.built("debug", "box-conformance"));
    run.tests("rust", rust.args([&recorder.port, OPERATIONS]))?;
    let mut node = workspace.command("node");
    node.arg(format!("{}/conformance/run.mjs", npm::CONSUMER));
    run.tests("npm", node.args([&recorder.port, OPERATIONS]))?;
    verdict(run, &recorder)
}

/// Compares what was recorded with what the official SDK sends, and sums everything up.
fn verdict(run: &mut Run<'_>, recorder: &Recorder) -> Result<()> {
    let workspace = run.workspace;
    fs::create_dir_all(workspace.scratch()).context("making a folder for files")?;
    let file = workspace.scratch().join("sdk.json");
    let mut sdk = workspace.command(needs::python(workspace));
    sdk.arg("tests/conformance/sdk/record.py").arg(&file).env("PYTHONDONTWRITEBYTECODE", "1");
    if run.command("what the official SDK sends", &mut sdk)?.is_none() {
        return Ok(());
    }
    let mut verdict = workspace.command("node");
    verdict.args(["tests/conformance/verdict.mjs", &recorder.report()]).arg(&file);
    if let Some(output) = run.command("all requests", &mut verdict)? {
        // At the margin: it is what the part is run for.
        println!("{}", output.lines().last().unwrap_or_default());
    }
    fs::remove_file(&file).context("removing what the SDK sends")
}

const OPERATIONS: &str = "tests/conformance/generated/operations.txt";
