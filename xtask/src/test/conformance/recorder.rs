//! The server that stands in front of the documents, in a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::test::{child, run::Run};

/// A running recorder. It ends when this is dropped.
pub(super) struct Recorder {
    child: Child,
    /// Where it listens on 127.0.0.1.
    pub(super) port: String,
}

impl Recorder {
    /// Starts it for the documents of a folder.
    pub(super) fn start(run: &Run<'_>, documents: &Path) -> Result<Self> {
        let mut command = run.workspace.command("node");
        command.args(["tests/conformance/serve.mjs", "--documents"]).arg(documents);
        // It ends with its input.
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(run.log()?).spawn();
        let mut recorder = Self { child: child.context("starting the recorder")?, port: String::new() };
        let stdout = recorder.child.stdout.take().context("reading from the recorder")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).context("reading the recorder's port")?;
        let ready: Value = serde_json::from_str(&line).context("the recorder gave no port")?;
        recorder.port = ready.get("port").context("the recorder gave no port")?.to_string();
        Ok(recorder)
    }

    /// Where it tells what it saw.
    pub(super) fn report(&self) -> String {
        format!("http://127.0.0.1:{}/report", self.port)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        child::end(&mut self.child);
    }
}
