//! The part `wasm`: the client for the web, in Node.

use anyhow::Result;

use super::run::Run;

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut build = workspace.cargo("build -p box-wasm --release --target wasm32-unknown-unknown");
    run.command("build", &mut build)?;
    Ok(())
}
