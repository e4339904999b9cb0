//! Which names Box takes (Box guide "Folder and file names").

use std::fmt;

use serde::{Deserialize, Serialize, Serializer, ser::Error as _};

use crate::error::Error;

/// Most characters of a name.
const MAX_CHARS: usize = 255;

/// The name of a file or folder in a request. One that breaks the rules is refused when the request is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ItemName(String);

impl ItemName {
    /// The name, checked or not.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Into<String>> From<S> for ItemName {
    fn from(name: S) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for ItemName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        check(&self.0).map_err(|error| S::Error::custom(error.message()))?;
        serializer.serialize_str(&self.0)
    }
}

/// Checks the name of a file or folder.
///
/// # Errors
/// `InvalidInput` that says which rule the name breaks.
pub fn check(name: &str) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::invalid(["the name `", name, "` ", why].concat()));
    match name {
        "" => refuse("is empty"),
        "." | ".." => refuse("stands for a folder"),
        _ if name.chars().count() > MAX_CHARS => refuse("is longer than 255 characters"),
        _ if name.contains(['/', '\\']) => refuse("holds a `/` or `\\`"),
        _ if name.contains(char::is_control) => refuse("holds a control character"),
        _ if name.starts_with(' ') || name.ends_with(' ') => refuse("starts or ends with a space"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules() {
        for good in ["a", ".hidden", "a b", "ä \"quoted\" 日本", &"x".repeat(255), "a."] {
            assert_eq!(check(good).map_err(|e| e.to_string()), Ok(()), "{good}");
        }
        let long = "x".repeat(256);
        for bad in ["", ".", "..", "a/b", "a\\b", " a", "a ", "a\nb", "\u{7f}", &long] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
