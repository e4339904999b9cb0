//! Who may still begin, and who is still inside, when a client closes.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use box_core::error::{Error, ErrorKind};
use futures_util::{StreamExt, stream};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::transport::ByteStream;

/// Lets calls and transfers in until it is closed.
#[derive(Default)]
pub(crate) struct Gate {
    closed: AtomicBool,
    inside: TaskTracker,
    over: CancellationToken,
}

impl Gate {
    /// A place inside, for as long as it is held.
    ///
    /// # Errors
    /// `Closed` behind [`close`](Self::close).
    pub(crate) fn enter(&self) -> Result<Entered, Error> {
        let place = self.inside.token();
        if self.closed.load(Ordering::Acquire) {
            return Err(closed("the client is closed"));
        }
        Ok(Entered { _place: place, over: self.over.clone() })
    }

    /// Lets nobody in, and waits for those inside, at most for so long; then they end. Whether all went by themselves.
    pub(crate) async fn close(&self, deadline: Duration) -> bool {
        self.closed.store(true, Ordering::Release);
        self.inside.close();
        let drained = tokio::time::timeout(deadline, self.inside.wait()).await.is_ok();
        if !drained {
            self.over.cancel();
        }
        drained
    }
}

/// A place inside.
pub(crate) struct Entered {
    _place: TaskTrackerToken,
    over: CancellationToken,
}

impl Entered {
    /// Works until done, or until time is over for everybody.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.over.run_until_cancelled(work).await.unwrap_or_else(|| Err(over()))
    }

    /// A body that holds the place until its end.
    pub(crate) fn stream(self, body: ByteStream) -> ByteStream {
        let ended = self.over.clone().cancelled_owned();
        let rest = body.map(Some).chain(stream::once(async { None })).take_until(ended);
        let rest = rest.chain(stream::once(async { Some(Err(over())) }));
        let held =
            rest.take_while(|chunk| std::future::ready(chunk.is_some())).filter_map(std::future::ready);
        Box::pin(held.map(move |chunk| {
            let _place = &self;
            chunk
        }))
    }
}

fn over() -> Error {
    closed("the client was closed, and the time for what was under way is over")
}

fn closed(why: &str) -> Error {
    Error::new(ErrorKind::Closed, why)
}
