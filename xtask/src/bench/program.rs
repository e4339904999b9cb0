//! A program that measures itself, or serves, in a process of its own.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::test::{child, workspace::Workspace};

/// The program. It ends with this.
pub(super) struct Program {
    child: Child,
    tasks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it.
    pub(super) fn start(workspace: &Workspace, arguments: &[&str]) -> Result<Self> {
        let mut command = workspace.command(workspace.built("release", "box-bench"));
        let child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.context("starting box-bench")?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (tasks, answers) = pipes.context("talking to box-bench")?;
        Ok(Self { child, tasks, answers: BufReader::new(answers) })
    }

    /// Starts the server, which says the addresses of its API and of its control.
    pub(super) fn server(workspace: &Workspace) -> Result<(Self, String, String)> {
        let mut server = Self::start(workspace, &["server"])?;
        let line = server.line()?;
        let (api, control) = line.split_once(' ').context("the server gave no addresses")?;
        Ok((server, api.to_owned(), control.to_owned()))
    }

    /// Gives it a task to be done so many times.
    pub(super) fn ask(&mut self, task: &str, times: u32) -> Result<Vec<f64>> {
        writeln!(self.tasks, "{task} {times}").with_context(|| format!("asking for `{task}`"))?;
        let line = self.line().with_context(|| format!("measuring `{task}`"))?;
        let numbers = line.split(' ').map(|number| number.parse().context("a number"));
        numbers.collect::<Result<_>>().with_context(|| format!("measuring `{task}`: {line}"))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line).context("reading from box-bench")?;
        ensure!(read > 0, "box-bench has ended");
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        child::end(&mut self.child);
    }
}
