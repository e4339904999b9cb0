//! Clients in processes of their own: the test binary once more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]
#![allow(dead_code, reason = "each test file uses a part of it")]

mod client;
mod stage;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use box_emulator::server::Server;
use serde::{Deserialize, Serialize};

pub(crate) use self::{
    client::run,
    stage::{MODES, Stage},
};

/// Tells a process that it is a worker, and of whom.
const VARIABLE: &str = "BOX_TEST_WORKER";

/// Before every line of a worker, among those of the test runner.
const MARK: &str = "worker ";

/// Longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a worker must know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) hosts: [String; 3],
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) store: StoreAt,
}

/// Where its tokens are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum StoreAt {
    File(std::path::PathBuf),
    Redis { url: String, key: String, lease_ms: u64 },
}

impl Job {
    pub(crate) fn new(server: &Server, store: StoreAt) -> Self {
        let at = server.addresses();
        Self {
            hosts: [&at.api, &at.upload, &at.oauth2].map(String::clone),
            client_id: at.client_id.clone(),
            client_secret: at.client_secret.clone(),
            store,
        }
    }
}

/// What became of calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) succeeded: usize,
    pub(crate) failures: Vec<Failure>,
}

/// Why a call has failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) kind: String,
    pub(crate) needs_sign_in: bool,
    pub(crate) message: String,
}

/// A worker, which is killed when it is dropped.
pub(crate) struct Worker {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Worker {
    /// Starts one; its test file has a test named `worker`, which calls [`run`].
    pub(crate) fn start(job: &Job) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker", "--nocapture"])
            .env(VARIABLE, serde_json::to_string(job).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let line = line.find(MARK).map(|at| line[at + MARK.len()..].to_owned());
                if line.is_some_and(|line| sender.send(line).is_err()) {
                    break;
                }
            }
        });
        Self { stdin: child.stdin.take().unwrap(), child, lines }
    }

    /// Starts some, and waits until they are there.
    pub(crate) fn team(job: &Job, size: usize) -> Vec<Self> {
        let team: Vec<_> = (0..size).map(|_| Self::start(job)).collect();
        team.iter().for_each(Self::ready);
        team
    }

    pub(crate) fn ready(&self) {
        assert_eq!(self.line(), "ready");
    }

    /// Lets it begin so many calls at once.
    pub(crate) fn begin(&mut self, calls: usize) {
        writeln!(self.stdin, "{calls}").unwrap();
        self.stdin.flush().unwrap();
    }

    /// Lets it make so many calls.
    pub(crate) fn calls(&mut self, calls: usize) -> Answer {
        self.begin(calls);
        self.answer()
    }

    /// What became of them.
    pub(crate) fn answer(&self) -> Answer {
        serde_json::from_str(&self.line()).unwrap()
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a worker that answers")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, wherever it is.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}
