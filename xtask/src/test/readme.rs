//! The README's commands are those that run.

use anyhow::Result;
use clap::Parser;

use super::{sources, workspace::Workspace};
use crate::Cli;

/// The example that the README shows, without its arguments.
pub(super) const TOUR: &str = "run --example tour --";

/// The test command that the README and the CI script name.
const TEST: &str = "cargo xtask test --install";

/// Commands that the README doesn't name, or that don't exist.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let tour = format!("cargo {}", TOUR.trim_end_matches(" --"));
    for (path, needed) in [("README.md", vec![tour.as_str(), TEST]), (".ci/run", vec![TEST])] {
        let text = sources::read(workspace, path)?;
        for needed in needed.into_iter().filter(|needed| !text.contains(needed)) {
            complaints.push(format!("{path} doesn't say `{needed}`"));
        }
        for command in tasks(&text).filter(|command| !exists(command)) {
            complaints.push(format!("{path}: there is no `{command}`"));
        }
    }
    Ok(complaints)
}

/// Commands of this program in a text, on lines of their own.
fn tasks(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("$ "));
    lines
        .map(|line| line.trim_start_matches("exec "))
        .filter(|line| line.starts_with("cargo xtask "))
        .map(|line| line.split(" #").next().unwrap_or_default().trim_end())
}

fn exists(command: &str) -> bool {
    let words = command.split_whitespace().skip(1);
    match Cli::try_parse_from(words) {
        Ok(_) => true,
        Err(error) => !error.use_stderr(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found() {
        let text =
            "Run `cargo xtask this`:\n\n    $ cargo xtask test  # all\nexec cargo xtask test --install\n";
        let found: Vec<_> = tasks(text).collect();
        assert_eq!(found, ["cargo xtask test", "cargo xtask test --install"]);
    }

    #[test]
    fn commands_are_parsed() {
        let check = |command: &str, expected| assert_eq!(exists(command), expected, "{command}");
        check("cargo xtask test", true);
        check("cargo xtask test --only unit --only memory", true);
        check("cargo xtask test --only nothing", false);
        check("cargo xtask test --help", true);
        check("cargo xtask tests", false);
    }
}
