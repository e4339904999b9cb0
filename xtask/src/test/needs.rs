//! What parts need on the machine, and how it is installed.

mod python;
mod redis;
mod rust;
mod web;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{
    counts::Counts,
    parts::Part,
    run,
    workspace::{Workspace, on_path},
};

pub(super) use self::{python::*, redis::*, rust::*, web::*};

/// Something that must be installed.
pub(super) struct Need {
    name: &'static str,
    present: fn(&Workspace) -> bool,
    install: fn(&Workspace) -> Result<Vec<Command>>,
}

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

/// A program that cargo installs: our own copy, or that of the machine.
fn has_tool(workspace: &Workspace, name: &str) -> bool {
    workspace.tool(name).is_file() || on_path(name)
}

/// Installs packages of the system: their names for apt, and for Homebrew if it has them.
fn packages(workspace: &Workspace, apt: &str, brew: Option<&str>) -> Result<Vec<Command>> {
    match brew {
        _ if on_path("apt-get") => {
            let is_root = answer(&mut words(workspace, "id -u")).is_some_and(|id| id == "0");
            let sudo = if is_root { "" } else { "sudo " };
            let update = words(workspace, &format!("{sudo}apt-get update"));
            let install = words(workspace, &format!("{sudo}apt-get install -y {apt}"));
            Ok(vec![update, install])
        }
        Some(brew) if on_path("brew") => Ok(vec![words(workspace, &format!("brew install {brew}"))]),
        _ => bail!("neither apt-get nor brew can do it here: install {apt} by hand"),
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
