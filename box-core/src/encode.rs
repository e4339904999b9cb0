//! The one writer that all generated actions share.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{
    error::{Error, ErrorKind},
    headers::Headers,
    json,
    model::Shown,
    operation::{BodyKind, Operation},
    request::{Body, Draft, Part, Payload},
    rng::Rng,
    secret::Secret,
    time::{Date, DateTime},
};

/// What needs no percent-encoding anywhere in a URL (RFC 3986, section 2.3).
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const EMPTY_ID: &[u8] = b"\"id\":\"\"";

/// A value that can stand in a path, a query, a header or a form.
pub trait Text {
    /// The value as text, `None` if it is left out.
    fn text(&self) -> Option<String>;
}

/// Writes the parameters of an action into a [`Draft`].
#[derive(Debug)]
pub struct RequestWriter {
    draft: Draft,
    boundary: String,
    members: Vec<(String, String)>,
    fields: Vec<(&'static str, String)>,
    parts: Vec<Part>,
    whole: Option<Body>,
}

impl RequestWriter {
    /// A writer for an operation. The boundary of a multipart body comes from `rng`.
    pub fn new(operation: &'static Operation, rng: &mut Rng) -> Self {
        let mut headers = Headers::new();
        if let Some(version) = operation.version {
            headers.set("box-version", version);
        }
        let path = operation.path.to_owned();
        let draft = Draft { operation, path, query: Vec::new(), headers, body: Body::Empty };
        let boundary = if operation.body == BodyKind::Multipart { rng.token() } else { String::new() };
        Self { draft, boundary, members: Vec::new(), fields: Vec::new(), parts: Vec::new(), whole: None }
    }

    /// Fills a `{name}` of the path.
    ///
    /// # Errors
    /// `InvalidInput` if the value is empty, or a dot segment that would change the path.
    pub fn path(&mut self, name: &str, value: &dyn Text) -> Result<(), Error> {
        let value = value.text().unwrap_or_default();
        if matches!(value.trim_ascii(), "" | "." | "..") {
            return Err(self.invalid(["`", name, "` must not be `", &value, "`"].concat()));
        }
        let value = encoded(&value, RESERVED);
        let mut path = String::new();
        for (at, piece) in self.draft.path.split('{').enumerate() {
            match piece.split_once('}') {
                Some((found, rest)) if at > 0 && found == name => path.extend([&value, rest]),
                _ if at > 0 => path.extend(["{", piece]),
                _ => path += piece,
            }
        }
        self.draft.path = path;
        Ok(())
    }

    /// Sets a query parameter.
    pub fn query(&mut self, name: &str, value: &dyn Text) {
        if let Some(value) = value.text() {
            self.draft.set_query(name, value);
        }
    }

    /// Sets a query parameter as often as there are values.
    pub fn query_each<T: Text>(&mut self, name: &str, values: &[T]) {
        for value in values.iter().filter_map(Text::text) {
            self.draft.query.push((name.to_owned(), value));
        }
    }

    /// Sets a query parameter to JSON.
    ///
    /// # Errors
    /// `InvalidInput` if the value can't be written as JSON.
    pub fn query_json(&mut self, name: &str, value: &Shown<'_>) -> Result<(), Error> {
        let json = self.json_text(name, value)?;
        if json != "null" {
            self.draft.set_query(name, json);
        }
        Ok(())
    }

    /// Sets a header field.
    ///
    /// # Errors
    /// `InvalidInput` if the value holds a control character, which could forge further fields.
    pub fn header(&mut self, name: &'static str, value: &dyn Text) -> Result<(), Error> {
        let Some(value) = value.text() else {
            return Ok(());
        };
        if value.chars().any(char::is_control) {
            return Err(self.invalid(["header `", name, "` must not hold control characters"].concat()));
        }
        self.draft.headers.set(name, value);
        Ok(())
    }

    /// Sets a member of the JSON body.
    ///
    /// # Errors
    /// `InvalidInput` if the value can't be written as JSON.
    pub fn body(&mut self, name: &str, value: &Shown<'_>) -> Result<(), Error> {
        let json = self.json_text(name, value)?;
        self.body_text(name, json)
    }

    /// Sets a member of the JSON body to JSON text.
    ///
    /// # Errors
    /// `InvalidInput` for an empty id.
    pub(crate) fn body_text(&mut self, name: &str, json: String) -> Result<(), Error> {
        self.check_ids(name, &json)?;
        self.members.push((name.to_owned(), json));
        Ok(())
    }

    /// Sets the whole JSON body.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub fn body_whole(&mut self, value: &Shown<'_>) -> Result<(), Error> {
        let json = self.json_text("body", value)?;
        self.whole_text(json);
        Ok(())
    }

    /// Sets the whole JSON body to JSON text.
    pub(crate) fn whole_text(&mut self, json: String) {
        self.whole = Some(Body::Bytes(json.into()));
    }

    /// Sets the whole body to content.
    pub fn body_octets(&mut self, content: &Payload) {
        self.whole = Some(Body::Parts(vec![content.clone().into()]));
    }

    /// Adds a field to a form.
    pub fn form(&mut self, name: &'static str, value: &dyn Text) {
        if let Some(value) = value.text() {
            self.fields.push((name, value));
        }
    }

