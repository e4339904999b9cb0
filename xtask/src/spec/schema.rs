//! From schemas to their normal form.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use serde_json::Value;

use super::{
    document::{MOST, Node},
    shape::{Object, Plain, Shape},
};

impl<'d> Shape<'d> {
    /// What these schemas allow together.
    pub(crate) fn of(nodes: &[Node<'d>]) -> Self {
        let mut shape = Self::default();
        nodes.iter().for_each(|node| shape.add(Self::read(node)));
        shape
    }

    /// What a schema allows.
    pub(crate) fn read(node: &Node<'d>) -> Self {
        let mut node = node.followed();
        let mut nullable = false;
        for _ in 0..MOST {
            let Some(part) = only_part(&node) else { break };
            nullable |= node.is("nullable") || node.items("allOf").iter().any(is_nullable);
            node = node.inner(part, "").followed();
        }
        let mut facets = Facets::default();
        facets.collect(&node, 0);
        nullable |= facets.nullable;
        let mut shape = facets.shape(&node);
        shape.nullable |= nullable;
        shape
    }
}

/// The part of an `allOf` that is left when those are set aside that only describe.
fn only_part<'d>(node: &Node<'d>) -> Option<&'d Value> {
    if SUBSTANCE.iter().any(|key| *key != "type" && *key != "allOf" && node.get(key).is_some()) {
        return None;
    }
    let has_substance = |part: &&Value| SUBSTANCE.iter().any(|key| part.get(key).is_some());
    let mut parts = node.items("allOf").iter().filter(has_substance);
    parts.next().filter(|_| parts.next().is_none())
}

fn is_nullable(value: &Value) -> bool {
    value.get("nullable").and_then(Value::as_bool).unwrap_or_default()
}

/// What all parts of a schema say.
#[derive(Default)]
struct Facets<'d> {
    kind: &'d str,
    format: &'d str,
    pattern: &'d str,
    nullable: bool,
    values: Option<BTreeSet<&'d str>>,
    items: Option<Node<'d>>,
    members: BTreeMap<&'d str, Node<'d>>,
    required: BTreeSet<&'d str>,
    further: Option<Node<'d>>,
    closed: bool,
    alternatives: Option<Shape<'d>>,
}

impl<'d> Facets<'d> {
    fn collect(&mut self, node: &Node<'d>, depth: usize) {
        // Null must be allowed here: what is taken over from elsewhere may say so for its own places.
        self.nullable |= node.is("nullable");
        let node = node.followed();
        if depth < MOST {
            let parts = node.items("allOf").iter();
            parts.for_each(|part| self.collect(&node.inner(part, ""), depth + 1));
        }
        let or = |text: &mut &'d str, key| *text = node.text(key).unwrap_or(text);
        or(&mut self.kind, "type");
        or(&mut self.format, "format");
        or(&mut self.pattern, "pattern");
        if node.get("enum").is_some() {
            self.values = Some(node.texts("enum").collect());
            self.nullable |= node.items("enum").iter().any(Value::is_null);
        }
        if let Some(items) = node.get("items") {
            self.items = Some(node.inner(items, "[]"));
        }
        for (name, schema) in node.members("properties") {
            self.members.insert(name, node.inner(schema, &format!(".{name}")));
        }
        self.required.extend(node.texts("required"));
        match node.get("additionalProperties") {
            Some(Value::Bool(false)) => self.closed = true,
            Some(further) => self.further = Some(node.inner(further, "{}")),
            None => {}
        }
        let alternatives = node.items("oneOf").iter().chain(node.items("anyOf"));
        let alternatives: Vec<_> =
            alternatives.enumerate().map(|(i, schema)| node.inner(schema, &format!("|{i}"))).collect();
        if !alternatives.is_empty() {
            self.alternatives = Some(either(&alternatives));
        }
    }

    fn shape(self, node: &Node<'d>) -> Shape<'d> {
        let anything = || node.inner(&ANYTHING, "{}");
        let mut shape = Shape::default();
        match self.kind {
            _ if self.alternatives.is_some() => return self.alternatives.unwrap_or_default(),
            _ if self.values.is_some() => shape.values = self.values.unwrap_or_default(),
            _ if self.pattern == NEVER => {}
            "array" => shape.lists.push(self.items.unwrap_or_else(anything)),
            "string" => _ = shape.plain.insert(text(self.format)),
            "integer" => _ = shape.plain.insert(Plain::Int),
            "number" if self.format.starts_with("int") => _ = shape.plain.insert(Plain::Int),
            "number" => _ = shape.plain.insert(Plain::Float),
            "boolean" => _ = shape.plain.insert(Plain::Bool),
            _ if !self.members.is_empty() => shape.objects.push(Rc::new(Object {
                node: node.clone(),
                members: self.members,
                required: self.required,
                further: self.further,
            })),
            _ if self.closed && self.nullable => {}
            "object" => shape.maps.push(self.further.unwrap_or_else(anything)),
            _ if self.further.is_some() => shape.maps.extend(self.further),
            _ => _ = shape.plain.insert(Plain::Any),
        }
        shape
    }
}

/// Alternatives of one schema. Among objects, one without members adds nothing, nor does an enum beside text.
fn either<'d>(alternatives: &[Node<'d>]) -> Shape<'d> {
    let mut shape = Shape::of(alternatives);
    if !shape.objects.is_empty() {
        shape.maps.clear();
    }
    if shape.plain.contains(&Plain::Text) {
        shape.values.clear();
    }
    shape
}

fn text(format: &str) -> Plain {
    match format {
        "date" => Plain::Date,
        "date-time" => Plain::DateTime,
        "binary" => Plain::Binary,
        _ => Plain::Text,
    }
}

static ANYTHING: Value = Value::Null;

/// Keywords that say what is allowed.
const SUBSTANCE: [&str; 10] = [
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "type",
    "enum",
    "properties",
    "items",
    "additionalProperties",
    "required",
];

/// A pattern that no text has: Box writes "or null" so.
const NEVER: &str = ".^";
