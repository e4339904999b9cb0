//! What Box found wrong with a request.

use serde_json::Value;

/// One thing that is wrong with a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// What is wrong, as a word such as `invalid_parameter`.
    pub reason: Option<String>,
    /// The parameter.
    pub name: Option<String>,
    /// A sentence about it.
    pub message: Option<String>,
}

impl Reason {
    pub(super) fn read(entry: &Value) -> Self {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        Self { reason: text("reason"), name: text("name"), message: text("message") }
    }
}
