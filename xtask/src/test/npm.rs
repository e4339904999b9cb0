//! The part `npm`: the package, installed from its tarball into a project of its own.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Command,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};

use super::{child::Emulator, run::Run, workspace::Workspace};
use crate::{
    budget,
    npm::{self, PACKAGE},
};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    npm::build_once(workspace)?;
    run.check("budget", budget::check)?;
    if !install(run)? {
        return Ok(());
    }
    types(run, "nodenext")?;
    lints(run)?;
    stories(run, &[])
}

/// Builds the package and makes the project that uses it: whether that went well.
pub(super) fn install(run: &mut Run<'_>) -> Result<bool> {
    let workspace = run.workspace;
    npm::build_once(workspace)?;
    once(run, "install the package", &mut consumer(workspace))
}

/// Makes the project that uses the package that was built.
pub(super) fn consumer(workspace: &Workspace) -> Command {
    let mut consumer = workspace.command("node");
    consumer.args(["tests/packaging/tools/consumer.mjs", PACKAGE, CONSUMER]);
    consumer
}

/// What must compile and what must not, as Node finds modules (`nodenext`) or as bundlers do (`bundler`). The first also
/// makes JavaScript.
pub(super) fn types(run: &mut Run<'_>, resolution: &str) -> Result<bool> {
    let workspace = run.workspace;
    let mut compiler = workspace.command(workspace.node_tool("tsc"));
    compiler.args(["-p", &format!("{CONSUMER}/configs/{resolution}.json")]);
    once(run, &format!("types, {resolution}"), &mut compiler)
}

/// Carries a step out that several parts need, unless this process has done so: whether it went well.
fn once(run: &mut Run<'_>, step: &str, command: &mut Command) -> Result<bool> {
    static DONE: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(well) = done.get(step) {
        return Ok(*well);
    }
    let well = run.command(step, command)?.is_some();
    done.insert(step.to_owned(), well);
    Ok(well)
}

/// What others say of the package.
fn lints(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut publint = workspace.command(workspace.node_tool("publint"));
    run.command("publint", publint.args(["--strict", PACKAGE]))?;
    let mut attw = workspace.command(workspace.node_tool("attw"));
    run.command("attw", attw.args(["--pack", PACKAGE, "--profile", "esm-only"]))?;
    Ok(())
}

/// The tests in Node, one file after another, since they share an emulator: those of some names, or all.
pub(super) fn stories(run: &mut Run<'_>, names: &[&str]) -> Result<()> {
    let workspace = run.workspace;
    let Some(emulator) = Emulator::build(run, &[])? else {
        return Ok(());
    };
    let consumer = workspace.root().join(CONSUMER);
    let mut node = workspace.command("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=120000"]);
    node.args(tests(&consumer, names)?).current_dir(&consumer);
    node.env("BOX_EMULATOR", &emulator.addresses).env("BOX_ROOT", workspace.root());
    run.tests("tests in Node", &mut node)
}

/// The files of tests, from the consumer's folder.
fn tests(consumer: &Path, names: &[&str]) -> Result<Vec<String>> {
    let entries = fs::read_dir(consumer.join("node")).context("looking for tests")?;
    let files = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let wanted = |file: &String| {
        let name = file.strip_suffix(".test.mjs");
        name.is_some_and(|name| names.is_empty() || names.contains(&name))
    };
    let mut tests: Vec<_> = files.filter(wanted).map(|file| format!("node/{file}")).collect();
    tests.sort();
    Ok(tests)
}

/// The project that uses the package.
pub(super) const CONSUMER: &str = "target/npm/consumer";
