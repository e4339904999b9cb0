//! Values from schemas and the examples in them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// How values are assembled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// How many examples are passed over on the way inside, where something is known of what they hold.
    pub(crate) passed: usize,
    /// Which schema of several is taken.
    pub(crate) choice: usize,
}

/// Assembles values.
pub(crate) struct Assembler<'d> {
    root: &'d Value,
    way: Way,
    /// Examples that were passed over on the way to where it is.
    passed: usize,
    /// References that are being followed; a cycle ends there.
    open: Vec<&'d str>,
    /// Every reference that was followed.
    pub(crate) followed: BTreeSet<&'d str>,
    /// Addresses of the examples that were used.
    pub(crate) used: BTreeSet<*const Value>,
    /// The most schemas of which one was taken.
    pub(crate) widest: usize,
}

impl<'d> Assembler<'d> {
    pub(crate) fn new(root: &'d Value, way: Way) -> Self {
        Self {
            root,
            way,
            passed: 0,
            open: Vec::new(),
            followed: BTreeSet::new(),
            used: BTreeSet::new(),
            widest: 1,
        }
    }

    /// A value of a schema; none where it would hold itself, or where nothing is known of it.
    pub(crate) fn value(&mut self, schema: &'d Value) -> Option<Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.reference(reference);
        }
        let whole = schema.get("example");
        let parts = ["allOf", "oneOf", "anyOf", "properties", "items"];
        let has_parts = parts.iter().any(|name| schema.get(name).is_some()) || further(schema).is_some();
        if let Some(example) = whole {
            if !has_parts || self.passed == self.way.passed {
                return Some(self.example(example));
            }
            self.passed += 1;
        }
        let assembled = self.parts(schema);
        self.passed -= usize::from(whole.is_some());
        match (assembled, whole) {
            (None, Some(example)) => Some(self.example(example)),
            (assembled, _) => assembled,
        }
    }

    fn example(&mut self, example: &'d Value) -> Value {
        self.used.insert(example);
        example.clone()
    }

    fn reference(&mut self, reference: &'d str) -> Option<Value> {
        if self.open.contains(&reference) {
            return None;
        }
        let target = self.root.pointer(reference.strip_prefix('#')?);
        let target = target.unwrap_or_else(|| panic!("{reference} leads nowhere"));
        self.followed.insert(reference);
        self.open.push(reference);
        let value = self.value(target);
        self.open.pop();
        value
    }

    fn parts(&mut self, schema: &'d Value) -> Option<Value> {
        let mut value = None;
        for part in schema["allOf"].as_array().into_iter().flatten() {
            value = merged(value, self.value(part));
        }
        for of in ["oneOf", "anyOf"] {
            if let Some(schemas) = schema[of].as_array() {
                let one = self.one_of(schemas);
                value = merged(value, one);
            }
        }
        if let Some(properties) = schema["properties"].as_object() {
            let mut members = Map::new();
            for (name, property) in properties {
                members.extend(self.value(property).map(|value| (name.clone(), value)));
            }
            value = merged(value, Some(members.into()));
        }
        if let Some(any) = further(schema) {
            let inner = self.value(any).unwrap_or_else(|| json!([1, "x"]));
            value = merged(value, Some(json!({ "a name of its own": inner })));
        }
        if let Some(items) = schema.get("items") {
            return Some(self.value(items).into_iter().collect());
        }
        value.or_else(|| made_up(schema))
    }

    fn one_of(&mut self, schemas: &'d [Value]) -> Option<Value> {
        self.widest = self.widest.max(schemas.len());
        let mut schemas: Vec<_> = schemas.iter().collect();
        let first = self.way.choice % schemas.len();
        schemas.rotate_left(first);
        schemas.into_iter().find_map(|schema| self.value(schema).filter(|value| *value != json!({})))
    }
}

/// The schema of members of any name.
fn further(schema: &Value) -> Option<&Value> {
    schema.get("additionalProperties").filter(|any| any.is_object())
}

/// One value of two: objects are joined, otherwise the later one counts.
fn merged(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    match (one, other) {
        (Some(Value::Object(mut one)), Some(Value::Object(other))) => {
            one.extend(other);
            Some(one.into())
        }
        (one, other) => other.or(one),
    }
}

/// A value for a schema without an example.
fn made_up(schema: &Value) -> Option<Value> {
    if let Some(value) = schema["enum"].as_array().and_then(|values| values.first()) {
        return Some(value.clone());
    }
    match (schema["type"].as_str()?, schema["format"].as_str()) {
        ("string", Some("date-time")) => Some(json!("2024-02-29T12:30:00-08:00")),
        ("string", Some("date")) => Some(json!("2024-02-29")),
        ("string", Some("binary")) => None,
        ("string", _) => Some(json!("a text")),
        ("integer", _) => Some(json!(7)),
        ("number", _) => Some(json!(1.5)),
        ("boolean", _) => Some(json!(true)),
        ("object", _) => Some(json!({})),
        _ => None,
    }
}
