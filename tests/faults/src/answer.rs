//! What a caller was answered, as far as two answers can be compared.

use box_core::{
    operation::Operation,
    reply::{Content, Reply},
};
use bytes::Bytes;
use serde_json::Value;

use crate::drive::Held;

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    body: Bytes,
}

impl Answer {
    pub(crate) fn of((reply, held): &(Reply, Held)) -> Self {
        let body = match (&reply.content, held) {
            (Content::Bytes(bytes), _) | (Content::Held(_), Held::Bytes(bytes)) => bytes.clone(),
            (Content::Held(_), _) => Bytes::new(),
        };
        Self { body }
    }

    /// Whether it is what a call should be answered that usually is answered with `usual`. A write may be answered
    /// with less, when its reply was lost, but not with another item.
    pub fn fits(&self, usual: &Self, row: &Operation) -> bool {
        let json = |answer: &Self| serde_json::from_slice::<Value>(&answer.body).ok();
        match (json(self), json(usual)) {
            (Some(this), Some(usual)) if row.writes => fits(&this, &usual),
            (Some(this), Some(usual)) => lasting(this) == lasting(usual),
            _ => self.body == usual.body,
        }
    }
}

/// Members that show which item it is.
const TELLING: [&str; 5] = ["type", "name", "size", "sha1", "description"];

fn fits(this: &Value, usual: &Value) -> bool {
    if let (Some([this, ..]), Some([usual, ..])) = (entries(this), entries(usual)) {
        return fits(this, usual);
    }
    let parent = |value: &Value| value["parent"]["id"].clone();
    TELLING.iter().all(|name| this[*name] == usual[*name]) && parent(this) == parent(usual)
}

fn entries(value: &Value) -> Option<&[Value]> {
    value["entries"].as_array().map(Vec::as_slice)
}

/// Without what is new in every answer.
fn lasting(mut value: Value) -> Value {
    for name in ["upload_url", "upload_token"] {
        if let Some(member) = value.get_mut(name) {
            *member = Value::Null;
        }
    }
    value
}