    /// Adds a JSON part to a multipart body.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub fn part_json(&mut self, name: &str, value: &Shown<'_>) -> Result<(), Error> {
        let json = self.json_text(name, value)?;
        self.part_text(name, &json)
    }

    /// Adds a part of JSON text to a multipart body.
    ///
    /// # Errors
    /// `InvalidInput` for an empty id.
    pub(crate) fn part_text(&mut self, name: &str, json: &str) -> Result<(), Error> {
        self.check_ids(name, json)?;
        let head = self.part_head(name, "", "application/json");
        self.parts.push(Part::Bytes([&head, json, "\r\n"].concat().into()));
        Ok(())
    }

    /// Adds content to a multipart body. Its file name is fixed: the real one stands in a JSON part, where any
    /// character is safe.
    pub fn part_content(&mut self, name: &str, content: &Payload) {
        let head = self.part_head(name, "; filename=\"file\"", "application/octet-stream");
        self.parts.push(Part::Bytes(head.into()));
        self.parts.push(content.clone().into());
        self.parts.push(Part::Bytes(Bytes::from_static(b"\r\n")));
    }

    /// The finished draft.
    ///
    /// # Errors
    /// `InvalidInput` if a parameter of the path is missing.
    pub fn finish(mut self) -> Result<Draft, Error> {
        if self.draft.path.contains('{') {
            return Err(self.invalid("a parameter of the path is missing".to_owned()));
        }
        let (kind, body) = match self.draft.operation.body {
            BodyKind::None => (None, Body::Empty),
            BodyKind::Json => (Some("application/json".into()), self.json()),
            BodyKind::JsonPatch => (Some("application/json-patch+json".into()), self.json()),
            BodyKind::Octets => {
                (Some("application/octet-stream".into()), self.whole.take().unwrap_or_default())
            }
            BodyKind::Form => {
                let form = encode_pairs(&mut self.fields.iter().map(|(n, v)| (*n, v.as_str())));
                (Some("application/x-www-form-urlencoded".into()), Body::Bytes(form.into()))
            }
            BodyKind::Multipart => {
                let end = ["--", &self.boundary, "--\r\n"].concat();
                self.parts.push(Part::Bytes(end.into()));
                let kind = ["multipart/form-data; boundary=", &self.boundary].concat();
                (Some(kind), Body::Parts(std::mem::take(&mut self.parts)))
            }
        };
        if let Some(kind) = kind {
            self.draft.headers.set("content-type", kind);
        }
        self.draft.body = body;
        Ok(self.draft)
    }

    fn json(&mut self) -> Body {
        if let Some(whole) = self.whole.take() {
            return whole;
        }
        let mut json = String::new();
        json::write_object(&mut json, std::mem::take(&mut self.members));
        Body::Bytes(json.into())
    }

    fn part_head(&self, name: &str, file: &str, kind: &str) -> String {
        let disposition = "\r\ncontent-disposition: form-data; name=\"";
        let kind = ["\r\ncontent-type: ", kind, "\r\n\r\n"].concat();
        ["--", &self.boundary, disposition, name, "\"", file, &kind].concat()
    }

    fn json_text(&self, name: &str, value: &Shown<'_>) -> Result<String, Error> {
        value.to_json().map_err(|error| self.invalid(["`", name, "`: ", error.message()].concat()))
    }

    /// An empty id could only be refused, or mean something else than was meant. In JSON text a member can't be
    /// mistaken for what stands in a string, where quotes are escaped.
    fn check_ids(&self, name: &str, json: &str) -> Result<(), Error> {
        let is_id = name == "id" || name.ends_with("_id");
        // Bytes: the search for a string in another one is large.
        let holds_empty_id = json.as_bytes().windows(EMPTY_ID.len()).any(|window| window == EMPTY_ID);
        if is_id && json == "\"\"" || holds_empty_id {
            return Err(self.invalid(["`", name, "` must not be an empty id"].concat()));
        }
        Ok(())
    }

    pub(crate) fn invalid(&self, message: String) -> Error {
        Error::new(ErrorKind::InvalidInput, message).with_operation(self.draft.operation.id)
    }
}

/// Pairs as in a query or a form (`application/x-www-form-urlencoded`, spaces as `%20`).
pub(crate) fn encode_pairs<'a>(pairs: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.extend(utf8_percent_encode(name, RESERVED));
        out.push('=');
        out.extend(utf8_percent_encode(value, RESERVED));
    }
    out
}

/// A text with what is in a set in percent.
pub(crate) fn encoded(text: &str, set: &'static AsciiSet) -> String {
    // By `Display` it would be formatting, which is large.
    utf8_percent_encode(text, set).collect()
}

/// Joins as `[&str]`, so that a module holds one way of joining and not two.
fn joined(texts: &[String], separator: &str) -> String {
    texts.iter().map(String::as_str).collect::<Vec<_>>().join(separator)
}

/// Implements [`Text`] by `Display`.
macro_rules! text_by_display {
    ($($type:ty),*) => {
        $(impl Text for $type {
            fn text(&self) -> Option<String> {
                Some(self.to_string())
            }
        })*
    };
}

text_by_display!(str, &str, String, bool, i64, f64, Date, DateTime, Value);

impl Text for Secret {
    fn text(&self) -> Option<String> {
        Some(self.expose().to_owned())
    }
}

impl<T: Text> Text for Option<T> {
    fn text(&self) -> Option<String> {
        self.as_ref()?.text()
    }
}

/// Joined with commas; an empty list is left out.
impl<T: Text> Text for Vec<T> {
    fn text(&self) -> Option<String> {
        let values: Vec<_> = self.iter().filter_map(Text::text).collect();
        (!values.is_empty()).then(|| joined(&values, ","))
    }
}
