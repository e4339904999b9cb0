//! What a call costs, measured in processes of their own: our client, a bare program that does the same with reqwest and
//! serde, and a server that is fast enough for both; and what a session takes. `cargo xtask bench calls` and
//! `cargo xtask bench session` run and compare them.
//!
//! A side reads tasks from its standard input, and answers each with a line of numbers.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time, and its output is its result"
)]

mod aborts;
mod control;
mod floor;
mod ours;
mod replies;
mod server;
mod sessions;
mod side;

use std::{env, io, process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

use crate::{floor::Floor, ours::Ours, sessions::Sessions};

fn main() -> Result<ExitCode> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match *words {
        ["server"] => one_thread()?.block_on(server::run())?,
        ["floor", threads, api] => runtime(threads)?.block_on(async {
            let floor = Floor::new(api)?;
            answer(async |task, times| side::run(&floor, task, times).await).await
        })?,
        ["ours", threads, api, control] => runtime(threads)?.block_on(async {
            let ours = Ours::new(api, control)?;
            answer(async |task, times| ours.run(task, times).await).await
        })?,
        ["sessions", folder] => runtime("all")?.block_on(async {
            let sessions = Sessions::start(folder).await?;
            answer(async |task, times| sessions.run(task, times).await).await
        })?,
        ["worker", api, upload, oauth2, id, secret, file] => {
            runtime("all")?.block_on(sessions::work([api, upload, oauth2, id, secret], file))?;
        }
        _ => {
            println!("{USAGE}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// As many threads as an application has by default, or one: handing work from thread to thread costs both sides, and not
/// the same in any two runs.
fn runtime(threads: &str) -> Result<Runtime> {
    if threads == "all" { Ok(Builder::new_multi_thread().enable_all().build()?) } else { one_thread() }
}

/// A runtime on a processor that all processes of the benchmark share: where the system puts each of them would count for
/// more than what a call costs.
fn one_thread() -> Result<Runtime> {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        let allowed = sched_getaffinity(None)?;
        let mut one = CpuSet::new();
        (0..CpuSet::MAX_CPU).find(|cpu| allowed.is_set(*cpu)).into_iter().for_each(|cpu| one.set(cpu));
        sched_setaffinity(None, &one)?;
    }
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// Does one task after another, until there are no more.
async fn answer(run: impl AsyncFn(&str, u32) -> Result<Vec<f64>>) -> Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (task, times) = line.split_once(' ').context("a task and how many times it is done")?;
        let done = timeout(LIMIT, run(task, times.parse()?)).await;
        let numbers = done.context("it takes too long").flatten().with_context(|| line.clone())?;
        let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        println!("{}", numbers.join(" "));
    }
    Ok(())
}

/// Longest time for one task.
const LIMIT: Duration = Duration::from_secs(60);

const USAGE: &str = "box-bench server
box-bench floor one|all API
box-bench ours one|all API CONTROL
box-bench sessions FOLDER
box-bench worker API UPLOAD OAUTH2 ID SECRET FILE";
