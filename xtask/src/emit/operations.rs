//! `operations.rs`: every row as data.

use std::fmt::Write as _;

use anyhow::Result;

use super::rust::{self, Source};
use crate::table::form::{Action, Probe, Rate, Reply, Retry, Table};

/// The file.
pub(crate) fn file(table: &Table) -> Result<String> {
    let mut out = Source::new("What the table says about each operation, as data.");
    out.code("use crate::{operation::*, macros::operations};")?;
    let mut actions: Vec<_> = table.groups.iter().flat_map(|group| &group.actions).collect();
    actions.sort_by_key(|action| &action.id);
    let mut call = "operations! {\n".to_owned();
    for action in actions {
        call += &row(action);
    }
    out.call(&(call + "}\n"));
    Ok(out.finish())
}

fn row(action: &Action) -> String {
    let reply = match action.reply {
        Reply::Model(_) | Reply::Maybe(_) => "Model",
        Reply::Nothing => "Nothing",
        Reply::Bytes => "Bytes",
        Reply::Redirect => "Redirect",
    };
    let mut method = action.method.to_lowercase();
    if let Some(first) = method.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let mut facts = format!("writes: {}, retry: {},", action.writes, retry(&action.retry));
    if action.rate != Rate::Api {
        _ = write!(facts, " rate: RateClass::{:?},", action.rate);
    }
    if let Some(version) = &action.version {
        _ = write!(facts, " version: Some({}),", rust::literal(version));
    }
    if let Some(page) = &action.page {
        _ = write!(facts, " paging: Some(PagingKind::{:?}),", page.kind);
    }
    if action.poll {
        facts += " accepted: Accepted::Poll,";
    }
    if let Some(most) = action.max_offset {
        _ = write!(facts, " max_offset: {most},");
    }
    if action.exact {
        facts += " exact: true,";
    }
    format!(
        "    {} = {} {method} {:?} {} {:?} -> {reply} {{\n        {facts}\n    }};\n",
        action.static_name,
        rust::literal(&action.id),
        action.host,
        rust::literal(&action.path),
        action.body,
    )
}

fn retry(retry: &Retry) -> String {
    let Retry::Reread(Probe { operation, path, by, expect, .. }) = retry else {
        return format!("RetryClass::{retry:?}");
    };
    let (operation, path, by) = (rust::literal(operation), rust::literal(path), rust::literal(by));
    format!(
        "RetryClass::Reread(Probe {{ operation: {operation}, path: {path}, by: {by}, expect: Expect::{expect:?} }})"
    )
}
