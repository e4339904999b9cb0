//! How each operation of the emulator is called, in one or more ways.

mod content;
mod failing;
mod items;
mod people;

use box_core::{
    error::Error,
    operation::{Operation, RetryClass},
    request::Draft,
    rng::Rng,
};
use box_emulator::Emulator;

use crate::{
    source::Source,
    stage::{CONTENT, Stage},
};

/// A way to call an operation.
#[derive(Clone, Copy)]
pub struct Fixture {
    /// The operation, as `group.action`.
    pub operation: &'static str,
    /// What is special about this way, if anything is.
    pub variant: &'static str,
    /// The call. Of a write that had no effect before, it has one.
    pub draft: fn(&Stage, &mut Rng) -> Result<Draft, Error>,
    /// Whether a page may call it.
    pub on_pages: bool,
    /// Whether the caller's own item has had the name for so long that it isn't new by any clock.
    pub name_is_taken: bool,
}

impl Fixture {
    const fn new(operation: &'static str, draft: fn(&Stage, &mut Rng) -> Result<Draft, Error>) -> Self {
        Self { operation, variant: "", draft, on_pages: true, name_is_taken: false }
    }

    const fn variant(mut self, variant: &'static str) -> Self {
        self.variant = variant;
        self
    }

    const fn not_on_pages(mut self) -> Self {
        self.on_pages = false;
        self
    }

    const fn name_is_taken(mut self) -> Self {
        self.name_is_taken = true;
        self
    }

    /// Its row in the clients' table.
    pub fn row(&self) -> &'static Operation {
        box_core::operations::find(self.operation).unwrap_or_else(|| panic!("no row {}", self.operation))
    }

    /// Its name for people.
    pub fn name(&self) -> String {
        if self.variant.is_empty() {
            self.operation.to_owned()
        } else {
            format!("{} {}", self.operation, self.variant)
        }
    }

    /// What its bodies read.
    pub fn source(&self) -> Source {
        Source::Bytes(CONTENT.into())
    }
}

/// All of them.
pub fn fixtures() -> impl Iterator<Item = &'static Fixture> {
    [items::FIXTURES, content::FIXTURES, people::FIXTURES, failing::FIXTURES].into_iter().flatten()
}

/// Operations of the emulator that no fixture calls, and fixtures for what the emulator doesn't have.
pub fn incomplete() -> Vec<String> {
    let implemented = Emulator::operations().implemented;
    let missing = implemented.iter().filter(|id| !fixtures().any(|fixture| fixture.operation == **id));
    let missing = missing.map(|id| format!("{id} has no fixture: add one in tests/faults/src/fixtures"));
    let stale = fixtures().filter(|fixture| !implemented.iter().any(|id| id == fixture.operation));
    let stale = stale.map(|fixture| format!("{} is not in the emulator", fixture.operation));
    missing.chain(stale).collect()
}

/// The name of a retry class.
pub fn class(operation: &Operation) -> &'static str {
    match operation.retry {
        RetryClass::Safe => "safe",
        RetryClass::Idempotent => "idempotent",
        RetryClass::Conditional => "conditional",
        RetryClass::Never => "never",
        RetryClass::Reread(_) => "reread",
    }
}
