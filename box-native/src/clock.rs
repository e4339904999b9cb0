//! The clock of a client.

use std::time::{Duration, Instant, SystemTime};

use box_core::time::Timestamp;

/// Wall time at its start, carried on by a clock that never jumps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    wall: Timestamp,
    start: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { wall: Timestamp(0) + wall, start: Instant::now() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.wall + self.start.elapsed()
    }

    /// Waits until a time, for ever without one.
    pub(crate) async fn sleep_until(&self, time: Option<Timestamp>) {
        match time {
            // One more millisecond, because a timestamp is cut to whole ones.
            Some(time) => {
                let wait = time.since(self.wall) + Duration::from_millis(1);
                let Some(end) = self.start.checked_add(wait) else {
                    return std::future::pending().await;
                };
                tokio::time::sleep_until(end.into()).await;
            }
            None => std::future::pending().await,
        }
    }
}
