//! The files of the workspace.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::workspace::Workspace;

/// Paths of all files that are, or would be, checked in.
pub(super) fn files(workspace: &Workspace) -> Result<Vec<String>> {
    let mut git = workspace.command("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
    let output = git.output().context("running git")?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let paths = listed.split_terminator('\0').map(str::to_owned);
    // What has been removed stays listed until it is committed.
    Ok(paths.filter(|path| workspace.root().join(path).is_file()).collect())
}

/// The text of a file.
pub(super) fn read(workspace: &Workspace, path: &str) -> Result<String> {
    let bytes = fs::read(workspace.root().join(path)).with_context(|| format!("reading {path}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Options that choose a member's integration tests by their names. Chosen with `-p`, the member would be built with
/// features of its own, and all dependencies once more. Some are left to other parts.
pub(super) fn tests_of(workspace: &Workspace, member: &str, others: &[&str]) -> Result<String> {
    let folder = workspace.root().join(member).join("tests");
    let mut options = String::new();
    if !folder.is_dir() {
        return Ok(options);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("listing {member}/tests"))? {
        names.extend(test_name(&entry.context("listing tests")?.path()));
    }
    names.retain(|name: &String| !others.contains(&name.as_str()));
    names.sort();
    for name in names {
        options += &format!(" --test {name}");
    }
    Ok(options)
}

fn test_name(path: &Path) -> Option<String> {
    let is_test =
        path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file();
    let name = path.file_stem().filter(|_| is_test)?;
    Some(name.to_string_lossy().into_owned())
}
