//! What a session takes: calls that meet an ended token, in one process and in two, beside a bare program that renews the
//! token once; and a call that finds a fresh one. All of it is measured in one run.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result, ensure};

use super::{
    figure::{self, Figure, Limits, median},
    program::Program,
};
use crate::test::workspace::Workspace;

/// How often each is measured; the middle counts.
const RUNS: usize = 5;

const NONE: Limits = Limits { must: 0.0, aim: 0.0 };
const ONE: Limits = Limits { must: 1.0, aim: 1.0 };

/// In milliseconds: a refusal, a new token and a reply, each of which takes the server 200.
const WALL: Limits = Limits { must: 700.0, aim: 620.0 };

/// In nanoseconds.
const FRESH: Limits = Limits { must: 1000.0, aim: 200.0 };

/// Measures and prints.
pub(super) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let built = workspace.cargo("build --quiet --release -p box-bench").status();
    ensure!(built.context("starting cargo")?.success(), "the programs can't be built");
    let folder = workspace.scratch().join("sessions");
    fs::create_dir_all(&folder).context("making a folder for tokens")?;
    let mut sessions = Program::start(workspace, &["sessions", &folder.to_string_lossy()])?;
    let mut measured = |task: &str, times| -> Result<[f64; 3]> {
        let runs: Result<Vec<_>> = (0..RUNS).map(|_| sessions.ask(task, times)).collect();
        let runs = runs?;
        let of = |at: usize| runs.iter().map(move |run| run.get(at).copied().unwrap_or(f64::MAX));
        Ok([median(of(0).collect()), of(1).fold(0.0, f64::max), of(2).fold(0.0, f64::max)])
    };
    let floor = measured("floor", 1)?;
    let together = measured("together", 1)?;
    let processes = measured("processes", 2)?;
    let [fresh, ..] = measured("fresh", 100_000)?;
    fs::remove_dir_all(&folder).context("removing the folder for tokens")?;

    println!("{}", figure::head());
    let mut fine = true;
    let mut show = |name: &str, value, unit, limits| {
        let figure = Figure::new(name, value, unit, limits);
        println!("{figure}");
        fine &= figure.is_fine();
    };
    for (whose, [wall, refreshes, failures], limit) in [
        ("200 calls, an ended token", together, Some(WALL)),
        ("the same in 2 processes on one file", processes, None),
    ] {
        show(&format!("{whose}: refreshes, most"), refreshes, "", ONE);
        show(&format!("{whose}: failures"), failures, "", NONE);
        match limit {
            Some(limit) => show(&format!("{whose}: wall"), wall, "ms", limit),
            None => println!("{whose}: {wall:.0} ms"),
        }
    }
    show("a call that finds a fresh token", fresh, "ns", FRESH);
    let [wall, refreshes, failures] = floor;
    println!("a bare program, 200 calls: {refreshes} refresh, {failures} failures, {wall:.0} ms");
    let verdict = if fine { "as it must be" } else { "TOO MUCH" };
    println!("{verdict}: ratio {:.2} to the bare program's time", together[0] / wall);
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
