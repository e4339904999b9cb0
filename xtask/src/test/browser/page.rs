//! The npm package in a page made with Vite, in Chromium.

use anyhow::Result;

use super::scenarios;
use crate::{npm, test::run::Run};

/// Runs the stories of tests/browser.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    npm::build_once(run.workspace)?;
    let Some(emulator) = scenarios::emulator(run, false)? else {
        return Ok(());
    };
    let mut node = run.workspace.command("node");
    node.args(["--test", "--test-reporter=tap", "tests/browser/run.mjs"]);
    node.env("BOX_EMULATOR", &emulator.addresses);
    let (_, output) = run.counted("a page made with Vite", &mut node)?;
    for gap in output.lines().filter_map(|line| line.trim().strip_prefix("# the longest gap")) {
        run.say(&format!("hashing 55 MB: the longest gap{gap}"));
    }
    Ok(())
}
