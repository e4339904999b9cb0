//! The part `deny`: what `deny.toml` says of the dependencies.

use anyhow::Result;

use super::run::Run;

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let program = workspace.tool("cargo-deny");
    for check in ["licenses", "bans", "sources"] {
        let mut deny = workspace.command(&program);
        run.command(check, deny.args(["check", check]))?;
    }
    let mut fetch = workspace.command(&program);
    let (fetched, _) = run.execute("fetch advisories", fetch.args(["fetch", "db"]))?;
    if !fetched {
        run.skip("advisories", "their database can't be reached");
        return Ok(());
    }
    let mut deny = workspace.command(&program);
    deny.args(["check", "--disable-fetch", "advisories"]);
    run.command("advisories", &mut deny)?;
    Ok(())
}
