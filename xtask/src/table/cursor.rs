//! Reads one line of the table from left to right.

use std::sync::Arc;

use super::error::{Position, TableError};

/// A place in a line.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    file: Arc<str>,
    line: usize,
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The start of a line; its comment and its end are cut off.
    pub(crate) fn new(file: Arc<str>, line: usize, text: &'a str) -> Self {
        let comment =
            text.char_indices().find(|(at, c)| *c == '#' && (*at == 0 || text[..*at].ends_with(' ')));
        let text = comment.map_or(text, |(at, _)| &text[..at]).trim_end();
        Self { file, line, text, at: 0 }
    }

    /// Whether nothing follows.
    pub(crate) fn is_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Whether the line starts with a space.
    pub(crate) fn is_indented(&self) -> bool {
        self.text.starts_with(' ')
    }

    /// Everything from here on.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Where this is.
    pub(crate) fn position(&self) -> Position {
        Position {
            file: Arc::clone(&self.file),
            line: self.line,
            column: self.text[..self.at].chars().count() + 1,
        }
    }

    /// Skips spaces; how many there were.
    pub(crate) fn skip_spaces(&mut self) -> usize {
        let spaces = self.rest().len() - self.rest().trim_start_matches(' ').len();
        self.at += spaces;
        spaces
    }

    /// Skips `token` if it comes next.
    pub(crate) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Skips `token`, which must come next.
    pub(crate) fn expect(&mut self, token: &str) -> Result<(), TableError> {
        if self.eat(token) { Ok(()) } else { self.fail(&format!("`{token}`")) }
    }

    /// The next word, up to a space; empty at the end.
    pub(crate) fn peek(&self) -> &'a str {
        self.rest().split(' ').next().unwrap_or_default()
    }

    /// Takes the next word and the spaces behind it.
    pub(crate) fn word(&mut self, expected: &str) -> Result<&'a str, TableError> {
        let word = self.peek();
        if word.is_empty() {
            return self.fail(expected);
        }
        self.at += word.len();
        self.skip_spaces();
        Ok(word)
    }

    /// Takes letters, digits and what else may stand in a name, here or at Box.
    pub(crate) fn name(&mut self, expected: &str) -> Result<&'a str, TableError> {
        let rest = self.rest();
        let inside = |c: char| c.is_alphanumeric() || "_-.$+/".contains(c);
        let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        if end == 0 {
            return self.fail(expected);
        }
        self.at += end;
        Ok(&rest[..end])
    }

    /// Takes text in quotes, if it comes next.
    pub(crate) fn quoted(&mut self) -> Result<Option<&'a str>, TableError> {
        if !self.eat("\"") {
            return Ok(None);
        }
        let rest = self.rest();
        let Some(end) = rest.find('"') else {
            return self.fail("a closing quote");
        };
        self.at += end + 1;
        Ok(Some(&rest[..end]))
    }

    /// Takes everything up to two spaces, or to the end.
    pub(crate) fn phrase(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find("  ").unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Takes a sentence that is set off by two spaces, if there is one.
    pub(crate) fn trailing_sentence(&mut self) -> Result<Option<String>, TableError> {
        let spaces = self.skip_spaces();
        if self.is_end() {
            return Ok(None);
        }
        if spaces < 2 {
            return self.fail("the end of the line, or two spaces and a sentence");
        }
        Ok(Some(self.rest().to_owned()))
    }

    /// Nothing may follow.
    pub(crate) fn end(&mut self) -> Result<(), TableError> {
        self.skip_spaces();
        if self.is_end() { Ok(()) } else { self.fail("the end of the line") }
    }

    /// Says what was expected here, and what is there.
    pub(crate) fn fail<T>(&self, expected: &str) -> Result<T, TableError> {
        let found = match self.peek() {
            "" => "the end of the line".to_owned(),
            word => format!("{word:?}"),
        };
        let message = format!("expected {expected}, found {found}");
        self.position().fail(message)
    }
}
