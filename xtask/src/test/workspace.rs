//! Where things are, and how commands start there.

use std::{
    env,
    ffi::{OsStr, OsString},
    iter,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The workspace.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let root = root.context("the workspace has no folder")?.to_owned();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Outputs of the parts.
    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("target/test-logs")
    }

    /// A folder for files of the tests.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("target/test-files")
    }

    /// Tools that the tests install for themselves.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// A program that cargo installs: our own copy, or that of the machine.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        let own = self.tools().join("bin").join(executable(name));
        if own.is_file() { own } else { name.into() }
    }

    /// A program of the npm packages that the tests install.
    pub(crate) fn node_tool(&self, name: &str) -> PathBuf {
        self.root.join("tests/packaging/node_modules/.bin").join(name)
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A `PATH` on which our own tools come first.
    pub(crate) fn path(&self) -> Result<OsString> {
        let own = self.tools().join("bin");
        let path = env::var_os("PATH").unwrap_or_default();
        env::join_paths(iter::once(own).chain(env::split_paths(&path))).context("making a PATH")
    }

    /// What cargo has built in a profile (`debug`, `release`).
    pub(crate) fn built(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(name)
    }

    /// `cargo` with these words.
    pub(crate) fn cargo(&self, words: &str) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(words.split_whitespace());
        command
    }

    /// A command at the root of the workspace, without colours.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
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

/// Whether a program is on the `PATH`.
pub(crate) fn on_path(name: &str) -> bool {
    find(name).is_some()
}

/// Where on the `PATH` a program is.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut files = env::split_paths(&path).map(|folder| folder.join(executable(name)));
    files.find(|file| file.is_file())
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

const OF_THIS_PACKAGE: [&str; 5] =
    ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];
