//! What a page does in Chromium.

use std::{
    process::{ExitCode, Stdio},
    str::FromStr,
};

use anyhow::{Context, Result, ensure};

use crate::{
    npm,
    test::{child::Emulator, workspace::Workspace},
};

/// Most milliseconds from the import to the first request.
const MOST: f64 = 60.0;

const FIRST_REQUEST: &str = "import to first request";

/// Milliseconds, measured several times in a page.
pub(super) struct Measure {
    pub(super) name: String,
    pub(super) median: f64,
    least: f64,
    most: f64,
    runs: u32,
}

/// Measures all and prints it.
pub(super) fn run(workspace: &Workspace) -> Result<ExitCode> {
    println!("{:<34}{:>10}{:>10}{:>10}{:>6}", "milliseconds", "median", "least", "most", "runs");
    let mut first = None;
    for Measure { name, median, least, most, runs } in measure(workspace, "")? {
        println!("{name:<34}{median:>10.1}{least:>10.1}{most:>10.1}{runs:>6}");
        first = first.or((name == FIRST_REQUEST).then_some(median));
    }
    let first = first.context("the first request wasn't measured")?;
    println!("{FIRST_REQUEST}: {first:.1} ms, at most {MOST:.0} ms");
    Ok(if first <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures what has a name that begins so.
pub(super) fn measure(workspace: &Workspace, names: &str) -> Result<Vec<Measure>> {
    npm::build(workspace)?;
    let built = workspace.cargo("build --quiet --release --bin box-emulator").status();
    ensure!(built.context("starting cargo")?.success(), "the emulator can't be built");
    let pages = ["--allow-origin", "http://127.0.0.1:*"];
    let emulator = Emulator::spawn(workspace, "release", &pages, Stdio::inherit())?;

    let mut node = workspace.command("node");
    node.args(["tests/browser/bench.mjs", names]).env("BOX_EMULATOR", &emulator.addresses);
    let output = node.stderr(Stdio::inherit()).output().context("starting node")?;
    ensure!(output.status.success(), "the measurements failed");
    String::from_utf8_lossy(&output.stdout).lines().map(read).collect()
}

fn read(line: &str) -> Result<Measure> {
    Ok(Measure {
        name: member(line, "name")?,
        median: member(line, "median")?,
        least: member(line, "min")?,
        most: member(line, "max")?,
        runs: member(line, "runs")?,
    })
}

/// A number or a text of a flat object in a line of JSON.
fn member<T: FromStr>(line: &str, name: &str) -> Result<T> {
    let (_, rest) = line.split_once(&format!("\"{name}\":")).with_context(|| format!("no {name}: {line}"))?;
    let value = match rest.strip_prefix('"') {
        Some(text) => text.split('"').next(),
        None => rest.split([',', '}']).next(),
    };
    value.and_then(|value| value.trim().parse().ok()).with_context(|| format!("no {name}: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read() {
        let line = r#"{"name":"abort, in flight","unit":"ms","median":0.2,"runs":21}"#;
        assert_eq!(member::<String>(line, "name").unwrap(), "abort, in flight");
        assert_eq!(member::<f64>(line, "median").unwrap(), 0.2);
        assert_eq!(member::<u32>(line, "runs").unwrap(), 21);
        assert!(member::<u32>(line, "least").is_err());
        assert!(member::<u32>(line, "name").is_err());
    }
}
