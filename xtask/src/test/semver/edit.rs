//! Edits of a table.

use std::{fs, ops::Range, path::Path};

use anyhow::{Context, Result};

/// An edit of one file.
pub(super) enum Edit {
    /// One text instead of another, in the entry that begins so.
    Replace { file: &'static str, entry: &'static str, from: &'static str, to: &'static str },
    /// Without the entry that begins so.
    Remove { file: &'static str, entry: &'static str },
    /// A new file.
    New { file: &'static str, text: &'static str },
}

impl Edit {
    /// Edits the table in a folder.
    pub(super) fn apply(&self, folder: &Path) -> Result<()> {
        let (Self::Replace { file, .. } | Self::Remove { file, .. } | Self::New { file, .. }) = self;
        let path = folder.join(file);
        let read = || fs::read_to_string(&path).context("reading it");
        let text = match *self {
            Self::Replace { entry, from, to, .. } => read().and_then(|text| replaced(text, entry, from, to)),
            Self::Remove { entry, .. } => read().and_then(|text| removed(text, entry)),
            Self::New { text, .. } => Ok(text.to_owned()),
        };
        let written = text.and_then(|text| fs::write(&path, text).context("writing it"));
        written.with_context(|| format!("editing {}", path.display()))
    }
}

fn replaced(mut text: String, entry: &str, from: &str, to: &str) -> Result<String> {
    let entry = find(&text, entry)?;
    let start = entry.start;
    let found = text.get(entry).and_then(|entry| single(entry.match_indices(from).map(|(at, _)| at)));
    let at = start + found.with_context(|| format!("expected {from:?} once"))?;
    text.replace_range(at..at + from.len(), to);
    Ok(text)
}

fn removed(mut text: String, entry: &str) -> Result<String> {
    text.replace_range(find(&text, entry)?, "");
    Ok(text)
}

/// Where an entry is: from its line at the margin to the next such line.
fn find(text: &str, entry: &str) -> Result<Range<usize>> {
    let lines = text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end - line.len(), line))
    });
    let margin: Vec<_> = lines.filter(|(_, line)| !line.starts_with([' ', '\n'])).collect();
    let places = (0..).zip(&margin).filter(|(_, (_, line))| line.starts_with(entry));
    let place: usize = single(places.map(|(i, _)| i)).with_context(|| format!("expected {entry:?} once"))?;
    let at = |place| margin.get(place).map_or(text.len(), |(at, _)| *at);
    Ok(at(place)..at(place + 1))
}

fn single<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "model A\n  One.\n  a  string\n\nmodel Ab\n  Two.\n  a  string\n  b  string\n";

    #[test]
    fn an_entry_is_edited() {
        let check = |entry, from, to, expected: Option<&str>| {
            assert_eq!(
                replaced(TEXT.to_owned(), entry, from, to).ok().as_deref(),
                expected,
                "{entry} {from}"
            );
        };
        let grown = TEXT.replacen("\n  a", "\n  c  bool\n  a", 1);
        check("model A\n", "\n  a", "\n  c  bool\n  a", Some(&grown));
        check("model Ab\n", "\n  b  string", "", Some(TEXT.trim_end_matches("  b  string\n")));
        check("model A\n", "b", "", None);
        check("model A\n", "n", "", None);
        check("model A", "\n  a", "", None);
        check("odel Ab", "\n  a", "", None);
    }

    #[test]
    fn an_entry_is_removed() {
        let (first, second) = TEXT.split_once("\n\n").unwrap();
        assert_eq!(removed(TEXT.to_owned(), "model Ab").unwrap(), format!("{first}\n\n"));
        assert_eq!(removed(TEXT.to_owned(), "model A\n").unwrap(), second);
        assert!(removed(TEXT.to_owned(), "model B").is_err());
    }
}
