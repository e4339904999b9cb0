//! How far a transfer is.

use std::{cell::Cell, rc::Rc};

use crate::outgoing::Meter;

/// How far a transfer is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes that have gone out or come in. It never falls, also when a part is sent again.
    pub transferred: u64,
    /// Bytes of the whole, where it is known.
    pub total: Option<u64>,
}

/// Tells the application.
pub(crate) type Watch = Rc<dyn Fn(Progress)>;

/// A function that is told a position and passes on what is new.
pub(crate) fn meter(watch: Watch, total: Option<u64>) -> Meter {
    let most = Cell::new(0);
    Rc::new(move |transferred| {
        if transferred > most.get() {
            most.set(transferred);
            watch(Progress { transferred, total });
        }
    })
}
