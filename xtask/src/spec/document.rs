//! A document of Box, and the places in it.

use std::{fs, path::Path, rc::Rc};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// An OpenAPI document whose references all lead somewhere.
pub(crate) struct Document {
    /// Its version, such as `2024.0`.
    pub(crate) label: String,
    root: Value,
}

/// A schema, or another part of a document, and what it is called.
#[derive(Clone)]
pub(crate) struct Node<'d> {
    pub(crate) document: &'d Document,
    pub(crate) value: &'d Value,
    /// `File--Full`, `File--Full.permissions`, `GET /users query fields`: unlike all others of the document.
    pub(crate) name: Rc<str>,
}

impl Document {
    /// Reads a file.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
        Self::read(&name, &text)
    }

    /// Reads a text; `file` is for errors.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self> {
        let root: Value = serde_json::from_str(text).with_context(|| format!("reading {file}"))?;
        let is_known = |version: &&str| version.starts_with("3.0");
        let version = root.get("openapi").and_then(Value::as_str);
        ensure!(version.filter(is_known).is_some(), "{file}: expected a document of OpenAPI 3.0");
        let Some(label) = root.pointer("/info/version").and_then(Value::as_str) else {
            bail!("{file}: expected a version at /info/version");
        };
        let document = Self { label: label.to_owned(), root };
        document.check(&document.root, "").with_context(|| format!("reading {file}"))?;
        Ok(document)
    }

    /// The whole document.
    pub(crate) fn root(&self) -> Node<'_> {
        Node { document: self, value: &self.root, name: Rc::from("") }
    }

    fn check(&self, value: &Value, at: &str) -> Result<()> {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    ensure!(self.target(reference).is_some(), "{at}: {reference:?} leads nowhere");
                }
                members.iter().try_for_each(|(name, inner)| self.check(inner, &format!("{at}/{name}")))
            }
            Value::Array(items) => {
                items.iter().enumerate().try_for_each(|(i, inner)| self.check(inner, &format!("{at}/{i}")))
            }
            _ => Ok(()),
        }
    }

    fn target(&self, reference: &str) -> Option<Node<'_>> {
        let pointer = reference.strip_prefix('#')?;
        let value = self.root.pointer(pointer)?;
        Some(Node { document: self, value, name: Rc::from(pointer.rsplit('/').next()?) })
    }
}

impl<'d> Node<'d> {
    /// A member.
    pub(crate) fn get(&self, key: &str) -> Option<&'d Value> {
        self.value.get(key)
    }

    /// A member that is a text.
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.get(key)?.as_str()
    }

    /// Whether a member is `true`.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Something inside, under a name of its own.
    pub(crate) fn inner(&self, value: &'d Value, suffix: &str) -> Self {
        Self { document: self.document, value, name: format!("{}{suffix}", self.name).into() }
    }

    /// A member under the name of this.
    pub(crate) fn part(&self, key: &str) -> Option<Self> {
        Some(Self { value: self.get(key)?, ..self.clone() })
    }

    /// The members of a member.
    pub(crate) fn members(&self, key: &str) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
        let members = self.get(key).and_then(Value::as_object);
        members.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// The elements of a member.
    pub(crate) fn items(&self, key: &str) -> &'d [Value] {
        self.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The elements of a member that are texts.
    pub(crate) fn texts(&self, key: &str) -> impl Iterator<Item = &'d str> + use<'d> {
        self.items(key).iter().filter_map(Value::as_str)
    }

    /// What stands here, or where the reference that stands here leads.
    pub(crate) fn followed(&self) -> Self {
        let mut node = self.clone();
        for _ in 0..MOST {
            let target = node.text("$ref").and_then(|reference| node.document.target(reference));
            let Some(target) = target else { break };
            node = target;
        }
        node
    }
}

/// References that follow each other.
pub(super) const MOST: usize = 32;
