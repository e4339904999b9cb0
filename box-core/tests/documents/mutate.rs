//! Values with one fault.

use serde_json::{Value, json};

use super::compare::inner;

/// What is done to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    Drop,
    /// Adds a member that nobody knows.
    Add,
    /// Another text for a text.
    Another,
    Text,
    Number,
    Null,
    List,
    Object,
}

pub(crate) const MUTATIONS: [Mutation; 8] = [
    Mutation::Drop,
    Mutation::Add,
    Mutation::Another,
    Mutation::Text,
    Mutation::Number,
    Mutation::Null,
    Mutation::List,
    Mutation::Object,
];

/// The text that stands for another.
pub(crate) const ANOTHER: &str = "brand new é";

impl Mutation {
    /// The value with this done at a pointer, and where it differs now; none if that would change nothing.
    pub(crate) fn of(self, value: &Value, pointer: &str) -> Option<(Value, String)> {
        let mut mutated = value.clone();
        let slot = mutated.pointer_mut(pointer)?;
        let new = match self {
            Self::Drop => {
                drop_at(&mut mutated, pointer)?;
                return Some((mutated, pointer.to_owned()));
            }
            Self::Add => {
                let name = "brand new";
                slot.as_object_mut()?.insert(name.to_owned(), json!({ "a": [1, null, "x"] }));
                return Some((mutated, inner(pointer, name)));
            }
            Self::Another => slot.is_string().then(|| json!(ANOTHER)),
            Self::Text if slot.is_number() || slot.is_boolean() => Some(json!(slot.to_string())),
            Self::Number if slot.is_string() => Some(json!(12345)),
            Self::Null if !slot.is_null() => Some(Value::Null),
            Self::List if !slot.is_array() => Some(json!([slot])),
            Self::Object if !slot.is_object() => Some(json!({ "brand new": slot })),
            _ => None,
        };
        *slot = new?;
        Some((mutated, pointer.to_owned()))
    }
}

fn drop_at(value: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    match value.pointer_mut(parent)? {
        Value::Object(members) => members.remove(&name.replace("~1", "/").replace("~0", "~")),
        Value::Array(list) => {
            let index = name.parse().ok().filter(|index| *index < list.len())?;
            Some(list.remove(index))
        }
        _ => None,
    }
}

/// Without the element of a list that a pointer leads to.
pub(crate) fn without(value: &Value, pointer: &str) -> Option<Value> {
    let (parent, _) = pointer.rsplit_once('/')?;
    let mut left = value.clone();
    left.pointer(parent)?.as_array()?;
    drop_at(&mut left, pointer)?;
    Some(left)
}

/// Pointers to everything in a value, and to itself.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let mut found = Vec::from([String::new()]);
    let mut next = 0;
    while let Some(at) = found.get(next).cloned() {
        next += 1;
        match value.pointer(&at) {
            Some(Value::Object(members)) => found.extend(members.keys().map(|name| inner(&at, name))),
            Some(Value::Array(list)) => {
                found.extend((0..list.len()).map(|index| inner(&at, &index.to_string())));
            }
            _ => {}
        }
    }
    found
}
