//! Ending a request when nobody wants it any more.

use box_core::error::Error;
use web_sys::{AbortController, AbortSignal};

/// Aborts its request when it is dropped, unless it was released. Aborting a request that is over does nothing.
#[derive(Debug)]
pub(crate) struct Abort(Option<AbortController>);

impl Abort {
    /// An abort and the signal for the request that it ends.
    pub(crate) fn new() -> Result<(Self, AbortSignal), Error> {
        let controller =
            AbortController::new().map_err(|_| Error::internal("the platform has no AbortController"))?;
        let signal = controller.signal();
        Ok((Self(Some(controller)), signal))
    }

    /// For a reply whose request is over.
    pub(crate) fn nothing() -> Self {
        Self(None)
    }

    /// Leaves the request to others.
    pub(crate) fn release(mut self) {
        self.0 = None;
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
