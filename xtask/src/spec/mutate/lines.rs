//! The lines of the table, and what each of them is.

use std::collections::BTreeMap;

/// A line of a file, and the entry that it belongs to.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) file: String,
    /// Counts from one.
    pub(super) number: usize,
    pub(super) role: Role,
    pub(super) text: String,
    /// The line at the margin above it, or itself.
    pub(super) header: String,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Action,
    Param,
    Model,
    Field,
    Union,
    Variant,
    Enum,
    Values,
    /// A sentence, an attribute, a comment, or nothing.
    Other,
}

/// All lines of files by path.
pub(super) fn lines(files: &BTreeMap<String, String>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (file, text) in files {
        let mut entry = Entry { role: Role::Other, header: "", told: false };
        for (i, text) in text.lines().enumerate() {
            let role = entry.role(text);
            lines.push(Line {
                file: file.clone(),
                number: i + 1,
                role,
                text: text.to_owned(),
                header: entry.header.to_owned(),
            });
        }
    }
    lines
}

struct Entry<'t> {
    /// Of the line at the margin.
    role: Role,
    header: &'t str,
    /// Whether its sentence has ended.
    told: bool,
}

impl<'t> Entry<'t> {
    /// What the next line is.
    fn role(&mut self, line: &'t str) -> Role {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            return Role::Other;
        }
        if !line.starts_with(' ') {
            self.role = match text.split(' ').next() {
                Some("group") => Role::Other,
                Some("model") => Role::Model,
                Some("union") => Role::Union,
                Some("enum") => Role::Enum,
                _ => Role::Action,
            };
            self.header = line;
            self.told = false;
            return self.role;
        }
        if !self.told {
            self.told = text.ends_with('.');
            return Role::Other;
        }
        match self.role {
            Role::Action if text.split(' ').next().is_some_and(|word| word.ends_with(':')) => Role::Other,
            Role::Action => Role::Param,
            Role::Model => Role::Field,
            Role::Union => Role::Variant,
            Role::Enum => Role::Values,
            _ => Role::Other,
        }
    }
}

impl Line {
    /// `folders.get` of an action, else the name of a model, union or enum.
    pub(super) fn owner(&self) -> String {
        let mut words = self.header.split_whitespace();
        let first = words.next().unwrap_or_default();
        if ["model", "union", "enum"].contains(&first) {
            return words.next().unwrap_or_default().to_owned();
        }
        let stem = self.file.rsplit('/').next().and_then(|name| name.strip_suffix(".api"));
        format!("{}.{first}", stem.unwrap_or_default())
    }

    /// The name of a parameter, field or variant.
    pub(super) fn name(&self) -> &str {
        let mut words = self.text.split_whitespace();
        let first = words.next().unwrap_or_default();
        if self.role == Role::Param { words.next().unwrap_or_default() } else { first }
    }
}
