//! What both sides do.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use rustix::time::{ClockId, clock_gettime};
use tokio::task::JoinSet;

use crate::replies::SIZE;

/// A program that gets files.
pub(crate) trait Side: Clone + Send + 'static {
    /// Gets a file and answers its size.
    fn get(&self, id: &str) -> impl Future<Output = Result<i64>> + Send;
}

/// Calls in flight at a time.
const IN_FLIGHT: u32 = 32;

/// Does a task so many times; the answer is in microseconds.
pub(crate) async fn run(side: &impl Side, task: &str, times: u32) -> Result<Vec<f64>> {
    let micros = match task {
        "together" => together(side, times).await?,
        "alone" => alone(side, times).await?,
        _ => bail!("no such task"),
    };
    Ok(vec![micros])
}

/// CPU time of a call when many are in flight.
async fn together(side: &impl Side, times: u32) -> Result<f64> {
    let each = times / IN_FLIGHT;
    let start = cpu();
    let mut callers = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let side = side.clone();
        callers.spawn(async move {
            for _ in 0..each {
                ensure!(side.get("plain").await? == SIZE, "another file");
            }
            Ok(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    let spent = cpu().saturating_sub(start);
    Ok(micros(spent) / f64::from(each * IN_FLIGHT))
}

/// Time of the median call when one follows another.
async fn alone(side: &impl Side, times: u32) -> Result<f64> {
    let mut calls = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        ensure!(side.get("plain").await? == SIZE, "another file");
        calls.push(start.elapsed());
    }
    calls.sort();
    Ok(calls.get(calls.len() / 2).copied().map(micros).unwrap_or_default())
}

pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// What all threads of this process have spent, in their own code and in the system's.
fn cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
