//! Rust's own tools, and those that cargo installs.

use std::path::Path;

use anyhow::{Context, Result};

use super::{Need, answer, has_tool, words};
use crate::{
    npm::has_std_sources,
    test::workspace::{Workspace, on_path},
};

pub(in crate::test) const COMPONENTS: Need = Need {
    name: "rustfmt and clippy",
    present: |workspace| {
        let mut commands = [workspace.cargo("fmt --version"), workspace.cargo("clippy --version")];
        commands.iter_mut().all(|command| answer(command).is_some())
    },
    install: |workspace| Ok(vec![words(workspace, "rustup component add rustfmt clippy")]),
};

pub(in crate::test) const WASM_TARGET: Need = Need {
    name: "the target wasm32-unknown-unknown",
    present: |workspace| {
        let ask = "rustc --print target-libdir --target wasm32-unknown-unknown";
        answer(&mut words(workspace, ask)).is_some_and(|folder| Path::new(&folder).is_dir())
    },
    install: |workspace| Ok(vec![words(workspace, "rustup target add wasm32-unknown-unknown")]),
};

/// Makes the npm package smaller. Where there is no rustup it is built without.
pub(in crate::test) const RUST_SRC: Need = Need {
    name: "the component rust-src",
    present: |workspace| !on_path("rustup") || has_std_sources(workspace),
    install: |workspace| Ok(vec![words(workspace, "rustup component add rust-src")]),
};

pub(in crate::test) const WASM_BINDGEN: Need = Need {
    name: "wasm-bindgen and its test runner in the version of Cargo.lock",
    present: |workspace| {
        let Ok(locked) = locked(workspace, "wasm-bindgen") else {
            return false;
        };
        ["wasm-bindgen", "wasm-bindgen-test-runner"].iter().all(|tool| {
            let mut ask = workspace.command(workspace.tool(tool));
            let version = answer(ask.arg("--version"));
            version.is_some_and(|text| text.split(' ').next_back() == Some(&locked))
        })
    },
    install: |workspace| {
        let version = locked(workspace, "wasm-bindgen")?;
        Ok(vec![
            workspace.cargo(&format!("install wasm-bindgen-cli --version {version} --root target/tools")),
        ])
    },
};

pub(in crate::test) const CARGO_DENY: Need = Need {
    name: "cargo-deny",
    present: |workspace| has_tool(workspace, "cargo-deny"),
    install: |workspace| {
        let install = "install cargo-deny --locked --root target/tools";
        Ok(vec![workspace.cargo(install)])
    },
};

pub(in crate::test) const CARGO_SEMVER_CHECKS: Need = Need {
    name: "cargo-semver-checks",
    present: |workspace| has_tool(workspace, "cargo-semver-checks"),
    install: |workspace| {
        let install = "install cargo-semver-checks --locked --root target/tools";
        Ok(vec![workspace.cargo(install)])
    },
};

pub(in crate::test) const CARGO_MUTANTS: Need = Need {
    name: "cargo-mutants",
    present: |workspace| has_tool(workspace, "cargo-mutants"),
    install: |workspace| Ok(vec![workspace.cargo("install cargo-mutants --locked --root target/tools")]),
};

pub(in crate::test) const WASM_PACK: Need = Need {
    name: "wasm-pack",
    present: |workspace| has_tool(workspace, "wasm-pack"),
    install: |workspace| Ok(vec![workspace.cargo("install wasm-pack --locked --root target/tools")]),
};

/// The version of a package in Cargo.lock.
fn locked(workspace: &Workspace, package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(workspace.root().join("Cargo.lock"))?;
    version(&lock, package).with_context(|| format!("{package} is not in Cargo.lock"))
}

fn version(lock: &str, package: &str) -> Option<String> {
    let (_, entry) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    entry.split('"').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        let check = |package, expected: Option<&str>| {
            assert_eq!(version(lock, package).as_deref(), expected);
        };
        check("wasm-bindgen", Some("0.2.130"));
        check("wasm-bindgen-macro", Some("0.1.0"));
        check("bindgen", None);
    }
}
