//! `cargo xtask bench`: measures what is used where it is used.

mod calls;
mod figure;
mod program;
mod session;
mod types;
mod web;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::test::workspace::Workspace;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where to measure
    #[arg(value_enum)]
    place: Place,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Place {
    /// A page in Chromium
    Web,
    /// The compiler of TypeScript, for an application of one call
    Types,
    /// Reading a page of 1,000 files natively, against serde's derive
    Parse,
    /// Calls that meet an ended token, in one process and in two, and one that finds a fresh token
    Session,
    /// Calls of the native client, against a bare program with reqwest and serde
    Calls,
}

/// Runs the task.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match options.place {
        Place::Web => web::run(&workspace),
        Place::Types => types::run(&workspace),
        Place::Parse => parse(&workspace),
        Place::Session => session::run(&workspace),
        Place::Calls => calls::run(&workspace),
    }
}

fn parse(workspace: &Workspace) -> Result<ExitCode> {
    let mut bench = workspace.cargo("bench --quiet -p box-core --bench parse");
    let done = bench.status().context("starting cargo")?.success();
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
