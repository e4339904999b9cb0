//! The part `memory`: transfers of 1 GiB, each in a process of its own.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use super::{child::Emulator, run::Run};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    if !cfg!(target_os = "linux") {
        run.skip("transfers", "memory is measured through /proc, which only Linux has");
        return Ok(());
    }
    let workspace = run.workspace;
    let mut build = workspace.cargo("build --release -p box-memory-test -p box-emulator");
    if run.command("build", &mut build)?.is_none() {
        return Ok(());
    }
    let folder = workspace.scratch().join("memory");
    fs::create_dir_all(&folder).context("making a folder for files")?;
    let outcome = transfers(run, |mode| {
        let mut command = workspace.command(workspace.built("release", "box-memory-test"));
        command.arg(mode).current_dir(&folder);
        command
    });
    fs::remove_dir_all(&folder).context("removing the files")?;
    outcome
}

fn transfers(run: &mut Run<'_>, client: impl Fn(&str) -> Command) -> Result<()> {
    let mut make = client("make");
    let Some(made) = run.command("make a file", make.args([SOURCE, SIZE]))? else {
        return Ok(());
    };
    let digest = last_word(&made);
    let emulator = Emulator::start(run, "release", &[])?;
    let mut file_id = None;
    for mode in ["upload-from-path", "upload-from-reader"] {
        let mut upload = client(mode);
        upload.args([&emulator.addresses, SOURCE, digest]);
        if let Some(output) = run.command(mode, &mut upload)? {
            file_id = Some(last_word(&output).to_owned());
            run.say(first_line(&output));
        }
    }
    if let Some(file_id) = file_id {
        let mut download = client("download-to-path");
        download.args([&emulator.addresses, &file_id, "copy.bin", digest]);
        if let Some(output) = run.command("download-to-path", &mut download)? {
            run.say(first_line(&output));
        }
    }
    if let Some(peak) = emulator.peak() {
        run.say(&format!("the emulator: at most {} MiB", peak / 1024));
    }
    Ok(())
}

fn first_line(output: &str) -> &str {
    output.lines().next().unwrap_or_default()
}

fn last_word(output: &str) -> &str {
    output.split_whitespace().next_back().unwrap_or_default()
}

const SOURCE: &str = "source.bin";
const SIZE: &str = "1073741824";
