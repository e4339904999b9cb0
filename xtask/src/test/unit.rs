//! The parts `unit` and `codegen`: what needs no network.

use std::process::Command;

use anyhow::Result;

use super::{
    families, readme, rules::RULES, run::Run, sources, tidy, trees::TREES, workspace::Workspace,
    workspace::on_path,
};

/// Runs the part `unit`.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    run.command("format", &mut workspace.cargo(FORMAT))?;
    run.command("lints", &mut workspace.cargo(LINTS))?;
    for rule in RULES {
        run.check(rule.name, |workspace| rule.check(workspace))?;
    }
    for tree in TREES {
        run.check(tree.name, |workspace| tree.check(workspace))?;
    }
    run.check("files are tidy", tidy::check)?;
    run.check("the README's commands exist", readme::check)?;

    let core = sources::tests_of(workspace, "box-core", &[])?;
    let mut tests = tests(workspace, &format!("--lib --bins{core}"));
    run.tests("unit tests", &mut tests)?;
    run.tests("doc tests", &mut workspace.cargo("test --doc"))?;
    let mut documentation = workspace.cargo("doc --no-deps -p box-core -p box-native");
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    run.command("documentation", &mut documentation)?;
    Ok(())
}

/// Runs the part `codegen`.
pub(super) fn codegen(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut codegen = workspace.cargo("xtask codegen --check");
    run.command("generated code is fresh", &mut codegen)?;
    families::run(run)?;
    let xtask = sources::tests_of(workspace, "xtask", &[])?;
    run.tests("new actions", &mut tests(workspace, &xtask))
}

/// The tests that these options choose among those of the default members, which all parts build alike.
pub(super) fn tests(workspace: &Workspace, options: &str) -> Command {
    if on_path("cargo-nextest") {
        workspace.cargo(&format!("nextest run --no-fail-fast {options}"))
    } else {
        workspace.cargo(&format!("test --no-fail-fast {options}"))
    }
}

const FORMAT: &str = "fmt --all --check -- --color never";

const LINTS: &str = "clippy --workspace --exclude box-wasm --all-targets -- -D warnings";
