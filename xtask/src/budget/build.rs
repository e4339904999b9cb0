//! What it costs to compile the core.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::test::workspace::Workspace;

/// Ticks of a second in `/proc` (`sysconf(_SC_CLK_TCK)`, 100 wherever Linux runs).
const TICKS: u64 = 100;

/// CPU seconds of a clean debug build of box-core with all families, its dependencies built; `None` where the platform
/// doesn't tell what children cost.
pub(super) fn cpu_seconds(workspace: &Workspace) -> Result<Option<u64>> {
    let run = |command: &str| -> Result<()> {
        let status = workspace.cargo(command).status().context("starting cargo")?;
        ensure!(status.success(), "`cargo {command}` failed");
        Ok(())
    };
    run("build --quiet -p box-core")?;
    run("clean --quiet -p box-core")?;
    let Some(before) = children() else {
        return Ok(None);
    };
    run("build --quiet -p box-core")?;
    let ticks = children().map(|after| after.saturating_sub(before));
    Ok(ticks.map(|ticks| ticks.div_ceil(TICKS)))
}

/// Ticks that ended children have used, in user and system mode (proc(5), fields 16 and 17 of `stat`).
fn children() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name, which may hold spaces; it ends at the last bracket.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}
