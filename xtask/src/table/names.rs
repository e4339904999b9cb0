//! Naming rules: what the table may call things, and what Rust calls them.

/// Words that Rust keeps for itself.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Methods of `Bound`, which a setter must not be called.
const BOUND_METHODS: &[&str] = &["items", "new", "pages", "send", "stream"];

/// Type names that generated code needs for itself.
pub(crate) const TAKEN_TYPES: &[&str] = &[
    "BTreeMap",
    "Box",
    "Date",
    "DateTime",
    "Deserialize",
    "ItemName",
    "Nullable",
    "Option",
    "Secret",
    "Self",
    "Serialize",
    "String",
    "Vec",
];

/// Whether this is `snake_case`.
pub(crate) fn is_snake(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Whether this is `PascalCase`.
pub(crate) fn is_pascal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// `folder_id` and `content-md5` as a Rust identifier: `folder_id`, `content_md5`.
pub(crate) fn ident(name: &str) -> String {
    let mut out = String::new();
    for word in words(name) {
        if !out.is_empty() {
            out.push('_');
        }
        out.push_str(&word.to_lowercase());
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    keyword(out)
}

/// The name of a setter of an action.
pub(crate) fn setter(name: &str) -> String {
    let name = ident(name);
    if BOUND_METHODS.contains(&name.as_str()) || name.starts_with("with_") { name + "_" } else { name }
}

/// `folder_id`, `ASC` and `content-md5` as a Rust type: `FolderId`, `Asc`, `ContentMd5`.
pub(crate) fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalize(word)).collect()
}

/// Variants of an enum, apart from each other and from `Other`.
pub(crate) fn variants(values: &[String]) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for value in values {
        let mut name = pascal(value);
        if name.is_empty() {
            name = "Empty".to_owned();
        } else if name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, 'V');
        }
        if name == "Other" || name == "Self" {
            name.push_str("Value");
        }
        let taken = out.iter().filter(|(known, _)| *known == name).count();
        if taken > 0 {
            name = format!("{name}{}", taken + 1);
        }
        out.push((name, value.clone()));
    }
    out
}

fn keyword(name: String) -> String {
    if KEYWORDS.contains(&name.as_str()) { name + "_" } else { name }
}

fn capitalize(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    let shout = word.len() > 1 && !word.contains(|c: char| c.is_ascii_lowercase());
    let rest = if shout { rest.to_lowercase() } else { rest.to_owned() };
    first.to_uppercase() + &rest
}

/// The words of a name, at whatever isn't a letter or digit and where lower case turns into upper case.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        let inside = c.is_ascii_alphanumeric();
        if !inside || (lower && c.is_ascii_uppercase()) {
            out.push(String::new());
        }
        if let (true, Some(word)) = (inside, out.last_mut()) {
            word.push(c);
        }
        lower = c.is_ascii_lowercase();
    }
    out.retain(|word| !word.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_rust() {
        let cases = [
            // name, identifier, type
            ("folder_id", "folder_id", "FolderId"),
            ("content-md5", "content_md5", "ContentMd5"),
            ("$type", "type_", "Type"),
            ("ASC", "asc", "Asc"),
            ("multiSelect", "multi_select", "MultiSelect"),
            ("ADDED_TO_GROUP", "added_to_group", "AddedToGroup"),
            ("3d", "_3d", "3d"),
        ];
        for (name, snake, camel) in cases {
            assert_eq!((&*ident(name), &*pascal(name)), (snake, camel), "{name}");
        }
        assert_eq!(setter("stream"), "stream_");
        let values = ["a", "A", "other", "1", ""].map(str::to_owned);
        let names: Vec<_> = variants(&values).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["A", "A2", "OtherValue", "V1", "Empty"]);
    }
}
