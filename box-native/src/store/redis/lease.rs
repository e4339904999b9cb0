//! The lock of a key: a lease, which its holder renews.

use std::{sync::Arc, time::Duration};

use box_core::{error::Error, session::REQUEST_TIMEOUT};
use redis::FromRedisValue;
use tokio::{
    runtime::Handle,
    task::AbortHandle,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::link::{Link, script};
use crate::{builder::no_entropy, store::LockGuard};

/// The first and the longest wait between two tries, in milliseconds.
const WAITS: [u64; 2] = [8, 256];

/// Longest time to give a lease back; it runs out anyway.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);

/// Whose lease, and where.
struct Claim {
    link: Arc<Link>,
    key: Arc<str>,
    owner: String,
    length: Duration,
}

impl Claim {
    async fn run<T: FromRedisValue>(&self, text: &str) -> Result<T, Error> {
        let mut call = script(text, &self.key);
        call.arg(&self.owner).arg(millis(self.length)).arg(millis(REQUEST_TIMEOUT));
        self.link.send(&call).await
    }
}

/// A lease, or the attempt to get one: dropping it gives back what there is.
pub(super) struct Lease {
    claim: Arc<Claim>,
    renewal: Option<AbortHandle>,
}

/// Waits for the lease of a key.
pub(super) async fn take(
    link: Arc<Link>,
    key: Arc<str>,
    length: Duration,
    limit: Duration,
) -> Result<LockGuard, Error> {
    let owner = format!("{:016x}{:016x}", random()?, random()?);
    // Before it is had: nobody may be there any more when the answer comes.
    let lease = Lease { claim: Arc::new(Claim { link, key, owner, length }), renewal: None };
    let end = Instant::now() + limit;
    let [mut wait, longest] = WAITS;
    loop {
        let (how, fence): (i8, u64) = lease.claim.run(include_str!("acquire.lua")).await?;
        if how >= 0 {
            let lease = lease.renewed();
            let guard = if how == 0 { LockGuard::free(lease) } else { LockGuard::taken_over(lease) };
            return Ok(guard.with_fence(fence));
        }
        let now = Instant::now();
        if now >= end {
            return Ok(LockGuard::timed_out());
        }
        // Not all who wait at once.
        let pause = wait / 2 + random()? % wait;
        sleep_until(end.min(now + Duration::from_millis(pause))).await;
        wait = longest.min(wait * 2);
    }
}

impl Lease {
    /// Prolongs it from now on, until it is dropped or another has it.
    fn renewed(mut self) -> Self {
        let claim = Arc::clone(&self.claim);
        let renewal = tokio::spawn(async move {
            let mut held = true;
            while held {
                sleep(claim.length / 3).await;
                // Where the server can't be reached, the next try may.
                held = claim.run(include_str!("renew.lua")).await.unwrap_or(true);
            }
        });
        self.renewal = Some(renewal.abort_handle());
        self
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(renewal) = &self.renewal {
            renewal.abort();
        }
        // Without a runtime it runs out.
        if let Ok(runtime) = Handle::try_current() {
            let claim = Arc::clone(&self.claim);
            runtime.spawn(async move {
                let release = claim.run::<bool>(include_str!("release.lua"));
                // If it fails, it runs out, too.
                let _ = timeout(RELEASE_TIMEOUT, release).await;
            });
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn random() -> Result<u64, Error> {
    getrandom::u64().map_err(|e| no_entropy(&e))
}
