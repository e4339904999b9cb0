//! Faults that the simulation must find.

use super::Session;

/// A way in which the protocol could be wrong. Without the feature `mutants` none can be switched on.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// Tokens are handed out before they are stored.
    PersistsAfterUse,
    /// The store isn't read again once the lock is held.
    NeverRereads,
    /// No intent is recorded.
    RecordsNoIntent,
    /// The lock is given back before the tokens are stored.
    UnlocksBeforeStoring,
    /// The last refusal stays in force when somebody signs in.
    LatchStays,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::PersistsAfterUse,
        Self::NeverRereads,
        Self::RecordsNoIntent,
        Self::UnlocksBeforeStoring,
        Self::LatchStays,
    ];
}

impl Session {
    /// Makes the session wrong.
    #[cfg(feature = "mutants")]
    #[doc(hidden)]
    #[must_use]
    pub fn with_mutant(mut self, mutant: Option<Mutant>) -> Self {
        self.mutant = mutant;
        self
    }

    #[cfg(feature = "mutants")]
    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    #[cfg(not(feature = "mutants"))]
    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    pub(super) const fn is(&self, _: Mutant) -> bool {
        false
    }
}
