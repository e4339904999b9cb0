//! Who may still begin, and who is still inside, when a client closes.

use std::{cell::RefCell, convert::Infallible, future::pending, pin::pin, time::Duration};

use box_core::error::{Error, ErrorKind};
use futures_channel::{mpsc, oneshot};
use futures_util::{
    FutureExt, StreamExt, TryStreamExt,
    future::{Either, LocalBoxFuture, Shared, select},
    stream::{self, LocalBoxStream},
};

use crate::clock;

type Signal = Shared<LocalBoxFuture<'static, ()>>;

/// Lets calls and transfers in until it is closed.
pub(crate) struct Gate {
    /// Whoever is inside holds a clone, so that the other end tells when all have gone.
    door: RefCell<Option<mpsc::UnboundedSender<Infallible>>>,
    drained: Signal,
    end: RefCell<Option<oneshot::Sender<()>>>,
    over: Signal,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let (door, inside) = mpsc::unbounded();
        let (end, over) = oneshot::channel();
        let over = async move {
            // The last client may go before the last stream that came from it.
            if over.await.is_err() {
                pending::<()>().await;
            }
        };
        Self {
            door: RefCell::new(Some(door)),
            drained: inside.into_future().map(drop).boxed_local().shared(),
            end: RefCell::new(Some(end)),
            over: over.boxed_local().shared(),
        }
    }

    /// A place inside, for as long as it is held.
    ///
    /// # Errors
    /// `Closed` behind [`close`](Self::close).
    pub(crate) fn enter(&self) -> Result<Entered, Error> {
        let door = self.door.borrow();
        let place = door.as_ref().ok_or_else(|| closed("the client is closed"))?;
        Ok(Entered { _place: place.clone(), over: self.over.clone() })
    }

    /// Lets nobody in, and waits for those inside, and then for something that goes on behind them; at the deadline
    /// those who are still inside end. Whether all went by themselves.
    pub(crate) async fn close(&self, deadline: Duration, behind: impl Future<Output = ()>) -> bool {
        drop(self.door.borrow_mut().take());
        let until = clock::now() + deadline;
        let alarm = async {
            while clock::now() < until {
                clock::sleep_until(Some(until)).await;
            }
        };
        let gone = async {
            self.drained.clone().await;
            behind.await;
        };
        let drained = matches!(select(pin!(gone), pin!(alarm)).await, Either::Left(_));
        if !drained && let Some(end) = self.end.borrow_mut().take() {
            // There may be nobody whom it concerns.
            let _ = end.send(());
        }
        drained
    }
}

/// A place inside.
#[derive(Clone)]
pub(crate) struct Entered {
    _place: mpsc::UnboundedSender<Infallible>,
    over: Signal,
}

impl Entered {
    /// Works until done, or until time is over for everybody.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match select(pin!(work), self.over.clone()).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => {
                Err(closed("the client was closed, and the time for what was under way is over"))
            }
        }
    }

    /// A body that holds the place until its end.
    pub(crate) fn stream<T: 'static>(
        self,
        body: LocalBoxStream<'static, Result<T, Error>>,
    ) -> LocalBoxStream<'static, Result<T, Error>> {
        let chunks = stream::try_unfold((self, body), |(entered, mut body)| async move {
            let chunk = entered.run(body.try_next()).await?;
            Ok(chunk.map(|chunk| (chunk, (entered, body))))
        });
        Box::pin(chunks)
    }
}

fn closed(why: &str) -> Error {
    Error::new(ErrorKind::Closed, why)
}
