//! The normal form of a schema: what it allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::document::Node;

/// The alternatives that a schema allows, or that several allow together.
#[derive(Clone, Default)]
pub(crate) struct Shape<'d> {
    pub(crate) nullable: bool,
    pub(crate) plain: BTreeSet<Plain>,
    /// Of an enum.
    pub(crate) values: BTreeSet<&'d str>,
    /// The elements of its lists.
    pub(crate) lists: Vec<Node<'d>>,
    /// What its objects without named members hold.
    pub(crate) maps: Vec<Node<'d>>,
    pub(crate) objects: Vec<Rc<Object<'d>>>,
}

/// What is no list, object or enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plain {
    Text,
    Int,
    Float,
    Bool,
    Date,
    DateTime,
    Binary,
    Any,
}

/// An object with members.
pub(crate) struct Object<'d> {
    /// Where its schema stands.
    pub(crate) node: Node<'d>,
    pub(crate) members: BTreeMap<&'d str, Node<'d>>,
    pub(crate) required: BTreeSet<&'d str>,
    /// What members of any other name hold.
    pub(crate) further: Option<Node<'d>>,
}

impl<'d> Shape<'d> {
    /// What either of two allows.
    pub(crate) fn add(&mut self, other: Self) {
        self.nullable |= other.nullable;
        self.plain.extend(other.plain);
        self.values.extend(other.values);
        self.lists.extend(other.lists);
        self.maps.extend(other.maps);
        self.objects.extend(other.objects);
    }

    /// How many kinds of values it allows.
    pub(crate) fn kinds(&self) -> usize {
        let others = [
            !self.values.is_empty(),
            !self.lists.is_empty(),
            !self.maps.is_empty(),
            !self.objects.is_empty(),
        ];
        self.plain.len() + others.into_iter().filter(|has| *has).count()
    }

    /// Whether it allows these kinds of plain values, and nothing else.
    pub(crate) fn is_only(&self, kinds: &[Plain]) -> bool {
        self.kinds() == kinds.len() && kinds.iter().all(|kind| self.plain.contains(kind))
    }

    /// Whether it allows text, and nothing else. Where several schemas meet, some may name its values and others not:
    /// then both are right.
    pub(crate) fn is_text(&self) -> bool {
        let plain = usize::from(self.plain.contains(&Plain::Text));
        self.kinds() > 0 && self.kinds() == plain + usize::from(!self.values.is_empty())
    }

    /// Whether it allows text and integers, which is a number that may be written as text.
    pub(crate) fn is_number_as_text(&self) -> bool {
        self.is_only(&[Plain::Text, Plain::Int])
    }

    /// Whether it allows objects, and nothing else.
    pub(crate) fn is_objects(&self) -> bool {
        self.kinds() == 1 && !self.objects.is_empty()
    }

    /// Its notation in the table, but that objects bear the names of their schemas.
    pub(crate) fn text(&self) -> String {
        let mut texts: Vec<_> = self.plain.iter().map(|plain| plain.text().to_owned()).collect();
        if !self.values.is_empty() {
            texts.push(format!("enum({})", self.values.iter().copied().collect::<Vec<_>>().join(", ")));
        }
        if !self.lists.is_empty() {
            texts.push(format!("list<{}>", Self::of(&self.lists).text()));
        }
        if !self.maps.is_empty() {
            texts.push(format!("map<{}>", Self::of(&self.maps).text()));
        }
        let names: BTreeSet<_> = self.objects.iter().map(|object| object.node.name.to_string()).collect();
        texts.extend(names);
        texts.join(" or ")
    }
}

impl Plain {
    /// Its notation in the table.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Int => "int64",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Binary => "binary",
            Self::Any => "json",
        }
    }
}

impl Object<'_> {
    /// Whether it has a member.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// `File--Full of 2024.0`.
    pub(crate) fn title(&self) -> String {
        format!("{} of {}", self.node.name, self.node.document.label)
    }

    /// What tells it from all others.
    pub(crate) fn key(&self) -> (String, Rc<str>) {
        (self.node.document.label.clone(), Rc::clone(&self.node.name))
    }
}
