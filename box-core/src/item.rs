//! What files, folders and web links have in common.

use serde_json::Value;

use crate::models::Item;
#[cfg(feature = "content")]
use crate::models::SearchResultItem;

/// Adds the getters to a union of items. `others` says what to do with the variants that are no item themselves.
macro_rules! items {
    ($union:ident { $($other:pat => $inner:expr,)* }) => {
        impl $union {
            /// Its id; empty if even that is missing.
            pub fn id(&self) -> &str {
                match self {
                    Self::File(file) => &file.id,
                    Self::Folder(folder) => &folder.id,
                    Self::WebLink(link) => &link.id,
                    $($other => $inner.map(Item::id).unwrap_or_default(),)*
                    Self::Other(value) => text(value, "id").unwrap_or_default(),
                }
            }

            /// Its name, if it was asked for.
            pub fn name(&self) -> Option<&str> {
                match self {
                    Self::File(file) => file.name.as_deref(),
                    Self::Folder(folder) => folder.name.as_deref(),
                    Self::WebLink(link) => link.name.as_deref(),
                    $($other => $inner.and_then(Item::name),)*
                    Self::Other(value) => text(value, "name"),
                }
            }

            /// What it is, as Box calls it: `file`, `folder`, `web_link`, or what this version doesn't know.
            pub fn kind(&self) -> &str {
                match self {
                    Self::File(_) => "file",
                    Self::Folder(_) => "folder",
                    Self::WebLink(_) => "web_link",
                    $($other => $inner.map(Item::kind).unwrap_or_default(),)*
                    Self::Other(value) => text(value, "type").unwrap_or_default(),
                }
            }
        }
    };
}

items!(Item {});
#[cfg(feature = "content")]
items!(SearchResultItem { Self::SearchResult(found) => found.item.as_ref(), });

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_what_all_have_in_common() {
        let cases = [
            (r#"{"type":"file","id":1,"name":"n"}"#, ("file", "1", Some("n"))),
            (r#"{"type":"folder","id":"2"}"#, ("folder", "2", None)),
            (r#"{"type":"web_link","id":"3","name":"w"}"#, ("web_link", "3", Some("w"))),
            (r#"{"type":"hub","id":"4","name":"h"}"#, ("hub", "4", Some("h"))),
            (r#"{}"#, ("", "", None)),
        ];
        for (json, expected) in cases {
            let item: Item = serde_json::from_str(json).unwrap();
            assert_eq!((item.kind(), item.id(), item.name()), expected, "{json}");
        }
    }
}
