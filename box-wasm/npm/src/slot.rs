//! Things that are under way, each under its number.

use box_core::{call::Call, time::Timestamp};

/// Things by number. Numbers nearly always grow, and a server has thousands of clients.
pub(crate) struct Slots<T> {
    ids: Vec<u32>,
    things: Vec<T>,
}

/// Where a number is, or would be: once for things of all kinds.
#[inline(never)]
fn place(ids: &[u32], id: u32) -> Result<usize, usize> {
    ids.binary_search(&id)
}

impl<T> Slots<T> {
    pub(crate) const fn new() -> Self {
        Self { ids: Vec::new(), things: Vec::new() }
    }

    /// Puts a thing in, or in place of the one that has its number.
    pub(crate) fn put(&mut self, id: u32, thing: T) {
        match place(&self.ids, id) {
            Ok(at) => {
                if let Some(known) = self.things.get_mut(at) {
                    *known = thing;
                }
            }
            Err(at) => {
                self.ids.insert(at, id);
                self.things.insert(at, thing);
            }
        }
    }

    pub(crate) fn get(&mut self, id: u32) -> Option<&mut T> {
        self.things.get_mut(place(&self.ids, id).ok()?)
    }

    pub(crate) fn has(&self, id: u32) -> bool {
        place(&self.ids, id).is_ok()
    }

    pub(crate) fn take(&mut self, id: u32) -> Option<T> {
        let at = place(&self.ids, id).ok()?;
        self.ids.remove(at);
        Some(self.things.remove(at))
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let gone: Vec<_> = self.iter().filter(|(_, thing)| !keep(thing)).map(|(id, _)| id).collect();
        for id in gone {
            self.take(id);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.ids.iter().copied().zip(&self.things)
    }
}

/// A call that is under way.
pub(crate) struct CallSlot {
    pub(crate) call: Call,
    pub(crate) client: u32,
    pub(crate) owner: Owner,
    /// Whether the target of a redirect is the answer.
    pub(crate) wants_location: bool,
    /// Whether JavaScript makes a value of the reply.
    pub(crate) kept: bool,
    pub(crate) until: Option<Timestamp>,
}

/// Whose call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// JavaScript, under a number of its own.
    Caller(u32),
    /// The session of its client.
    Session,
    /// A sign-in, under the number that JavaScript gave it.
    SignIn(u32),
    /// A transfer.
    Transfer(u32),
    /// The content of a download.
    Content(u32),
    /// Nobody: the result doesn't matter.
    Nobody,
}

impl Owner {
    /// The number by which JavaScript knows it; 0 for what it doesn't.
    pub(crate) fn thing(self) -> u32 {
        match self {
            Self::Caller(id) | Self::SignIn(id) => id,
            Self::Transfer(id) | Self::Content(id) => id,
            Self::Nobody => 0,
            Self::Session => 0,
        }
    }
}
