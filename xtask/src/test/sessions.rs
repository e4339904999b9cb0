//! The parts `grants`, `simulation`, `processes`, `redis` and `tabs`: sessions that can't be lost.

use anyhow::Result;

use super::{browser::scenarios, faults::figures, npm, run::Run, unit};

/// Test files of box-native that are parts of their own.
pub(super) const OWN: [&str; 4] = ["grants", "processes", "redis", "sql"];

/// Runs the part `grants`.
pub(super) fn grants(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    run.tests("grants", &mut unit::tests(workspace, "--test grants"))?;
    if npm::install(run)? {
        npm::stories(run, &["grants", "grants-derived", "stores"])?;
    }
    Ok(())
}

/// Runs the part `simulation`.
pub(super) fn simulation(run: &mut Run<'_>) -> Result<()> {
    let simulations = "test --profile simulation -p box-simulation -- --nocapture --test-threads 1";
    let mut test = run.workspace.cargo(simulations);
    let (_, output) = run.counted("sessions, seed by seed", &mut test)?;
    figures(&output, "simulation: ");
    Ok(())
}

/// Runs the part `processes`.
pub(super) fn processes(run: &mut Run<'_>) -> Result<()> {
    let mut test = run.workspace.cargo("test --test processes -- --nocapture --test-threads 1");
    let (_, output) = run.counted("processes that share a file", &mut test)?;
    figures(&output, "processes: ");
    Ok(())
}

/// Runs the part `redis`.
pub(super) fn redis(run: &mut Run<'_>) -> Result<()> {
    let mut test = run.workspace.cargo("test --test redis --test sql -- --nocapture --test-threads 1");
    let (_, output) = run.counted("hosts that share a server", &mut test)?;
    figures(&output, "redis: ");
    figures(&output, "sql: ");
    Ok(())
}

/// Runs the part `tabs`.
pub(super) fn tabs(run: &mut Run<'_>) -> Result<()> {
    crate::npm::build_once(run.workspace)?;
    let Some(emulator) = scenarios::emulator(run, false)? else {
        return Ok(());
    };
    let mut node = run.workspace.command("node");
    node.args(["--test", "--test-reporter=tap", "tests/browser/tabs/run.mjs"]);
    node.env("BOX_EMULATOR", &emulator.addresses);
    let (_, output) = run.counted("pages of one origin", &mut node)?;
    figures(&output, "tabs: ");
    Ok(())
}
