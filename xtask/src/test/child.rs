//! Processes that are waited for, and an emulator in one of its own.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{run::Run, workspace::Workspace};

/// A running emulator. It ends when this is dropped.
pub(crate) struct Emulator {
    child: Child,
    /// The line of JSON with its addresses and credentials.
    pub(crate) addresses: String,
    /// Kept open, since the emulator may write to it.
    _stdout: BufReader<ChildStdout>,
    files: PathBuf,
}

impl Emulator {
    /// Builds the emulator and starts it with these arguments, besides those that all tests use.
    pub(super) fn build(run: &mut Run<'_>, arguments: &[&str]) -> Result<Option<Self>> {
        let mut build = run.workspace.cargo("build --bin box-emulator");
        let built = run.command("build the emulator", &mut build)?;
        built.map(|_| Self::start(run, "debug", arguments)).transpose()
    }

    /// Starts the emulator that cargo has built in a profile.
    pub(super) fn start(run: &Run<'_>, profile: &str, arguments: &[&str]) -> Result<Self> {
        Self::spawn(run.workspace, profile, arguments, run.log()?)
    }

    /// As [`start`](Self::start), with a place for what it complains of.
    pub(crate) fn spawn(
        workspace: &Workspace,
        profile: &str,
        arguments: &[&str],
        complaints: Stdio,
    ) -> Result<Self> {
        // Not the system's folder for temporary files, which may be memory.
        let files = workspace.scratch().join(format!("emulator-{}", std::process::id()));
        fs::create_dir_all(&files).context("making a folder for the emulator")?;
        let mut command = workspace.command(workspace.built(profile, "box-emulator"));
        command.args(["--listen", "127.0.0.1:0", "--auto-approve"]).args(arguments);
        command.env("TMPDIR", &files).stdin(Stdio::null());
        let child = command.stdout(Stdio::piped()).stderr(complaints).spawn();
        let mut child = child.context("starting the emulator")?;
        let stdout = child.stdout.take().context("reading from the emulator")?;
        let mut emulator = Self { child, addresses: String::new(), _stdout: BufReader::new(stdout), files };
        let addresses = &mut emulator.addresses;
        let read = emulator._stdout.read_line(addresses);
        read.context("reading the emulator's addresses")?;
        ensure!(addresses.starts_with('{'), "the emulator gave no addresses: {addresses}");
        addresses.truncate(addresses.trim_end().len());
        Ok(emulator)
    }

    /// The most memory that it has had, in KiB.
    pub(super) fn peak(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line?.trim().trim_end_matches(" kB").parse().ok()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        end(&mut self.child);
        _ = fs::remove_dir_all(&self.files);
    }
}

/// Waits for a process, not longer than this.
pub(super) fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let until = Instant::now() + limit;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() > until {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Ends a process: asks first, so that it can end its own children and remove its files.
pub(crate) fn end(child: &mut Child) {
    let id = child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status();
    let ended = asked.is_ok_and(|status| status.success())
        && matches!(wait(child, Duration::from_secs(10)), Ok(Some(_)));
    if !ended {
        // It may have ended by itself.
        _ = child.kill();
        _ = child.wait();
    }
}
