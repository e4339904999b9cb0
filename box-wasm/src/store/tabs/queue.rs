//! A lock among the clients of one page, for platforms without Web Locks.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use box_core::time::Timestamp;
use futures_channel::oneshot;

use crate::clock;

/// Who holds the lock, and who waits for it.
#[derive(Clone, Default)]
pub(super) struct Queue(Rc<Line>);

#[derive(Default)]
struct Line {
    holder: Cell<Option<(u64, Timestamp)>>,
    next: Cell<u64>,
    waiting: RefCell<VecDeque<oneshot::Sender<Hold>>>,
}

impl Queue {
    /// A place in the line. Dropping the receiver leaves it.
    pub(super) fn request(&self) -> oneshot::Receiver<Hold> {
        let (sender, granted) = oneshot::channel();
        self.0.waiting.borrow_mut().push_back(sender);
        if self.0.holder.get().is_none() {
            self.advance();
        }
        granted
    }

    /// Takes the lock from its holder, if that has had it for so long.
    pub(super) fn steal(&self, after: Duration) -> Option<Hold> {
        let (_, since) = self.0.holder.get()?;
        (clock::now() >= since + after).then(|| self.grant())
    }

    fn grant(&self) -> Hold {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        self.0.holder.set(Some((number, clock::now())));
        Hold { queue: self.clone(), number }
    }

    fn advance(&self) {
        self.0.holder.set(None);
        let next = self.0.waiting.borrow_mut().pop_front();
        if let Some(waiting) = next {
            // Who has left gives it on when it is dropped here.
            let _ = waiting.send(self.grant());
        }
    }
}

/// The lock, until this is dropped.
pub(super) struct Hold {
    queue: Queue,
    number: u64,
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Another may have taken it.
        if self.queue.0.holder.get().is_some_and(|(number, _)| number == self.number) {
            self.queue.advance();
        }
    }
}
