//! A process that shares a token file with others.

use std::{path::Path, process::Stdio};

use anyhow::{Context, Result, ensure};
use box_emulator::Addresses;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// The process; it ends with this.
pub(super) struct Worker {
    _child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    pub(super) fn start(at: &Addresses, file: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let Addresses { api, upload, oauth2, client_id, client_secret, .. } = at;
        command.args(["worker", api, upload, oauth2, client_id, client_secret]).arg(file);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn();
        let mut child = child.context("starting a worker")?;
        let (orders, answers) = child.stdin.take().zip(child.stdout.take()).context("talking to a worker")?;
        Ok(Self { _child: child, orders, answers: BufReader::new(answers).lines() })
    }

    /// Waits until it has made its first call.
    pub(super) async fn is_ready(&mut self) -> Result<()> {
        ensure!(self.line().await? == "ready", "a worker isn't ready");
        Ok(())
    }

    /// Has it make calls at once.
    pub(super) async fn go(&mut self, calls: u32) -> Result<()> {
        Ok(self.orders.write_all(format!("{calls}\n").as_bytes()).await?)
    }

    /// How many of them failed.
    pub(super) async fn failed(&mut self) -> Result<usize> {
        Ok(self.line().await?.parse()?)
    }

    async fn line(&mut self) -> Result<String> {
        self.answers.next_line().await?.context("a worker has ended")
    }
}

/// What the process does.
pub(crate) async fn run(at: [&str; 5], file: &str) -> Result<()> {
    let client = super::calls_by_file(at, Path::new(file)).await?;
    println!("ready");
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(order) = orders.next_line().await? {
        println!("{}", super::calls(&client, order.parse()?).await);
    }
    Ok(())
}
