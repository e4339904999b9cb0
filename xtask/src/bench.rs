//! `cargo xtask bench`: measures what is used where it is used.

mod types;

use std::{
    process::{ExitCode, Stdio},
    str::FromStr,
};

use anyhow::{Context, Result, ensure};

use crate::{
    npm,
    test::{child::Emulator, workspace::Workspace},
};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where to measure
    #[arg(value_enum)]
    place: Place,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Place {
    /// A page in Chromium
    Web,
    /// The compiler of TypeScript, for an application of one call
    Types,
    /// Reading a page of 1,000 files natively, against serde's derive
    Parse,
}

/// Most milliseconds from the import to the first request.
const MOST: f64 = 60.0;

const FIRST_REQUEST: &str = "import to first request";

/// Runs the task.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match options.place {
        Place::Web => web(&workspace),
        Place::Types => types::run(&workspace),
        Place::Parse => parse(&workspace),
    }
}

fn parse(workspace: &Workspace) -> Result<ExitCode> {
    let mut bench = workspace.cargo("bench --quiet -p box-core --bench parse");
    let done = bench.status().context("starting cargo")?.success();
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn web(workspace: &Workspace) -> Result<ExitCode> {
    npm::build(workspace)?;
    let built = workspace.cargo("build --quiet --release --bin box-emulator").status();
    ensure!(built.context("starting cargo")?.success(), "the emulator can't be built");
    let pages = ["--allow-origin", "http://127.0.0.1:*"];
    let emulator = Emulator::spawn(workspace, "release", &pages, Stdio::inherit())?;

    let mut node = workspace.command("node");
    node.arg("tests/browser/bench.mjs").env("BOX_EMULATOR", &emulator.addresses);
    let output = node.stderr(Stdio::inherit()).output().context("starting node")?;
    ensure!(output.status.success(), "the measurements failed");
    let lines = String::from_utf8_lossy(&output.stdout);

    println!("{:<34}{:>10}{:>10}{:>10}{:>6}", "milliseconds", "median", "least", "most", "runs");
    let mut first = None;
    for line in lines.lines() {
        let name = member::<String>(line, "name")?;
        let (median, least, most): (f64, f64, f64) =
            (member(line, "median")?, member(line, "min")?, member(line, "max")?);
        let runs = member::<u32>(line, "runs")?;
        println!("{name:<34}{median:>10.1}{least:>10.1}{most:>10.1}{runs:>6}");
        first = first.or((name == FIRST_REQUEST).then_some(median));
    }
    let first = first.context("the first request wasn't measured")?;
    println!("{FIRST_REQUEST}: {first:.1} ms, at most {MOST:.0} ms");
    Ok(if first <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
