//! Header fields with case-insensitive names.

use std::{borrow::Cow, fmt};

/// Header fields in the order in which they were set; names are kept in lower case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(Cow<'static, str>, String)>);

/// Fields whose value may be shown. Any other may be a secret, also one that an application adds for a gateway of its own; so
/// it is neither printed nor, natively, shown by the HTTP library.
const SHOWN: [&str; 36] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "age",
    "allow",
    "as-user",
    "box-notifications",
    "box-request-id",
    "box-version",
    "cache-control",
    "connection",
    "content-digest",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "digest",
    "etag",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "last-modified",
    "range",
    "retry-after",
    "server",
    "transfer-encoding",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-rep-hints",
];

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of a field. `name` is in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(n, _)| n == name)?;
        Some(&field.1)
    }

    /// Sets a field, in place of an earlier one of the same name.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.put(name.into(), value.into());
    }

    fn put(&mut self, mut name: Cow<'static, str>, value: String) {
        if name.bytes().any(|b| b.is_ascii_uppercase()) {
            name = name.to_ascii_lowercase().into();
        }
        self.keep(&|known| known != name);
        self.0.push((name, value));
    }

    /// Fields with names in lower case, each of which occurs once.
    pub fn distinct(fields: impl ExactSizeIterator<Item = (Cow<'static, str>, String)>) -> Self {
        Self(fields.collect())
    }

    /// Keeps the fields whose name passes.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.keep(&keep);
    }

    // One for all: a module holds a copy of what is generic for each use.
    fn keep(&mut self, keep: &dyn Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_ref(), v.as_str()))
    }

    /// Whether the value of this field must not be shown.
    pub fn is_sensitive(name: &str) -> bool {
        !SHOWN.contains(&name)
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let fields = fields.into_iter();
        let mut headers = Self(Vec::with_capacity(fields.size_hint().0));
        for (name, value) in fields {
            headers.set(name, value);
        }
        headers
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value)| {
            let hidden = Self::is_sensitive(name);
            (name, if hidden { "[redacted]" } else { value })
        };
        f.debug_map().entries(self.iter().map(shown)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ignore_case_and_secrets_stay_hidden() {
        let headers: Headers =
            [("Retry-After", "3"), ("Authorization", "Bearer s3cret"), ("X-Gateway-Key", "s3cret")]
                .into_iter()
                .collect();
        assert_eq!(headers.get("retry-after"), Some("3"));
        let shown = format!("{headers:?}");
        assert!(shown.contains("redacted") && !shown.contains("s3cret"), "{shown}");
        assert!(shown.contains(r#""retry-after": "3""#), "{shown}");
    }
}
