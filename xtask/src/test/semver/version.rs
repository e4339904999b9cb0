//! Versions of box-core that differ in their tables.

use std::{fs, io, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use regex_lite::Regex;

use super::edit::Edit;
use crate::test::{run::Run, sources, workspace::Workspace};

/// A copy of the workspace with box-core as its only member.
pub(super) struct Version(PathBuf);

impl Version {
    /// Copies what is there, changes the table, and generates what follows from it.
    pub(super) fn make(
        run: &mut Run<'_>,
        name: &str,
        edits: impl IntoIterator<Item = &'static Edit>,
    ) -> Result<Self> {
        let workspace = run.workspace;
        let version = Self(folder(workspace).join(name));
        version.fill(workspace).with_context(|| format!("copying box-core as {name:?}"))?;
        for edit in edits {
            edit.apply(&version.0.join("box-core/api"))?;
        }
        let mut codegen = workspace.cargo("xtask codegen --root");
        let (success, output) = run.execute(name, codegen.arg(&version.0))?;
        ensure!(success, "the code of {name:?} can't be generated: {output}");
        Ok(version)
    }

    fn fill(&self, workspace: &Workspace) -> Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        for path in sources::files(workspace)? {
            if path.starts_with("box-core/") || path == "Cargo.lock" {
                let to = self.0.join(&path);
                fs::create_dir_all(to.parent().context("it has no folder")?)?;
                fs::copy(workspace.root().join(&path), to).context(path)?;
            }
        }
        let manifest = only_core(&sources::read(workspace, "Cargo.toml")?)?;
        fs::write(self.0.join("Cargo.toml"), manifest)?;
        Ok(())
    }

    /// Whether this can be the next minor version. Both are built in one place, and so are the dependencies.
    pub(super) fn compare(&self, workspace: &Workspace, before: &Self) -> Command {
        let mut command = workspace.command(workspace.tool("cargo-semver-checks"));
        command.args(["semver-checks", "--release-type", "minor"]);
        command.arg("--manifest-path").arg(self.0.join("box-core/Cargo.toml"));
        command.arg("--baseline-root").arg(&before.0);
        command.env("CARGO_TARGET_DIR", folder(workspace).join("target"));
        command
    }
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root().join("target/semver")
}

fn only_core(manifest: &str) -> Result<String> {
    let members = Regex::new(r"(?m)^(members|default-members) = \[[^\]]*\]").context("members")?;
    Ok(members.replace_all(manifest, r#"$1 = ["box-core"]"#).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn box_core_is_the_only_member() {
        let manifest = "[workspace]\nmembers = [\n  \"a\",\n]\n# b\ndefault-members = [\"a\"]\n[c]\n";
        let expected = "[workspace]\nmembers = [\"box-core\"]\n# b\ndefault-members = [\"box-core\"]\n[c]\n";
        assert_eq!(only_core(manifest).unwrap(), expected);
    }
}
