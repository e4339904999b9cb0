//! `METHODS.md`: every method on one page.

use std::{collections::BTreeMap, fmt::Write as _};

use super::rust::NOTICE;
use crate::table::form::{Action, Group, PageKind, Reply, Table};

/// The page.
pub(crate) fn file(table: &Table) -> String {
    let mut out = format!("<!-- {NOTICE} -->\n\n# Methods\n");
    out += "
Every method of the client, grouped as Box groups its reference. `[..]` are optional setters of the value that the method returns; `.await` sends it.
`.items()` and `.pages()` follow paged methods, `.stream()` reads content as it comes.

In TypeScript names are in camelCase, parameters of the path come first, and all others are members of one object, with Box's names:
`box.folders.listItems(folderId, { fields: [\"name\"] }, { signal })`. A list is awaited for one page and iterated over for all items.
";
    let mut tags: BTreeMap<&str, Vec<(&Group, &Action)>> = BTreeMap::new();
    for group in &table.groups {
        for action in &group.actions {
            tags.entry(&action.tag).or_default().push((group, action));
        }
    }
    for (tag, actions) in tags {
        _ = write!(out, "\n## {}\n", title(tag));
        let mut last = "";
        for (group, action) in actions {
            if group.name != last {
                _ = write!(out, "\n{}\n\n| Method | Request | |\n|---|---|---|\n", about(group));
                last = &group.name;
            }
            out += &row(&group.name, action);
        }
    }
    out
}

/// `shield_lists` as `Shield lists`.
fn title(tag: &str) -> String {
    let text = tag.replace('_', " ");
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

fn about(group: &Group) -> String {
    match &group.family {
        Some(family) => format!("{} Feature `{family}`.", group.sentence),
        None => group.sentence.clone(),
    }
}

fn row(group: &str, action: &Action) -> String {
    let names = |params: &[crate::table::form::Param]| {
        let names = params.iter().map(|param| param.name.clone());
        names.collect::<Vec<_>>().join(", ")
    };
    let required = names(&action.required);
    let mut method = format!("`client.{group}().{}({required})`", action.method_name);
    if !action.optional.is_empty() {
        _ = write!(method, " [{}]", names(&action.optional));
    }
    let mut request = format!("`{} {}`", action.method, action.path);
    if let Some(slug) = &action.doc {
        request = format!("[{request}](https://developer.box.com/reference/{slug})");
    }
    format!("| {method} | {request} | {} |\n", marks(action))
}

fn marks(action: &Action) -> String {
    let mut marks = Vec::new();
    match &action.reply {
        Reply::Model(name) => marks.push(format!("`{name}`")),
        Reply::Maybe(name) => marks.push(format!("`{name}`, if any")),
        Reply::Nothing => {}
        Reply::Bytes => marks.push("content, `.stream()`".to_owned()),
        Reply::Redirect => marks.push("`Location`".to_owned()),
    }
    if let Some(page) = &action.page {
        let kind = match page.kind {
            PageKind::Marker => "marker",
            PageKind::Offset => "offset",
            PageKind::Both => "marker or offset",
            PageKind::BodyMarker => "marker in the body",
            PageKind::Stream => "stream position",
        };
        marks.push(format!("paged by {kind}"));
    }
    marks.join(", ")
}
