//! The parts `faults` and `limits`: what calls do when things go wrong, and how much they may ask, on a virtual clock.

use std::{collections::BTreeSet, process::Command};

use anyhow::Result;

use super::{run::Run, workspace::Workspace};

/// Runs the part `faults`.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut matrix = workspace.cargo("test --test matrix -- --nocapture");
    let (_, output) = run.counted("every fault for every operation", &mut matrix)?;
    figures(&output, "faults: ");
    run.tests("scripts", &mut workspace.cargo("test --test scripts"))?;
    run.tests("scripts in WebAssembly", &mut in_node(workspace, "scripts"))
}

/// Runs the part `limits`.
pub(super) fn limits(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut simulations = workspace.cargo("test --test limits -- --nocapture --test-threads 1");
    let (_, output) = run.counted("simulations", &mut simulations)?;
    figures(&output, "limits: ");
    run.tests("simulations in WebAssembly", &mut in_node(workspace, "simulations"))
}

/// At the margin: they are what the part is run for.
pub(super) fn figures(output: &str, start: &str) {
    // The first line of a test may stand behind its name.
    let lines = output.lines().filter_map(|line| line.find(start).and_then(|at| line.get(at..)));
    // Simulations of several seeds may come to the same.
    let mut told = BTreeSet::new();
    for line in lines.filter(|line| told.insert(*line)) {
        println!("{line}");
    }
}

/// A test file of tests/faults, compiled to WebAssembly and run in Node.
fn in_node(workspace: &Workspace, file: &str) -> Command {
    let mut test = workspace.cargo("test --target wasm32-unknown-unknown -p box-faults --test");
    test.arg(file);
    let runner = workspace.tool("wasm-bindgen-test-runner");
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    test.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    test
}
