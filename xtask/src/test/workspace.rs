//! Where things are, and how commands start there.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The workspace.
pub(super) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    pub(super) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let root = root.context("the workspace has no folder")?.to_owned();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
        Ok(Self { root, target })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Outputs of the parts.
    pub(super) fn logs(&self) -> PathBuf {
        self.root.join("target/test-logs")
    }

    /// A folder for files of the tests.
    pub(super) fn scratch(&self) -> PathBuf {
        self.root.join("target/test-files")
    }

    /// Tools that the tests install for themselves.
    pub(super) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// A program that cargo installs: our own copy, or that of the machine.
    pub(super) fn tool(&self, name: &str) -> PathBuf {
        let own = self.tools().join("bin").join(executable(name));
        if own.is_file() { own } else { name.into() }
    }

    /// What cargo has built in a profile (`debug`, `release`).
    pub(super) fn built(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(name)
    }

    /// `cargo` with these words.
    pub(super) fn cargo(&self, words: &str) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(words.split_whitespace());
        command
    }

    /// A command at the root of the workspace, without colours.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command.env("CARGO_TERM_COLOR", "never");
        command.env("NO_COLOR", "1");
        // Build scripts ask for these, and `cargo run` sets them for us: they would be built again every time.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if OF_THIS_PACKAGE.iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        command
    }
}

/// A program on the `PATH`.
pub(super) fn on_path(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(executable(name)).is_file())
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

const OF_THIS_PACKAGE: [&str; 5] =
    ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];
