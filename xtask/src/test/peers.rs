//! The part `peers`: programs of others against the emulator.

use anyhow::Result;

use super::{child::Emulator, needs, run::Run};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let Some(emulator) = Emulator::build(run, &[])? else {
        return Ok(());
    };
    let mut script = workspace.command(needs::python(workspace));
    script.args(["tests/peers/python_sdk.py", &emulator.addresses]);
    run.tests("Python SDK", &mut script)
}
