//! What a session takes: many calls that meet an ended token, in one process and in two, and one that finds a fresh one.

mod floor;
mod worker;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use box_emulator::server::{Options, Server};
use box_native::{Client, ClientBuilder, Hosts, store::FileStore};
use tokio::task::JoinSet;

use self::worker::Worker;
pub(crate) use self::worker::run as work;
use crate::floor::Floor;

/// Calls that wait for one token.
const CALLS: u32 = 200;

/// Milliseconds that the server takes over each request.
const DELAY: u64 = 200;

/// An emulator, and a folder for token files.
pub(crate) struct Sessions {
    server: Server,
    folder: PathBuf,
}

impl Sessions {
    pub(crate) async fn start(folder: &str) -> Result<Self> {
        Ok(Self { server: Server::start(Options::default()).await?, folder: folder.into() })
    }

    /// Does a task so many times.
    pub(crate) async fn run(&self, task: &str, times: u32) -> Result<Vec<f64>> {
        match task {
            "together" => self.together().await,
            "floor" => self.floor().await,
            "processes" => self.processes(times).await,
            "fresh" => self.fresh(times).await,
            _ => anyhow::bail!("no such task"),
        }
    }

    /// Milliseconds for all calls, refreshes, and calls that failed.
    async fn together(&self) -> Result<Vec<f64>> {
        let client = self.builder()?.build()?;
        sign_in(&client).await?;
        self.end_token();
        let start = Instant::now();
        let failed = calls(&client, CALLS).await;
        Ok(self.figures(start, failed))
    }

    /// The same, as a bare program would do it.
    async fn floor(&self) -> Result<Vec<f64>> {
        let kept = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&kept);
        let builder = self.builder()?.tokens_changed(move |tokens| {
            _ = keep.lock().map(|mut kept| kept.replace(tokens));
            async {}
        });
        sign_in(&builder.build()?).await?;
        let tokens = kept.lock().ok().and_then(|mut kept| kept.take()).context("no tokens")?;
        let at = self.server.addresses();
        let floor = floor::SingleFlight::new(Floor::new(&at.api)?, at, &tokens)?;
        let floor = Arc::new(floor);
        self.end_token();
        let start = Instant::now();
        let mut calls = JoinSet::new();
        for _ in 0..CALLS {
            let floor = Arc::clone(&floor);
            calls.spawn(async move { floor.me().await });
        }
        let failed = calls.join_all().await.iter().filter(|done| done.is_err()).count();
        Ok(self.figures(start, failed))
    }

    /// The same in processes that share a file.
    async fn processes(&self, count: u32) -> Result<Vec<f64>> {
        let file = self.folder.join("tokens.json");
        _ = std::fs::remove_file(&file);
        let client = self.builder()?.token_store(FileStore::new(&file)).build()?;
        sign_in(&client).await?;
        let at = self.server.addresses();
        let workers: Result<Vec<_>> = (0..count).map(|_| Worker::start(at, &file)).collect();
        let mut workers = workers?;
        for worker in &mut workers {
            worker.is_ready().await?;
        }
        self.end_token();
        let start = Instant::now();
        for worker in &mut workers {
            worker.go(CALLS / count).await?;
        }
        let mut failed = 0;
        for worker in &mut workers {
            failed += worker.failed().await?;
        }
        Ok(self.figures(start, failed))
    }

    /// Nanoseconds for a token that is at hand.
    async fn fresh(&self, times: u32) -> Result<Vec<f64>> {
        let client = self.builder()?.build()?;
        sign_in(&client).await?;
        let mut all = Vec::new();
        for _ in 0..21 {
            let start = Instant::now();
            for _ in 0..times {
                client.access_token().await?;
            }
            all.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(times));
        }
        all.sort_by(f64::total_cmp);
        Ok(vec![all.get(all.len() / 2).copied().unwrap_or_default()])
    }

    fn builder(&self) -> Result<ClientBuilder> {
        let at = self.server.addresses();
        builder([&at.api, &at.upload, &at.oauth2, &at.client_id, &at.client_secret])
    }

    /// From now on the server is slow, and takes no access token that there is.
    fn end_token(&self) {
        self.server.control(|emulator| {
            emulator.settings_mut().delays.insert("*".to_owned(), DELAY);
            emulator.expire_tokens();
            emulator.reset_counters();
        });
    }

    fn figures(&self, start: Instant, failed: usize) -> Vec<f64> {
        let wall = start.elapsed().as_secs_f64() * 1000.0;
        let refreshes = self.server.control(|emulator| {
            emulator.settings_mut().delays.clear();
            emulator.counters().requests("oauth.refresh")
        });
        let numbers = [refreshes, failed as u64].map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        vec![wall, f64::from(numbers[0]), f64::from(numbers[1])]
    }
}

/// A client of an application at an emulator.
fn builder([api, upload, oauth2, id, secret]: [&str; 5]) -> Result<ClientBuilder> {
    Ok(Client::builder().hosts(Hosts::new(api, upload, oauth2)?).oauth(id, secret))
}

/// Calls at once, and how many of them failed.
async fn calls(client: &Client, count: u32) -> usize {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let client = client.clone();
        calls.spawn(async move { client.users().me().await.map(drop) });
    }
    calls.join_all().await.iter().filter(|done| done.is_err()).count()
}

/// Signs in as a browser would; the emulator approves at once.
async fn sign_in(client: &Client) -> Result<()> {
    let (sender, page) = tokio::sync::oneshot::channel();
    let show = |page: &str| _ = sender.send(page.to_owned());
    let browse = async {
        let page = page.await.context("no page")?;
        let reply = Floor::new("")?.client.get(&page).send().await?;
        let next = reply.headers().get("location").context("the page leads nowhere")?.to_str()?.to_owned();
        Floor::new("")?.client.get(next).send().await?;
        anyhow::Ok(())
    };
    let (signed, browsed) = tokio::join!(client.sign_in_on_loopback(0, show), browse);
    browsed?;
    Ok(signed?)
}

/// The calls of a client that is signed in through a file.
async fn calls_by_file(at: [&str; 5], file: &Path) -> Result<Client> {
    let client = builder(at)?.token_store(FileStore::new(file)).build()?;
    ensure!(calls(&client, 1).await == 0, "the tokens of the file are no good");
    Ok(client)
}
