//! The SDK's main job from one end to the other, with real files over real HTTP.
//!
//! `cargo run --example tour` runs it against an emulator in this process, with the files given as arguments or with
//! the README and 64 MiB of its own. `--live` runs it against Box, in a folder of its own, with credentials from the
//! environment.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks")]

mod files;
mod place;
mod report;
mod walk;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

/// Takes a tour through the SDK.
#[derive(Parser)]
struct Arguments {
    /// Files to upload; without any, the README and a generated one of 64 MiB.
    files: Vec<PathBuf>,
    /// Goes to Box instead of the emulator.
    #[arg(long)]
    live: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match tour(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nThe tour ended early: {error}");
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error>;

async fn tour(arguments: Arguments) -> Result<(), Failure> {
    let scratch = tempfile::tempdir()?;
    let files = match arguments.files {
        files if files.is_empty() => files::samples(scratch.path())?,
        files => files,
    };
    let mut report = report::Report::default();
    let place =
        if arguments.live { place::Place::live()? } else { place::Place::emulator(&mut report).await? };
    walk::walk(&place, &files, scratch.path(), &mut report).await?;
    place.sign_in_as_application(&mut report).await?;
    report.finish()
}
