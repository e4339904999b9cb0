//! Ends a body that stands still.

use std::{pin::pin, time::Duration};

use box_core::{error::Error, pace::Pace, time::Timestamp};
use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::{self, LocalBoxStream},
};

use crate::clock;

struct Reader<T> {
    body: LocalBoxStream<'static, Result<T, Error>>,
    length: fn(&T) -> u64,
    pace: Pace,
    /// How long the reader has waited, as a time that begins with the body.
    waited: Timestamp,
    bytes: u64,
}

/// A body that ends with an error when it moves too slowly. Only the time in which it is waited for counts: its reader
/// may be slow.
pub(crate) fn paced<T: 'static>(
    body: LocalBoxStream<'static, Result<T, Error>>,
    idle: Duration,
    length: fn(&T) -> u64,
) -> LocalBoxStream<'static, Result<T, Error>> {
    let pace = Pace::new(Timestamp(0), idle);
    let reader = Reader { body, length, pace, waited: Timestamp(0), bytes: 0 };
    let chunks = stream::try_unfold(reader, |mut reader| async move {
        let chunk = reader.next().await?;
        Ok(chunk.map(|chunk| (chunk, reader)))
    });
    Box::pin(chunks)
}

impl<T> Reader<T> {
    async fn next(&mut self) -> Result<Option<T>, Error> {
        loop {
            let began = clock::now();
            let alarm = clock::sleep(self.pace.next().since(self.waited));
            let chunk = match select(self.body.next(), pin!(alarm)).await {
                Either::Left((chunk, _)) => Some(chunk.transpose()?),
                Either::Right(_) => None,
            };
            self.waited = self.waited + clock::now().since(began);
            if let Some(Some(chunk)) = &chunk {
                self.bytes = self.bytes.saturating_add((self.length)(chunk));
                self.pace.moved(self.bytes);
            }
            self.pace.check(self.waited)?;
            if let Some(chunk) = chunk {
                return Ok(chunk);
            }
        }
    }
}
