//! What differs between the table and the documents.

use std::fmt;

/// One difference: one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// `GET /files/{file_id}`, `model File`.
    pub(crate) place: String,
    pub(crate) kind: Kind,
    /// What of it, and what both sides say.
    pub(crate) what: String,
}

/// How the table differs from the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Missing,
    Extra,
    Different,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Different => "different",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}  {}", self.kind.name(), self.place, self.what)
    }
}

/// Differences that are found at one place.
pub(super) struct Found<'a> {
    pub(super) place: &'a str,
    pub(super) out: &'a mut Vec<Difference>,
}

impl Found<'_> {
    pub(super) fn missing(&mut self, what: &str, text: &str, of: &str) {
        self.push(Kind::Missing, format!("{what}: {text} in {of}"));
    }

    pub(super) fn extra(&mut self, what: &str, text: &str) {
        self.push(Kind::Extra, format!("{what}: {text}"));
    }

    pub(super) fn different(&mut self, what: &str, table: &str, document: &str, of: &str) {
        self.push(Kind::Different, format!("{what}: {table} in the table, {document} in {of}"));
    }

    fn push(&mut self, kind: Kind, what: String) {
        self.out.push(Difference { place: self.place.to_owned(), kind, what });
    }
}
