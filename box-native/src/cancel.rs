//! Cancelling from elsewhere.

use box_core::error::{Error, ErrorKind};
use tokio_util::sync::CancellationToken;

use crate::transport::BoxFuture;

/// Cancels the transfers to which it was given; clones are the same token. (Any call also ends when its future is
/// dropped.)
#[derive(Clone, Debug, Default)]
pub struct CancelToken(CancellationToken);

impl CancelToken {
    /// A token that isn't cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels; transfers end with an error of kind `Cancelled`.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Runs until cancelled.
    pub(crate) fn cancelled(&self) -> BoxFuture<'static, ()> {
        Box::pin(self.0.clone().cancelled_owned())
    }

    /// The error of what was cancelled.
    pub(crate) fn error() -> Error {
        Error::new(ErrorKind::Cancelled, "the transfer was cancelled")
    }

    /// Runs until done or cancelled.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let done = self.0.run_until_cancelled(work).await;
        done.unwrap_or_else(|| Err(Self::error()))
    }
}
