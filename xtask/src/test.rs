//! `cargo xtask test`: runs the parts of the test, counts, and says on the last line how it went.

mod browser;
pub(crate) mod child;
mod conformance;
mod counts;
mod deny;
mod engines;
mod families;
mod faults;
mod memory;
mod mutants;
mod native;
mod needs;
mod npm;
mod parts;
mod peers;
mod readme;
mod rules;
mod run;
mod secrets;
mod semver;
mod sessions;
mod sources;
mod spec;
mod tidy;
mod trees;
pub(crate) mod types;
mod unit;
pub(crate) mod workspace;

use std::{fs, process::ExitCode};

use anyhow::{Context, Result};

use self::{
    counts::Counts,
    parts::{PARTS, Part},
    run::Run,
    workspace::Workspace,
};

/// Options of the task.
#[derive(clap::Args)]
#[command(after_help = parts::help())]
pub(crate) struct Options {
    /// Runs this part alone; may be given several times
    #[arg(long, value_name = "PART", value_parser = parts::names(), hide_possible_values = true)]
    only: Vec<String>,
    /// Runs what needs neither network nor installed tools
    #[arg(long, conflicts_with_all = ["only", "install"])]
    quick: bool,
    /// May install what is missing: system packages, rustup targets, tools; the variable CI allows it as well
    #[arg(long)]
    install: bool,
}

impl Options {
    fn takes(&self, part: &Part) -> bool {
        if self.quick {
            part.quick
        } else {
            (self.only.is_empty() && part.usual) || self.only.iter().any(|name| name == part.name)
        }
    }
}

/// Runs the task.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    fs::create_dir_all(workspace.logs()).context("making the folder for logs")?;
    let parts: Vec<_> = PARTS.iter().filter(|part| options.takes(part)).collect();
    let may_install = options.install || std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());

    let mut total = needs::provide(&workspace, &parts, may_install)?;
    if total.failed == 0 {
        for part in parts {
            total += Run::of(part, &workspace)?;
        }
    }
    println!("{total}");
    Ok(exit_code(total))
}

fn exit_code(total: Counts) -> ExitCode {
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
