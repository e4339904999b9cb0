//! The families of groups as features: each compiles alone, and every client passes them on.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result};

use super::{run::Run, workspace::Workspace};
use crate::table;

/// Crates that pass the features on.
const CRATES: [&str; 3] = ["box-core", "box-native", "box-wasm"];

/// Compiles box-core without any family, and with each alone.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    run.check("clients pass the families on", declared)?;
    for family in [String::new()].into_iter().chain(families(workspace)?) {
        let name = if family.is_empty() { "no family" } else { family.as_str() };
        let command = "clippy --quiet -p box-core --no-default-features --features";
        let mut check = workspace.cargo(command);
        check.args([&family, "--", "-D", "warnings"]);
        run.command(&format!("{name} compiles"), &mut check)?;
    }
    Ok(())
}

fn families(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let table = table::load(workspace.root())?;
    Ok(table.groups.into_iter().filter_map(|group| group.family).collect())
}

fn declared(workspace: &Workspace) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for name in CRATES {
        let path = format!("{name}/Cargo.toml");
        let manifest = fs::read_to_string(workspace.root().join(&path)).context(path.clone())?;
        let declared =
            |family: &String| manifest.lines().any(|line| line.starts_with(&format!("{family} = [")));
        let missing = families(workspace)?.into_iter().filter(|family| !declared(family));
        complaints.extend(missing.map(|family| format!("{path} has no feature `{family}`")));
    }
    Ok(complaints)
}
