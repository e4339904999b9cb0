//! Running the steps of a part.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::{child, counts::Counts, parts::Part, workspace::Workspace};

/// A part that runs: its log and its counts.
pub(super) struct Run<'a> {
    pub(super) workspace: &'a Workspace,
    log: File,
    path: PathBuf,
    counts: Counts,
}

impl<'a> Run<'a> {
    /// Runs a part.
    pub(super) fn of(part: &Part, workspace: &'a Workspace) -> Result<Counts> {
        println!("{}: {}", part.name, part.sentence);
        let started = Instant::now();
        let path = workspace.logs().join(format!("{}.log", part.name));
        // Read back through another handle, so that children and this process all append.
        _ = fs::remove_file(&path);
        let log = File::options().create(true).append(true).open(&path);
        let mut run = Self {
            workspace,
            log: log.with_context(|| format!("writing {}", path.display()))?,
            path,
            counts: Counts::default(),
        };
        if let Err(error) = (part.run)(&mut run) {
            run.complain("the part", &format!("{error:#}"))?;
        }
        let seconds = started.elapsed().as_secs_f64();
        println!("{}: {} in {seconds:.1} s", part.name, run.counts);
        Ok(run.counts)
    }

    /// One check: a command that must succeed. Gives its output.
    pub(super) fn command(&mut self, step: &str, command: &mut Command) -> Result<Option<String>> {
        let (success, output) = self.execute(step, command)?;
        if success {
            self.counts += Counts::PASSED;
            return Ok(Some(output));
        }
        self.failed(step, tail(&output))?;
        Ok(None)
    }

    /// Many tests: a command whose output says how many.
    pub(super) fn tests(&mut self, step: &str, command: &mut Command) -> Result<()> {
        self.counted(step, command).map(drop)
    }

    /// Many tests, as [`tests`](Self::tests): their counts and the output.
    pub(super) fn counted(&mut self, step: &str, command: &mut Command) -> Result<(Counts, String)> {
        let (success, output) = self.execute(step, command)?;
        let counts = Counts::read(&output);
        self.counts += counts;
        if counts.skipped > 0 {
            println!("  skipped {step}: {} marked as ignored", counts.skipped);
        }
        match (success, counts.failed) {
            (true, 0) if counts.is_zero() => self.failed(step, "it ran no tests")?,
            (true, 0) => {}
            (_, 0) => self.failed(step, tail(&output))?,
            (_, _) => self.tell(step, tail(&output))?,
        }
        Ok((counts, output))
    }

    /// One check in this process: the complaints that it has.
    pub(super) fn check(
        &mut self,
        step: &str,
        check: impl FnOnce(&Workspace) -> Result<Vec<String>>,
    ) -> Result<()> {
        match check(self.workspace) {
            Ok(complaints) if complaints.is_empty() => self.counts += Counts::PASSED,
            Ok(complaints) => return self.complain(step, &complaints.join("\n")),
            Err(error) => return self.complain(step, &format!("{error:#}")),
        }
        Ok(())
    }

    /// Says why something can't run here.
    pub(super) fn skip(&mut self, step: &str, reason: &str) {
        println!("  skipped {step}: {reason}");
        self.counts += Counts::SKIPPED;
    }

    /// A line of interest.
    pub(super) fn say(&self, line: &str) {
        println!("  {line}");
    }

    /// A handle for the output of a process that stays.
    pub(super) fn log(&self) -> Result<Stdio> {
        Ok(self.log.try_clone().context("sharing the log")?.into())
    }

    /// Executes a command: whether it succeeded, and what it said on both of its streams.
    pub(super) fn execute(&mut self, step: &str, command: &mut Command) -> Result<(bool, String)> {
        self.execute_within(step, command, LIMIT)
    }

    /// Executes a command that may take longer than others.
    pub(super) fn execute_within(
        &mut self,
        step: &str,
        command: &mut Command,
        limit: Duration,
    ) -> Result<(bool, String)> {
        writeln!(self.log, "=== {step}: {}", line(command)).context("writing the log")?;
        let from = self.log.metadata().context("reading the log")?.len();
        command.stdin(Stdio::null());
        let child = command.stdout(self.log()?).stderr(self.log()?).spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => return Ok((false, format!("{}: {error}", line(command)))),
        };
        let status = child::wait(&mut child, limit).context("waiting")?;
        if status.is_none() {
            child::end(&mut child);
            writeln!(self.log, "ended after {} s", limit.as_secs()).context("writing the log")?;
        }
        let output = self.since(from).context("reading the log")?;
        Ok((status.is_some_and(|status| status.success()), output))
    }

    /// A failure of which the log knows nothing yet.
    fn complain(&mut self, step: &str, why: &str) -> Result<()> {
        writeln!(self.log, "=== {step}\n{why}").context("writing the log")?;
        self.failed(step, why)
    }

    fn failed(&mut self, step: &str, why: &str) -> Result<()> {
        self.counts += Counts::FAILED;
        self.tell(step, why)
    }

    fn tell(&mut self, step: &str, why: &str) -> Result<()> {
        writeln!(self.log, "=== FAILED {step}").context("writing the log")?;
        println!("  FAILED {step}, all of it in {}", self.path.display());
        for line in why.lines() {
            println!("    {line}");
        }
        Ok(())
    }

    fn since(&self, from: u64) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A command as one would type it.
pub(super) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

fn tail(output: &str) -> &str {
    let from = output.trim_end().rmatch_indices('\n').nth(TAIL);
    from.and_then(|(at, _)| output.get(at + 1..)).unwrap_or(output)
}

/// Lines of output that a failure shows.
const TAIL: usize = 40;

/// What hangs is ended after this.
const LIMIT: Duration = Duration::from_secs(20 * 60);
