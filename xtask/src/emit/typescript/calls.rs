//! Calls of all methods with the samples of the golden requests.

use std::fmt::Write as _;

use super::{
    WIDTH,
    literal::{Literal, quoted},
    names, width,
};
use crate::{
    emit::samples::{self, Request},
    table::form::{Group, Table, Write},
};

const HEAD: &str = "import type { BoxClient } from \"box-wasm\";\n";

const DECLARATION: &str =
    "export const calls: readonly (readonly [string, (box: BoxClient) => PromiseLike<unknown>])[] = [\n";

/// How far a call is indented that stands on lines of its own.
const INDENT: usize = 6;

/// The file that joins those of all groups.
pub(super) fn index(table: &Table) -> String {
    let mut out = HEAD.to_owned();
    let names: Vec<_> = table.groups.iter().map(|group| &group.name).collect();
    out.push('\n');
    for name in &names {
        _ = writeln!(out, "import {{ calls as {} }} from \"./{name}.js\";", names::argument(name));
    }
    out += "\n/** All calls, by their names in the golden files. */\n";
    out += DECLARATION;
    for name in names {
        _ = writeln!(out, "  ...{},", names::argument(name));
    }
    out + "];\n"
}

/// The file of a group.
pub(super) fn file(table: &Table, group: &Group) -> String {
    let mut out = format!("{HEAD}\n/** Calls of `{}`. */\n{DECLARATION}", group.name);
    for action in &group.actions {
        for request in samples::requests(table, &group.name, action) {
            out += &call(&request);
        }
    }
    out + "];\n"
}

fn call(request: &Request<'_>) -> String {
    let action = request.action;
    let title = quoted(&format!("{} {}", action.id, request.amount.name()));
    let method = format!("box.{}(", names::method(action));
    let mut path = Vec::new();
    let mut members = Vec::new();
    for (param, sample) in &request.params {
        if param.write == Write::Path {
            path.push(Literal::text(sample).line());
        } else {
            members.push((param.wire.clone(), Literal::new(sample)));
        }
    }
    let params = (!members.is_empty()).then_some(Literal::Object(members));
    let with = |params: Option<String>| {
        let arguments: Vec<_> = path.iter().cloned().chain(params).collect();
        format!("{method}{})", arguments.join(", "))
    };
    let short = format!("(box) => {}", with(params.as_ref().map(Literal::line)));
    let line = format!("  [{title}, {short}],");
    if width(&line) <= WIDTH {
        return line + "\n";
    }
    let line = format!("    {short},");
    if width(&line) <= WIDTH {
        return format!("  [\n    {title},\n{line}\n  ],\n");
    }
    let long = with(params.as_ref().map(|params| params.broken(INDENT)));
    format!("  [\n    {title},\n    (box) =>\n      {long},\n  ],\n")
}
