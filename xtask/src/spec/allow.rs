//! The allow-list: differences that are meant.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use super::difference::Difference;

/// Differences that are meant, each with a reason.
pub(crate) struct Allowed {
    entries: Vec<Entry>,
}

/// A pattern of a line, with the reason of that line.
pub(crate) struct Entry {
    pub(crate) pattern: String,
    pub(crate) reason: String,
}

impl Allowed {
    /// Reads the file of a workspace.
    pub(crate) fn load(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(FILE)).with_context(|| format!("reading {FILE}"))?;
        Self::read(&text)
    }

    /// Reads a text. A line has patterns with `*` for any text, `; ` between them, ` -- `, and their reason.
    pub(super) fn read(text: &str) -> Result<Self> {
        let mut entries = Vec::new();
        for (i, line) in text.lines().enumerate() {
            let at = i + 1;
            ensure!(at <= MOST, "{FILE}:{at}: at most {MOST} lines");
            let Some((patterns, reason)) = line.split_once(" -- ") else {
                bail!("{FILE}:{at}: expected a pattern, ` -- ` and a reason");
            };
            for pattern in patterns.split("; ") {
                let (pattern, reason) = (pattern.trim().to_owned(), reason.trim().to_owned());
                ensure!(!pattern.is_empty(), "{FILE}:{at}: expected a pattern");
                ensure!(!reason.is_empty(), "{FILE}:{at}: expected a reason");
                entries.push(Entry { pattern, reason });
            }
        }
        Ok(Self { entries })
    }

    /// Whether a difference is meant.
    pub(crate) fn allows(&self, difference: &Difference) -> bool {
        let text = difference.to_string();
        self.entries.iter().any(|entry| matches(&entry.pattern, &text))
    }

    /// The entries, each with the number of differences that it allows.
    pub(crate) fn uses(&self, differences: &[Difference]) -> Vec<(&Entry, usize)> {
        let texts: Vec<_> = differences.iter().map(ToString::to_string).collect();
        let uses = |entry: &Entry| texts.iter().filter(|text| matches(&entry.pattern, text)).count();
        self.entries.iter().map(|entry| (entry, uses(entry))).collect()
    }
}

/// Whether a text fits a pattern.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, mut pattern)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    while let Some((piece, rest)) = pattern.split_once('*') {
        let Some((_, after)) = text.split_once(piece) else {
            return false;
        };
        (text, pattern) = (after, rest);
    }
    text.ends_with(pattern)
}

/// Where the list lies in a workspace.
pub(crate) const FILE: &str = "xtask/spec-allow.txt";

const MOST: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::difference::Kind;

    #[test]
    fn patterns_match_whole_differences() {
        for (pattern, text, fits) in [
            ("a b", "a b", true),
            ("a b", "a bc", false),
            ("a *", "a b c", true),
            ("* c", "a b c", true),
            ("* c", "a b c d", false),
            ("a*b*c", "a x b y c", true),
            ("a*b*c", "a x c y b", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern:?} {text:?}");
        }
    }

    #[test]
    fn a_line_is_patterns_and_their_reason() {
        let allowed = Allowed::read("extra  model A  *; missing  model B  c: * -- newer\n").unwrap();
        let difference = |kind, place: &str, what: &str| Difference {
            kind,
            place: place.to_owned(),
            what: what.to_owned(),
        };
        let differences = [
            difference(Kind::Extra, "model A", "a: string?"),
            difference(Kind::Extra, "model A", "b: string?"),
            difference(Kind::Extra, "model B", "c: string?"),
        ];
        let allows = differences.each_ref().map(|difference| allowed.allows(difference));
        assert_eq!(allows, [true, true, false]);
        let uses: Vec<_> = allowed.uses(&differences).iter().map(|(_, uses)| *uses).collect();
        assert_eq!(uses, [2, 0]);
        for text in ["extra  model A  b", "a -- ", "-- b", " -- b", "a; ; b -- c", &"a -- b\n".repeat(11)] {
            assert!(Allowed::read(text).is_err(), "{text:?}");
        }
        assert!(Allowed::read(&"a -- b\n".repeat(10)).is_ok());
    }
}
