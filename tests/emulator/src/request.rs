use bytes::Bytes;

use crate::{Content, FileDigest};

/// One request, with its body received in full.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// Absolute, starting with one of the [`Addresses`](crate::Addresses).
    pub url: String,
    /// Names compare without regard to case.
    pub headers: Vec<(String, String)>,
    /// What came after the head.
    pub body: Body,
    /// The digest over [`Emulator::assembly`](crate::Emulator::assembly), for a commit of an upload session. May
    /// be left out when all contents are in memory.
    pub assembled: Option<FileDigest>,
}

/// The body of a request.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// None was sent.
    #[default]
    Empty,
    /// Short enough to look into: JSON and forms.
    Small(Bytes),
    /// Long and opaque.
    Content(Content),
    /// `multipart/form-data`, in the order sent.
    Parts(Vec<Part>),
    /// Could not be read as its content type; says why.
    Malformed(String),
}

/// One part of a multipart body.
#[derive(Clone, Debug)]
pub struct Part {
    /// The form field.
    pub name: String,
    /// Present for files.
    pub filename: Option<String>,
    /// Its bytes.
    pub body: PartBody,
}

/// The body of a part.
#[derive(Clone, Debug)]
pub enum PartBody {
    /// Short enough to look into.
    Small(Bytes),
    /// Long and opaque.
    Content(Content),
}

impl PartBody {
    pub(crate) fn content(&self) -> Content {
        match self {
            Self::Small(bytes) => Content::from_bytes(bytes.clone()),
            Self::Content(content) => content.clone(),
        }
    }

    pub(crate) fn bytes(&self) -> Option<Bytes> {
        match self {
            Self::Small(bytes) => Some(bytes.clone()),
            Self::Content(content) => content.stored.in_memory(),
        }
    }
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self { method: method.to_owned(), url: url.into(), ..Self::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// Adds an access token.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        self.with_header("authorization", format!("Bearer {token}"))
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets a JSON body.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers write json!(..) in place")]
    pub fn with_json(self, value: serde_json::Value) -> Self {
        self.with_header("content-type", "application/json").with_body(Body::Small(value.to_string().into()))
    }

    /// Sets a form body from text that is encoded already.
    #[must_use]
    pub fn with_form(self, form: impl Into<String>) -> Self {
        self.with_header("content-type", "application/x-www-form-urlencoded")
            .with_body(Body::Small(form.into().into()))
    }

    /// The value of a header, the first if it came twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn media_type(&self) -> &str {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    /// The body as bytes, where it is short or in memory.
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        match &self.body {
            Body::Empty => Some(Bytes::new()),
            Body::Small(bytes) => Some(bytes.clone()),
            Body::Content(content) => content.stored.in_memory(),
            Body::Parts(_) | Body::Malformed(_) => None,
        }
    }
}
