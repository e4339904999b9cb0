//! What must not stand in which files.

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::{sources, workspace::Workspace};

/// A rule about text.
pub(super) struct Rule {
    /// What it is about.
    pub(super) name: &'static str,
    /// Patterns of paths, each of which must match some file.
    files: &'static [&'static str],
    /// What must not occur.
    forbidden: &'static str,
    /// Whether comments may speak of it.
    comments: bool,
}

/// All rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "box-core reads no clock, file, socket or environment",
        files: &[r"^box-core/src/.*\.rs$"],
        forbidden: r"SystemTime::now|Instant::now|std::(fs|net|env|thread)\b|\basync fn|HashMap",
        comments: true,
    },
    Rule {
        name: "drivers hold no policy",
        files: &[
            r"^box-native/src/drive[^/]*\.rs$",
            r"^box-wasm/src/drive[^/]*\.rs$",
            r"^box-wasm/js/src/(engine|request)\.ts$",
        ],
        forbidden: r"\b(401|429|5[0-9][0-9]|202|retry-after|box_?api|as-user|backoff)\b",
        comments: false,
    },
    Rule {
        name: "the emulator shares nothing with the clients",
        files: &[r"^tests/emulator/src/.*\.rs$"],
        forbidden: r"\bbox_(core|native|wasm)\b",
        comments: false,
    },
];

impl Rule {
    /// Where it is broken.
    pub(super) fn check(&self, workspace: &Workspace) -> Result<Vec<String>> {
        let forbidden = Regex::new(self.forbidden).context(self.name)?;
        let all = sources::files(workspace)?;
        let mut complaints = Vec::new();
        for files in self.files {
            let pattern = Regex::new(files).context(self.name)?;
            let mut found = false;
            for path in all.iter().filter(|path| pattern.is_match(path)) {
                found = true;
                let text = sources::read(workspace, path)?;
                let lines = self.broken(&forbidden, &text);
                complaints.extend(lines.map(|(number, line)| format!("{path}:{number}: {line}")));
            }
            if !found {
                complaints.push(format!("no file matches {files}"));
            }
        }
        Ok(complaints)
    }

    fn broken<'a>(&'a self, forbidden: &'a Regex, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let lines = text.lines().map(str::trim).enumerate();
        lines
            .filter(|(_, line)| !(self.comments && line.starts_with("//")))
            .filter(|(_, line)| forbidden.is_match(line))
            .map(|(index, line)| (index + 1, line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_rules_are_found() {
        let check = |rule: usize, line: &str, broken: bool| {
            let rule = &RULES[rule];
            let forbidden = Regex::new(rule.forbidden).unwrap();
            assert_eq!(rule.broken(&forbidden, line).count(), usize::from(broken));
        };
        check(0, "let now = Instant::now();", true);
        check(0, "use std::fs;", true);
        check(0, "use std::fmt;", false);
        check(0, "    // no Instant::now() here", false);
        check(0, "pub async fn run()", true);
        check(1, "if status == 401 {", true);
        check(1, "// unlike 503", true);
        check(1, "let size = 5000;", false);
        check(1, "\"retry-after\"", true);
        check(2, "use box_core::encode;", true);
        check(2, "//! box-core/api", false);
    }
}
