//! How long it takes until what was given up is gone.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use box_native::{CancelToken, Client, ErrorKind};
use tokio::{task::JoinHandle, time::sleep};

use crate::{control::Control, side::micros};

/// So long after the server has seen its request a call is where it shall be given up.
const SETTLES: Duration = Duration::from_millis(10);

/// A call that is dropped while it waits for the server's reply, or before it sends again.
pub(crate) async fn call(client: &Client, control: &Control, id: &str, times: u32) -> Result<Vec<f64>> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let stuck = control.stuck()?;
        let task = tokio::spawn(client.files().get(id).send());
        seen(control, stuck).await?;
        taken.push(abort(task).await?);
    }
    Ok(taken)
}

/// A call that is dropped while it waits for a token.
pub(crate) async fn waiting(client: &Client, times: u32) -> Result<Vec<f64>> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let task = tokio::spawn(client.files().get("plain").send());
        sleep(SETTLES).await;
        taken.push(abort(task).await?);
    }
    Ok(taken)
}

/// A transfer whose token is cancelled.
pub(crate) async fn transfer(client: &Client, control: &Control, times: u32) -> Result<Vec<f64>> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let stuck = control.stuck()?;
        let token = CancelToken::new();
        let task = tokio::spawn(client.download("hangs").cancel(&token).stream());
        seen(control, stuck).await?;
        let start = Instant::now();
        token.cancel();
        let error = task.await?.err();
        taken.push(micros(start.elapsed()));
        ensure!(error.is_some_and(|error| error.kind() == ErrorKind::Cancelled), "it wasn't under way");
    }
    Ok(taken)
}

/// Waits until the server has seen one more request that gets no reply.
async fn seen(control: &Control, before: u64) -> Result<()> {
    while control.stuck()? == before {
        sleep(Duration::from_millis(1)).await;
    }
    sleep(SETTLES).await;
    Ok(())
}

async fn abort<T>(task: JoinHandle<T>) -> Result<f64> {
    let start = Instant::now();
    task.abort();
    let gone = task.await;
    let taken = micros(start.elapsed());
    ensure!(gone.is_err_and(|error| error.is_cancelled()), "it wasn't under way");
    Ok(taken)
}
