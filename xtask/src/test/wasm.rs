//! The part `wasm`: the client for the web, in Node.

use anyhow::Result;

use super::{child::Emulator, run::Run};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut lints = workspace.cargo(&format!("clippy {CLIENT} -- -D warnings"));
    run.command("lints", &mut lints)?;
    let mut build = workspace.cargo(&format!("build {CLIENT}"));
    if run.command("build", &mut build)?.is_none() {
        return Ok(());
    }
    let package = workspace.scratch().join("wasm-node");
    let mut bindgen = workspace.command(workspace.tool("wasm-bindgen"));
    bindgen.args(["--target", "nodejs", "--out-dir"]).arg(&package);
    bindgen.arg(workspace.built("wasm32-unknown-unknown/debug", "box_wasm.wasm"));
    if run.command("make a package", &mut bindgen)?.is_none() {
        return Ok(());
    }
    let Some(emulator) = Emulator::build(run, &[])? else {
        return Ok(());
    };
    let mut node = workspace.command("node");
    node.args(["--test", "--test-reporter=tap", "box-wasm/tests/node/run.mjs"]);
    node.env("BOX_EMULATOR", &emulator.addresses);
    node.env("BOX_WASM_PKG", package.join("box_wasm.js"));
    run.tests("tests in Node", &mut node)
}

const CLIENT: &str = "-p box-wasm --target wasm32-unknown-unknown --no-default-features --features npm";
