//! `cargo xtask budget`: measures what a page loads and what is generated, and compares it with `budget.snap`.

mod build;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::ExitCode};

use anyhow::{Context, Result, ensure};

use crate::{npm, test::workspace::Workspace};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Writes what is measured
    #[arg(long)]
    update: bool,
}

/// Sizes by name: bytes, files or lines.
type Sizes = BTreeMap<String, u64>;

const SNAPSHOT: &str = "budget.snap";

/// Generated code whose lines are counted.
const GENERATED: [(&str, &str); 2] = [
    ("generated rust lines", "box-core/src/generated"),
    ("generated typescript lines", "box-wasm/js/src/generated"),
];

const HEAD: &str = "\
# Bytes of the npm package and of what a page loads, files of the package and lines of generated code, as
# `cargo xtask budget --update` measures them.
# A growth above 3 % fails the tests until this file is updated.
";

/// Runs the task.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    npm::build(&workspace)?;
    let sizes = measure(&workspace)?;
    if options.update {
        let mut text = written(&sizes);
        if let Some(seconds) = build::cpu_seconds(&workspace)? {
            // Recorded and not compared: it is the machine's as much as ours.
            _ = writeln!(
                text,
                "# {seconds:>6}  CPU seconds of a clean debug build of box-core, its dependencies built"
            );
        }
        fs::write(workspace.root().join(SNAPSHOT), &text).context("writing the budget")?;
        print!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    let complaints = complaints(&workspace, &sizes)?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What has grown since the snapshot, or is missing from it.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let sizes = measure(workspace)?;
    complaints(workspace, &sizes)
}

fn complaints(workspace: &Workspace, sizes: &Sizes) -> Result<Vec<String>> {
    let snapshot = fs::read_to_string(workspace.root().join(SNAPSHOT)).context("reading the budget")?;
    Ok(compare(&read(&snapshot), sizes))
}

fn compare(budget: &Sizes, sizes: &Sizes) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, size) in sizes {
        match budget.get(name) {
            Some(allowed) if *size * 100 > *allowed * 103 => {
                complaints.push(format!("{name}: {size}, the budget has {allowed}"));
            }
            Some(_) => {}
            None => complaints.push(format!("{name}: {size}, and not in the budget")),
        }
    }
    for name in budget.keys().filter(|name| !sizes.contains_key(*name)) {
        complaints.push(format!("{name}: in the budget, and not measured"));
    }
    if !complaints.is_empty() {
        complaints.push("if it has to be: `cargo xtask budget --update`".to_owned());
    }
    complaints
}

/// Measures the package that was built, and the pages made of it.
fn measure(workspace: &Workspace) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for script in ["tests/packaging/tools/measure.mjs", "tests/browser/sizes.mjs"] {
        let mut node = workspace.command("node");
        let output = node.arg(script).arg(npm::PACKAGE).output().context("starting node")?;
        ensure!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        sizes.extend(members(&String::from_utf8_lossy(&output.stdout)));
    }
    for (name, folder) in GENERATED {
        let lines = lines(&workspace.root().join(folder)).with_context(|| format!("counting {name}"))?;
        sizes.insert(name.to_owned(), lines);
    }
    Ok(sizes)
}

/// The lines of all files of a folder.
fn lines(folder: &Path) -> Result<u64> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        count += if path.is_dir() {
            lines(&path)?
        } else {
            u64::try_from(fs::read_to_string(path)?.lines().count())?
        };
    }
    Ok(count)
}

/// The numbers of a flat JSON object.
fn members(json: &str) -> impl Iterator<Item = (String, u64)> {
    let inner = json.trim().trim_start_matches('{').trim_end_matches('}');
    inner.split(',').filter_map(|member| {
        let (name, number) = member.rsplit_once(':')?;
        Some((name.trim().trim_matches('"').to_owned(), number.trim().parse().ok()?))
    })
}

fn written(sizes: &Sizes) -> String {
    let mut text = HEAD.to_owned();
    for (name, size) in sizes {
        _ = writeln!(text, "{size:>8}  {name}");
    }
    text
}

fn read(text: &str) -> Sizes {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let line = |line: &str| {
        let (size, name) = line.trim().split_once("  ")?;
        Some((name.to_owned(), size.parse().ok()?))
    };
    lines.filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(list: &[(&str, u64)]) -> Sizes {
        list.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect()
    }

    #[test]
    fn a_growth_above_three_percent_is_a_complaint() {
        let budget = sizes(&[("a", 1000), ("b", 1000)]);
        for (a, fine) in [(1030, true), (1031, false), (500, true)] {
            let complaints = compare(&budget, &sizes(&[("a", a), ("b", 1000)]));
            assert_eq!(complaints.is_empty(), fine, "{complaints:?}");
        }
        assert!(!compare(&budget, &sizes(&[("a", 1000)])).is_empty());
        assert!(!compare(&budget, &sizes(&[("a", 1000), ("b", 1000), ("c", 1)])).is_empty());
    }

    #[test]
    fn a_snapshot_is_read_as_it_is_written() {
        let found = sizes(&[("wasm box raw", 123_456), ("app first list", 7)]);
        assert_eq!(read(&written(&found)), found);
        let json = "{\"wasm box raw\":123456,\"app first list\":7}\n";
        assert_eq!(members(json).collect::<Sizes>(), found);
    }
}
