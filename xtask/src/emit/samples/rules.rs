//! Values that Box restricts beyond what the table says: lengths, limits, formats.

/// What is known of the values of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// This value will do.
    Value(&'static str),
    /// A list of it has one element.
    One,
}

impl Rule {
    /// A value that will do.
    pub(super) fn value(self) -> Option<&'static str> {
        match self {
            Self::Value(value) => Some(value),
            Self::One => None,
        }
    }
}

/// The rule for a name inside of an action (`group.action`) or a model; rules without owner hold everywhere.
pub(super) fn of(owner: &str, wire: &str) -> Option<Rule> {
    let find = |owner: &str| RULES.iter().find(|(o, name, _)| *o == owner && *name == wire);
    find(owner).or_else(|| find("")).map(|(_, _, rule)| *rule)
}

use self::Rule::{One, Value};

/// Owner, name and rule.
const RULES: &[(&str, &str, Rule)] = &[
    ("", "limit", Value("100")),
    ("", "offset", Value("5")),
    ("", "login", Value("someone@example.com")),
    ("", "metadata_instance_id", Value("01234567-89ab-4cde-8f01-23456789abcd")),
    ("", "templateKey", Value("contract-1")),
    ("", "redirect_uri", Value("https://example.com/?a=1&b")),
    ("", "top_p", Value("0.5")),
    ("", "prompt_template", Value("{user_question} å/&1 {content}")),
    ("", "num_tokens_per_chunk", Value("512")),
    ("ai.generate_text", "items", One),
    // What such a source is, is an optional member.
    ("ai.extract_structured", "taxonomy_sources", One),
    ("files.preflight", "size", Value("5000")),
    ("files.get_thumbnail", "min_height", Value("64")),
    ("files.get_thumbnail", "min_width", Value("64")),
    ("files.get_thumbnail", "max_height", Value("256")),
    ("files.get_thumbnail", "max_width", Value("256")),
    ("oauth.token", "resource", Value("https://api.box.com/2.0/files/1?a=å")),
    ("oauth.token", "box_shared_link", Value("https://app.box.com/s/a+b")),
    ("retention_policies.create", "max_extension_length", Value("365")),
    ("retention_policies.update", "max_extension_length", Value("365")),
    ("retention_policies.update", "disposition_action", Value("remove_retention")),
    ("sign_requests.create", "days_valid", Value("30")),
    ("MetadataTaxonomyLevel", "level", Value("1")),
    ("MetadataOperation", "value", Value("\"reviewed\"")),
    ("MetadataFilter", "filters", Value("\"online\"")),
];
