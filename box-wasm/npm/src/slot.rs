//! Things that are under way, each under its number.

use box_core::{call::Call, time::Timestamp};

/// Things by number. Numbers nearly always grow, and a server has thousands of clients. Boxed, all kinds of them are the
/// same to the compiler.
pub(crate) struct Slots<T>(Vec<(u32, Box<T>)>);

impl<T> Slots<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Where a number is, or would be.
    #[inline(never)]
    fn place(&self, id: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |(known, _)| *known)
    }

    /// Puts a thing in, or in place of the one that has its number.
    pub(crate) fn put(&mut self, id: u32, thing: T) {
        if let Some(known) = self.get(id) {
            *known = thing;
        } else {
            self.insert(id, Box::new(thing));
        }
    }

    #[inline(never)]
    fn insert(&mut self, id: u32, thing: Box<T>) {
        let (Ok(at) | Err(at)) = self.place(id);
        self.0.insert(at, (id, thing));
    }

    #[inline(never)]
    pub(crate) fn get(&mut self, id: u32) -> Option<&mut T> {
        let at = self.place(id).ok()?;
        self.0.get_mut(at).map(|(_, thing)| &mut **thing)
    }

    pub(crate) fn has(&self, id: u32) -> bool {
        self.place(id).is_ok()
    }

    pub(crate) fn take(&mut self, id: u32) -> Option<T> {
        self.remove(id).map(|thing| *thing)
    }

    #[inline(never)]
    fn remove(&mut self, id: u32) -> Option<Box<T>> {
        let at = self.place(id).ok()?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|(_, thing)| keep(thing));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.0.iter().map(|(id, thing)| (*id, &**thing))
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
