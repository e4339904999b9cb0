//! The part `browser`: the client for the web, in Chromium.

mod app;
pub(super) mod engine;
mod page;
pub(super) mod scenarios;

use anyhow::Result;

use super::run::Run;

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    for features in ["", " --no-default-features"] {
        let lints = format!("clippy -p box-wasm --all-targets --target {TARGET}{features} -- -D warnings");
        run.command("lints", &mut workspace.cargo(&lints))?;
    }
    app::run(run)?;
    scenarios::run(run)?;
    page::run(run)
}

const TARGET: &str = "wasm32-unknown-unknown";
