//! The part `peers`: programs of others against the emulator.

use anyhow::Result;

use super::{child::Emulator, needs, run::Run};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut build = workspace.cargo("build --bin box-emulator");
    if run.command("build the emulator", &mut build)?.is_none() {
        return Ok(());
    }
    let emulator = Emulator::start(run, "debug")?;
    let mut script = workspace.command(needs::python(workspace));
    script.args(["tests/peers/python_sdk.py", &emulator.addresses]);
    run.tests("Python SDK", &mut script)
}
