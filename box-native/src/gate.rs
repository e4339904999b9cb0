//! Who may still begin, and who is still inside, when a client closes.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use box_core::error::{Error, ErrorKind};
use futures_util::{StreamExt, stream};
use tokio::sync::Notify;
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};

use crate::transport::ByteStream;

/// Lets calls and transfers in until it is closed.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<State>);

#[derive(Default)]
struct State {
    closed: AtomicBool,
    inside: TaskTracker,
    over: AtomicBool,
    ended: Notify,
}

impl Gate {
    /// A place inside, for as long as it is held.
    ///
    /// # Errors
    /// `Closed` behind [`close`](Self::close).
    pub(crate) fn enter(&self) -> Result<Entered, Error> {
        let place = self.0.inside.token();
        if self.0.closed.load(Ordering::Acquire) {
            return Err(closed("the client is closed"));
        }
        Ok(Entered { _place: place, state: Arc::clone(&self.0) })
    }

    /// Lets nobody in, and waits for those inside, at most for so long; then they end. Whether all went by themselves.
    pub(crate) async fn close(&self, deadline: Duration) -> bool {
        let state = &*self.0;
        state.closed.store(true, Ordering::Release);
        state.inside.close();
        let drained = tokio::time::timeout(deadline, state.inside.wait()).await.is_ok();
        if !drained {
            state.over.store(true, Ordering::Release);
            state.ended.notify_waiters();
        }
        drained
    }
}

impl State {
    /// Waits until time is over for everybody.
    async fn end(&self) {
        let ended = self.ended.notified();
        if !self.over.load(Ordering::Acquire) {
            ended.await;
        }
    }
}

/// A place inside.
pub(crate) struct Entered {
    _place: TaskTrackerToken,
    state: Arc<State>,
}

impl Entered {
    /// Works until done, or until time is over for everybody. Work that is done at once never waits for the end.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let (mut work, mut end) = (pin!(work), pin!(self.state.end()));
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => end.as_mut().poll(context).map(|()| Err(over())),
        })
        .await
    }

    /// A body that holds the place until its end.
    pub(crate) fn stream(self, body: ByteStream) -> ByteStream {
        let state = Arc::clone(&self.state);
        let ended = async move { state.end().await };
        let rest = body.map(Some).chain(stream::once(async { None })).take_until(Box::pin(ended));
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
