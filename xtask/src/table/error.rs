//! Errors of the table, with their place.

use std::{fmt, sync::Arc};

/// A place in the table; lines and columns count from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) file: Arc<str>,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    /// An error here.
    pub(crate) fn fail<T>(&self, message: impl Into<String>) -> Result<T, TableError> {
        Err(TableError { at: self.clone(), message: message.into() })
    }
}

/// What is wrong with the table, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableError {
    pub(crate) at: Position,
    pub(crate) message: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { file, line, column } = &self.at;
        write!(f, "{file}:{line}:{column}: {}", self.message)
    }
}

impl std::error::Error for TableError {}
