//! What has happened, for whoever must find out why.

use std::collections::VecDeque;

/// Longest line, in characters.
const WIDTH: usize = 160;

/// The last events as text, if somebody wants to read them, and a number that stands for all of them.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    most: usize,
    lines: VecDeque<String>,
    hash: u64,
}

impl Trace {
    /// Keeps so many lines.
    pub(crate) fn of(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Adds to the number.
    pub(crate) fn mix(&mut self, value: u64) {
        self.hash = (self.hash ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    }

    /// Adds a line, which is not even written when nobody reads it.
    pub(crate) fn note(&mut self, now: u64, line: impl FnOnce() -> String) {
        if self.most == 0 {
            return;
        }
        if self.lines.len() == self.most {
            self.lines.pop_front();
        }
        let mut line = line();
        if let Some((end, _)) = line.char_indices().nth(WIDTH) {
            line.truncate(end);
        }
        self.lines.push_back(format!("{:>6}.{:03} {line}", now / 1000 % 1_000_000, now % 1000));
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.into()
    }
}
