//! Sample values as expressions of TypeScript, laid out.

use super::{WIDTH, names, width};
use crate::emit::samples::Sample;

/// An expression.
pub(super) enum Literal {
    Plain(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

impl Literal {
    /// A sample in its own type.
    pub(super) fn new(sample: &Sample) -> Self {
        Self::Plain(match sample {
            Sample::Text(value) | Sample::Secret(value) | Sample::Name(value) | Sample::Enum(_, value) => {
                quoted(value)
            }
            Sample::Date(value) | Sample::DateTime(value) => quoted(value),
            Sample::Bool(value) => value.to_string(),
            Sample::Int(value) => value.to_string(),
            Sample::Float(value) => value.to_string(),
            Sample::Json(value) => value.clone(),
            Sample::Content(value) => format!("new TextEncoder().encode({})", quoted(value)),
            Sample::Null => "null".to_owned(),
            Sample::List(values) | Sample::Csv(values) => {
                return Self::List(values.iter().map(Self::new).collect());
            }
            Sample::Map(key, value) => return Self::Object(vec![(key.clone(), Self::new(value))]),
            Sample::Union(_, _, value) => return Self::new(value),
            Sample::Model(model) => {
                let tag = model.tags.iter();
                let tag = tag.map(|(name, value)| (name.clone(), Self::Plain(quoted(value))));
                let fields = model.fields.iter();
                let fields = fields.map(|field| (field.wire.clone(), Self::new(&field.value)));
                return Self::Object(tag.chain(fields).collect());
            }
        })
    }

    /// A sample in a path: whatever it is, it is text.
    pub(super) fn text(sample: &Sample) -> Self {
        match Self::new(sample) {
            Self::Plain(text) if !text.starts_with('"') => Self::Plain(quoted(&text)),
            other => other,
        }
    }

    /// On one line.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::List(values) => {
                let values: Vec<_> = values.iter().map(Self::line).collect();
                format!("[{}]", values.join(", "))
            }
            Self::Object(members) => {
                let members = members.iter();
                let members =
                    members.map(|(name, value)| format!("{}: {}", names::member(name), value.line()));
                let members: Vec<_> = members.collect();
                if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(", ")) }
            }
        }
    }

    /// On one line if it fits behind `indent` and what stands `before` it, else on more.
    pub(super) fn lines(&self, indent: usize, before: usize) -> String {
        let line = self.line();
        if indent + before + width(&line) < WIDTH {
            return line;
        }
        self.broken(indent)
    }

    /// On a line per element.
    pub(super) fn broken(&self, indent: usize) -> String {
        let (start, elements, end) = match self {
            Self::Plain(text) => return text.clone(),
            Self::List(values) => {
                let values = values.iter();
                ("[", values.map(|value| value.lines(indent + 2, 0)).collect::<Vec<_>>(), "]")
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| {
                    let name = names::member(name) + ": ";
                    name.clone() + &value.lines(indent + 2, width(&name))
                };
                ("{", members.iter().map(member).collect(), "}")
            }
        };
        let margin = " ".repeat(indent);
        let elements = elements.iter().map(|element| format!("\n{margin}  {element},"));
        format!("{start}{}\n{margin}{end}", elements.collect::<String>())
    }
}

/// A string.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}
