//! What of the documents is an example, and of which model.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    assemble::{Assembler, Way},
    bodies::BODIES,
    codec::Codec,
    models::{MODELS, REPLIES},
    names::{find, model_of},
};

/// A value that a model shall hold.
pub(crate) struct Example {
    /// Where it stands in the documents.
    pub(crate) place: String,
    pub(crate) codec: Codec,
    pub(crate) value: Value,
}

/// All examples.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) examples: Vec<Example>,
    /// Schemas, with the version of their document.
    pub(crate) schemas: BTreeSet<String>,
    /// Those that some example is of.
    pub(crate) covered: BTreeSet<String>,
    /// How many values in the documents' schemas, replies and bodies are called an example.
    pub(crate) given: usize,
    /// Places of those that are part of no example.
    pub(crate) unused: Vec<String>,
    /// Each text of each model, or place in a body, once.
    known: BTreeSet<(String, String)>,
}

/// Examples that stand in each other.
const DEEPEST: usize = 3;

impl Collection {
    pub(crate) fn of(documents: &[Value]) -> Self {
        let mut all = Self::default();
        for document in documents {
            all.document(document);
        }
        all
    }

    fn document(&mut self, document: &Value) {
        let version = document["info"]["version"].as_str().unwrap();
        let mut gatherer = Gatherer { all: self, document, version, used: BTreeSet::new() };
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            gatherer.all.schemas.insert(format!("{version} {name}"));
            if let Some(codec) = model_of(version, name) {
                gatherer.all.covered.insert(format!("{version} {name}"));
                gatherer.schema(name, schema, codec);
            }
        }
        let paths = document["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|item| item.as_object().unwrap().values());
        for operation in operations.clone() {
            if let Some(id) = operation["operationId"].as_str() {
                gatherer.replies(id, &operation["responses"]);
                gatherer.body(id, &operation["requestBody"]);
            }
        }
        let used = gatherer.used;
        let mut given = Vec::new();
        find_examples(&document["components"]["schemas"], version, &mut given);
        for operation in operations {
            let place = format!("{version} {}", operation["operationId"].as_str().unwrap_or_default());
            find_examples(&operation["responses"], &format!("{place} answers"), &mut given);
            find_examples(&operation["requestBody"], &format!("{place} body"), &mut given);
        }
        self.given += given.len();
        given.retain(|(example, _)| !used.contains(example));
        self.unused.extend(given.into_iter().map(|(_, place)| place));
    }
}

/// Gathers the examples of a document.
struct Gatherer<'a, 'd> {
    all: &'a mut Collection,
    document: &'d Value,
    version: &'d str,
    used: BTreeSet<*const Value>,
}

impl<'d> Gatherer<'_, 'd> {
    /// Every value that can be assembled for a schema.
    fn assembled(&mut self, schema: &'d Value) -> Vec<Value> {
        let mut values = Vec::new();
        for passed in 0..=DEEPEST {
            let mut choice = 0;
            let mut choices = 1;
            while choice < choices {
                let mut assembler = Assembler::new(self.document, Way { passed, choice });
                values.extend(assembler.value(schema));
                choices = choices.max(assembler.widest);
                choice += 1;
                self.used.append(&mut assembler.used);
                let names = assembler.followed.into_iter().filter_map(|path| path.rsplit('/').next());
                let names = names.map(|name| format!("{} {name}", self.version));
                self.all.covered.extend(names);
            }
        }
        values
    }

    fn schema(&mut self, name: &str, schema: &'d Value, codec: Codec) {
        for value in self.assembled(schema) {
            self.add(&format!("{} {name}", self.version), codec, value);
        }
    }

    fn replies(&mut self, id: &str, responses: &'d Value) {
        let slug = slug(id);
        let models = REPLIES.iter().filter(|(_, doc, _)| *doc == slug);
        let answers = responses.as_object().into_iter().flatten();
        let fine = answers.filter(|(status, answer)| {
            status.starts_with('2') && !answer["content"]["application/json"].is_null()
        });
        // Another status answers something else, such as that the result isn't there yet.
        let Some((status, answer)) = fine.min_by_key(|(status, _)| *status) else { return };
        let content = &answer["content"]["application/json"];
        let place = format!("{} {id} {status}", self.version);
        for codec in models.filter_map(|(_, _, model)| find(model)) {
            for (name, example) in content["examples"].as_object().into_iter().flatten() {
                self.used.insert(&raw const example["value"]);
                self.add(&format!("{place} {name}"), codec, example["value"].clone());
            }
            for value in self.assembled(&content["schema"]) {
                self.add(&place, codec, value);
            }
        }
    }

    fn body(&mut self, id: &str, body: &'d Value) {
        let slug = slug(id);
        let Some(content) = body["content"].as_object().and_then(|content| content.values().next()) else {
            return;
        };
        for (_, _, members) in BODIES.iter().filter(|(_, doc, _)| *doc == slug) {
            for value in self.assembled(&content["schema"]) {
                for codec in *members {
                    let place = format!("{} {id} body {}", self.version, codec.name);
                    match (codec.name, value.get(codec.name)) {
                        ("", _) => self.add(&place, *codec, value.clone()),
                        (_, Some(member)) if !member.is_null() => self.add(&place, *codec, member.clone()),
                        _ => {}
                    }
                }
            }
        }
    }

    fn add(&mut self, place: &str, codec: Codec, value: Value) {
        let of_a_body = !MODELS.iter().any(|model| model.name == codec.name);
        let key = if of_a_body { place } else { codec.name };
        if self.all.known.insert((key.to_owned(), value.to_string())) {
            self.all.examples.push(Example { place: place.to_owned(), codec, value });
        }
    }
}

/// The page of an operation in Box's reference.
fn slug(id: &str) -> String {
    let (name, version) = id.rsplit_once("_v").filter(|(_, rest)| rest.ends_with(".0")).unwrap_or((id, ""));
    let name = name.replace('#', "--").replace('_', "-");
    if version.is_empty() { name } else { format!("v{version}/{name}") }
}

/// Addresses of all examples, and their places.
fn find_examples(value: &Value, place: &str, found: &mut Vec<(*const Value, String)>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                match name.as_str() {
                    "example" => found.push((inner, place.to_owned())),
                    "examples" => {
                        let values = inner.as_object().into_iter().flatten();
                        found.extend(values.map(|(_, inner)| (&raw const inner["value"], place.to_owned())));
                    }
                    _ => find_examples(inner, &format!("{place}/{name}"), found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|inner| find_examples(inner, place, found)),
        _ => {}
    }
}
