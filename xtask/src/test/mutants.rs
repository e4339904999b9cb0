//! The part `mutants`: changes of the code that no test notices. It takes an hour or two, and runs only when it is asked
//! for.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

use super::run::Run;

/// What is changed.
const FILES: [&str; 6] = [
    "box-core/src/retry.rs",
    "box-core/src/call.rs",
    "box-core/src/call/*.rs",
    "box-core/src/session.rs",
    "box-core/src/session/*.rs",
    "box-core/src/budget.rs",
];

/// Who is to notice.
const TESTS: [&str; 12] = [
    "call",
    "errors",
    "grants",
    "hidden",
    "lifetime",
    "limits",
    "protocol",
    "provider",
    "reread",
    "session",
    "session_found",
    "session_reviewed",
];

/// Those that survive, each with its reason.
const KNOWN: &str = "tests/mutants.txt";

/// Of a hundred, so many must be noticed.
const CAUGHT: usize = 90;

/// A few seconds for each of hundreds.
const LIMIT: Duration = Duration::from_secs(6 * 60 * 60);

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let folder = workspace.target().join("mutants");
    fs::create_dir_all(&folder).context("making a folder")?;
    let mut mutants = workspace.command(workspace.tool("cargo-mutants"));
    mutants.args(["mutants", "-p", "box-core", "--no-shuffle", "--baseline", "skip"]);
    mutants.args(["--timeout", "60", "--output"]).arg(&folder);
    for file in FILES {
        mutants.args(["--file", file]);
    }
    // Without what the tests don't need, a change is compiled in seconds.
    mutants.args(["--no-default-features", "--features", "content", "--cargo-arg=--lib"]);
    mutants.args(TESTS.iter().map(|test| format!("--cargo-arg=--test={test}")));
    // It fails when any survives; the share counts.
    let (_, output) = run.execute_within("mutants", &mut mutants, LIMIT)?;
    run.check("mutants", |workspace| {
        let list = |name: &str| -> Result<Vec<String>> {
            let path = folder.join("mutants.out").join(name);
            let text = fs::read_to_string(&path).with_context(|| format!("{}: {output}", path.display()))?;
            Ok(text.lines().map(str::to_owned).collect())
        };
        let (caught, survivors, hung) = (list("caught.txt")?, list("missed.txt")?, list("timeout.txt")?);
        let known = super::sources::read(workspace, KNOWN)?;
        let noticed = caught.len() + hung.len();
        let all = noticed + survivors.len();
        println!("mutants: {noticed} of {all} noticed");
        let mut complaints = Vec::new();
        if noticed * 100 < all * CAUGHT {
            complaints.push(format!("only {noticed} of {all} are noticed"));
        }
        let place = |line: &str| line.split_once(": ").map(|(_, what)| what.to_owned());
        let unknown = survivors.iter().filter(|line| place(line).is_none_or(|what| !known.contains(&what)));
        complaints.extend(unknown.map(|line| format!("{line}: survives, and {KNOWN} has no reason")));
        Ok(complaints)
    })
}
