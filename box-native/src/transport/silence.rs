//! Ends what says nothing for too long.

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use box_core::error::{Error, ErrorKind};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::Instant;

/// Measures how long nothing has moved, in either direction.
#[derive(Clone)]
pub(super) struct Silence {
    limit: Duration,
    last: Arc<Mutex<Instant>>,
}

impl Silence {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, last: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Bytes that go out are no silence: a slow upload lasts as long as it moves.
    pub(super) fn broken_by<S: Stream + Send>(
        &self,
        bytes: S,
    ) -> impl Stream<Item = S::Item> + Send + use<S> {
        let silence = self.clone();
        bytes.inspect(move |_| *silence.lock() = Instant::now())
    }

    /// Waits for the head of a reply.
    pub(super) async fn limit<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let mut work = pin!(work);
        loop {
            let end = *self.lock() + self.limit;
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = tokio::time::sleep_until(end) => {
                    if *self.lock() + self.limit <= Instant::now() {
                        return Err(self.error());
                    }
                }
            }
        }
    }

    /// Waits for each chunk of a body.
    pub(super) fn limit_each(
        self,
        body: impl Stream<Item = Result<Bytes, Error>> + Send + 'static,
    ) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        stream::unfold(Some(Box::pin(body)), move |body| {
            let silence = self.clone();
            async move {
                let mut body = body?;
                match tokio::time::timeout(silence.limit, body.next()).await {
                    Ok(chunk) => Some((chunk?, Some(body))),
                    Err(_) => Some((Err(silence.error()), None)),
                }
            }
        })
    }

    fn error(&self) -> Error {
        let limit = self.limit;
        Error::new(ErrorKind::Timeout, format!("nothing moved for {limit:?}"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Instant> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    /// A chunk every `pause`, on tokio's paused clock.
    fn chunks(pause: Duration) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        stream::unfold(0, move |sent| async move {
            tokio::time::sleep(pause).await;
            (sent < 20).then(|| (Ok(Bytes::from_static(b"x")), sent + 1))
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_upload_lasts_as_long_as_it_moves() {
        for (pause, ends) in [(Duration::from_secs(9), true), (Duration::from_secs(11), false)] {
            let silence = Silence::new(LIMIT);
            let upload = silence.broken_by(chunks(pause)).try_collect::<Vec<_>>();
            assert_eq!(silence.limit(upload).await.is_ok(), ends, "{pause:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_ends() {
        for (pause, chunks_seen) in [(Duration::from_secs(9), 20), (Duration::from_secs(11), 0)] {
            let body = Silence::new(LIMIT).limit_each(chunks(pause));
            let seen: Vec<_> = body.collect().await;
            assert_eq!(seen.iter().filter(|chunk| chunk.is_ok()).count(), chunks_seen);
            let errors: Vec<_> = seen.into_iter().filter_map(Result::err).collect();
            assert_eq!(errors.len(), usize::from(chunks_seen == 0));
        }
    }
}
