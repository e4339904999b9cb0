//! Things that are under way, each under its number.

use box_core::{call::Call, time::Timestamp};

/// A few things by number. There are never so many that looking through them takes long.
pub(crate) struct Slots<T>(Vec<(u32, T)>);

impl<T> Slots<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn put(&mut self, id: u32, thing: T) {
        self.0.push((id, thing));
    }

    pub(crate) fn get(&mut self, id: u32) -> Option<&mut T> {
        self.0.iter_mut().find(|(known, _)| *known == id).map(|(_, thing)| thing)
    }

    pub(crate) fn take(&mut self, id: u32) -> Option<T> {
        let at = self.0.iter().position(|(known, _)| *known == id)?;
        Some(self.0.swap_remove(at).1)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|(_, thing)| keep(thing));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.0.iter().map(|(id, thing)| (*id, thing))
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
