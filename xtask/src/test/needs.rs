//! What parts need on the machine, and how it is installed.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use super::{
    counts::Counts,
    parts::Part,
    run,
    workspace::{Workspace, on_path},
};

/// Something that must be installed.
pub(super) struct Need {
    name: &'static str,
    present: fn(&Workspace) -> bool,
    install: fn(&Workspace) -> Result<Vec<Command>>,
}

pub(super) const COMPONENTS: Need = Need {
    name: "rustfmt and clippy",
    present: |workspace| {
        let mut commands = [workspace.cargo("fmt --version"), workspace.cargo("clippy --version")];
        commands.iter_mut().all(|command| answer(command).is_some())
    },
    install: |workspace| Ok(vec![words(workspace, "rustup component add rustfmt clippy")]),
};

pub(super) const WASM_TARGET: Need = Need {
    name: "the target wasm32-unknown-unknown",
    present: |workspace| {
        let ask = "rustc --print target-libdir --target wasm32-unknown-unknown";
        answer(&mut words(workspace, ask)).is_some_and(|folder| Path::new(&folder).is_dir())
    },
    install: |workspace| Ok(vec![words(workspace, "rustup target add wasm32-unknown-unknown")]),
};

pub(super) const WASM_BINDGEN: Need = Need {
    name: "wasm-bindgen in the version of Cargo.lock",
    present: |workspace| {
        let mut ask = workspace.command(workspace.tool("wasm-bindgen"));
        let version = answer(ask.arg("--version"));
        let version = version.and_then(|text| text.split(' ').next_back().map(str::to_owned));
        version.is_some() && version == locked(workspace, "wasm-bindgen").ok()
    },
    install: |workspace| {
        let version = locked(workspace, "wasm-bindgen")?;
        Ok(vec![
            workspace.cargo(&format!("install wasm-bindgen-cli --version {version} --root target/tools")),
        ])
    },
};

pub(super) const CARGO_DENY: Need = Need {
    name: "cargo-deny",
    present: |workspace| workspace.tool("cargo-deny").is_file() || on_path("cargo-deny"),
    install: |workspace| {
        let install = "install cargo-deny --locked --root target/tools";
        Ok(vec![workspace.cargo(install)])
    },
};

pub(super) const NODE: Need = Need {
    name: "Node",
    present: |_| on_path("node"),
    install: |workspace| package(workspace, "nodejs", "node"),
};

pub(super) const PYTHON: Need = Need {
    name: "Python with virtual environments",
    present: |workspace| {
        let mut python = words(workspace, "python3 -c");
        answer(python.arg("import venv, ensurepip")).is_some()
    },
    install: |workspace| package(workspace, "python3-venv", "python3"),
};

pub(super) const PYTHON_SDK: Need = Need {
    name: "the packages of tests/peers/requirements.txt",
    present: |workspace| {
        let mut check = workspace.command(python(workspace));
        check.args(["-c", CHECK_REQUIREMENTS, REQUIREMENTS]);
        answer(&mut check).is_some()
    },
    install: |workspace| {
        let mut pip = workspace.command(python(workspace));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "-r", REQUIREMENTS]);
        let environment = words(workspace, "python3 -m venv target/tools/venv");
        Ok(vec![environment, pip])
    },
};

/// Installs what the parts need, or says how to.
pub(super) fn provide(workspace: &Workspace, parts: &[&Part], may_install: bool) -> Result<Counts> {
    let mut seen = Vec::new();
    let mut counts = Counts::default();
    for need in parts.iter().flat_map(|part| part.needs) {
        if seen.contains(&need.name) || (need.present)(workspace) {
            seen.push(need.name);
            continue;
        }
        seen.push(need.name);
        if may_install {
            println!("installing {}", need.name);
            install(workspace, need).with_context(|| format!("installing {}", need.name))?;
            continue;
        }
        counts += Counts::FAILED;
        println!("missing: {}; with --install, this would run:", need.name);
        for command in (need.install)(workspace)? {
            println!("    {}", run::line(&command));
        }
    }
    Ok(counts)
}

/// The interpreter of our virtual environment.
pub(super) fn python(workspace: &Workspace) -> PathBuf {
    let path = if cfg!(windows) { "venv/Scripts/python.exe" } else { "venv/bin/python" };
    workspace.tools().join(path)
}

fn install(workspace: &Workspace, need: &Need) -> Result<()> {
    for mut command in (need.install)(workspace)? {
        println!("    {}", run::line(&command));
        let status = command.stdin(Stdio::null()).status();
        if !status.context("starting it")?.success() {
            bail!("it failed: {}", run::line(&command));
        }
    }
    if !(need.present)(workspace) {
        bail!("it is installed and yet not found");
    }
    Ok(())
}

/// Installs a package of the system: its name for apt, and for Homebrew.
fn package(workspace: &Workspace, apt: &str, brew: &str) -> Result<Vec<Command>> {
    if on_path("apt-get") {
        let is_root = answer(&mut words(workspace, "id -u")).is_some_and(|id| id == "0");
        let sudo = if is_root { "" } else { "sudo " };
        let update = words(workspace, &format!("{sudo}apt-get update"));
        let install = words(workspace, &format!("{sudo}apt-get install -y {apt}"));
        Ok(vec![update, install])
    } else if on_path("brew") {
        Ok(vec![words(workspace, &format!("brew install {brew}"))])
    } else {
        bail!("neither apt-get nor brew is here: install {brew} by hand")
    }
}

fn words(workspace: &Workspace, line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = workspace.command(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// What a command that succeeds answers.
fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// The version of a package in Cargo.lock.
fn locked(workspace: &Workspace, package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(workspace.root().join("Cargo.lock"))?;
    version(&lock, package).with_context(|| format!("{package} is not in Cargo.lock"))
}

fn version(lock: &str, package: &str) -> Option<String> {
    let (_, entry) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    entry.split('"').next().map(str::to_owned)
}

const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// Fails unless the pinned versions are installed.
const CHECK_REQUIREMENTS: &str = "
import importlib.metadata, re, sys
for name, version in re.findall(r'(?m)^([\\w.-]+)(?:\\[[^]]*\\])?==([^\\s;]+)', open(sys.argv[1]).read()):
    assert importlib.metadata.version(name) == version
";

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
