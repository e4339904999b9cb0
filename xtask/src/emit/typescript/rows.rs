//! `rows/<family>.ts`: what the table says about each action, on a line each, which box-wasm reads when it is first used;
//! and `rows/index.ts`: the names of all actions, and how the rows of a family are loaded.
//!
//! A group without a family is one by itself.
//!
//! A row is words: `name METHOD path`, then what deviates from the default, then parameters. The path has a prefix unless
//! its host is `api`: `upload:/files/content`. Names of groups and actions are those of the table.
//!
//! | word | means |
//! |---|---|
//! | `=nothing`, `=bytes`, `=redirect` | the reply, if it isn't a model |
//! | `patch` | the body is a JSON patch |
//! | `body:json` | the kind of a body that no parameter tells |
//! | `version:2025.0` | the `box-version` header |
//! | `page:marker` | the kind of paging |
//! | `effect:read` | the effect, if the method has another |
//! | `retry:never` | the class of retries, if the method has another |
//! | `retry:files.get:conflict:present:/files/{file_id}` | what is read before another try: the operation, by what it finds the item, the state that shows the effect, and its path |
//! | `limit:search` | the limit of rate, if the host has another |
//! | `max-offset:300000` | the largest offset, if Box takes more than usual |
//! | `poll`, `exact` | 202 means to ask again; integers beyond 2^53 occur |
//! | `q:limit`, `q!:limit` | an optional and a required parameter; see [`code`] |
//! | `f=grant_type=refresh_token` | a constant parameter |
//!
//! Parameters stand in the order in which they are written; those of the path are in the path.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{Result, bail};

use super::names;
use crate::table::form::{
    Action, BodyKind, Group, Host, PageKind, Param, Probe, Rate, Reply, Retry, Scalar, Table, Type, Write,
};

/// The files, by their names.
pub(super) fn files(table: &Table) -> Result<Vec<(String, String)>> {
    let mut families = BTreeMap::<_, Vec<_>>::new();
    for group in &table.groups {
        families.entry(family(group)).or_default().push(group);
    }
    let mut files = Vec::new();
    let (mut loads, mut names) = (String::new(), Vec::new());
    for (name, groups) in families {
        if name == "index" {
            bail!("no family can be called {name:?}");
        }
        _ = writeln!(loads, "  () => import(\"./{name}.js\"),");
        names.push(groups.iter().copied().map(heading).collect::<Vec<_>>().join("\n"));
        let mut file = FAMILY.to_owned();
        if groups.iter().any(|group| group.actions.iter().any(|action| action.exact)) {
            file += EXACT;
        }
        file += ROWS;
        for group in groups {
            let rows = group.actions.iter().map(row).collect::<Result<Vec<_>>>()?;
            _ = writeln!(file, "  {}: `{}`,\n", group.name, escaped(&rows.join("\n")));
        }
        files.push((name.to_owned(), file.trim_end().to_owned() + "\n};\n"));
    }
    files.push(("index".to_owned(), index(&loads, &names.join("\n\n"))));
    Ok(files)
}

/// The names apart from the imports: they pack better so.
fn index(loads: &str, names: &str) -> String {
    format!(
        "/** Rows by their groups. */\n\
         export type Rows = {{ readonly [group: string]: string }};\n\n\
         /** How the rows of each family are loaded, and how replies are read in which integers beyond 2^53 occur. */\n\
         export const loads: readonly (() => Promise<{{ rows: Rows; parse?: (text: string) => unknown }}>)[] = \
         [\n{loads}];\n\n\
         /** The groups of each family, a line each, with the names of its actions; a star marks lists. */\n\
         export const names = `{names}`;\n"
    )
}

const FAMILY: &str = "import type { Rows } from \"./index.js\";\n\n";

/// Loaded with the rows that need it.
const EXACT: &str = "export { parse } from \"../../exact.js\";\n\n";

const ROWS: &str = "\
/** The actions of each group, on a line each: name, method, path, deviations, parameters. */
export const rows: Rows = {
";

fn family(group: &Group) -> &str {
    group.family.as_deref().unwrap_or(&group.name)
}

/// A group and its actions.
fn heading(group: &Group) -> String {
    let mark = |action: &Action| if action.page.is_some() { "*" } else { "" };
    let actions = group.actions.iter().map(|action| [" ", names::action(action), mark(action)].concat());
    group.name.clone() + &actions.collect::<String>()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${")
}

/// The row of an action.
pub(super) fn row(action: &Action) -> Result<String> {
    let mut words = vec![names::action(action).to_owned(), action.method.to_owned(), path(action)];
    words.extend(facts(action));
    for (write, name, value) in &action.constants {
        let code = code(*write, &Type::Scalar(Scalar::String));
        words.extend(code.map(|code| format!("{code}={name}={value}")));
    }
    words.extend(action.required.iter().chain(&action.optional).filter_map(param));
    if let Some(word) = words.iter().find(|word| word.contains(char::is_whitespace)) {
        bail!("{}: {word:?} has a space, which a row can't hold", action.id);
    }
    Ok(words.join(" "))
}

fn path(action: &Action) -> String {
    let host = match action.host {
        Host::Api => "",
        Host::Upload => "upload:",
        Host::Session => "session:",
        Host::OAuth => "oauth:",
        Host::Account => "account:",
        Host::Download => "download:",
    };
    format!("{host}{}", action.path)
}

/// What deviates from the default.
fn facts(action: &Action) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |key: &str, value: &str| out.push(format!("{key}{value}"));
    match action.reply {
        Reply::Model(_) | Reply::Maybe(_) => {}
        Reply::Nothing => add("=", "nothing"),
        Reply::Bytes => add("=", "bytes"),
        Reply::Redirect => add("=", "redirect"),
    }
    match action.body {
        BodyKind::JsonPatch => add("patch", ""),
        kind if kind == told(action) => {}
        BodyKind::None => {}
        BodyKind::Json => add("body:", "json"),
        BodyKind::Form => add("body:", "form"),
        BodyKind::Multipart => add("body:", "multipart"),
        BodyKind::Octets => add("body:", "octets"),
    }
    if let Some(version) = &action.version {
        add("version:", version);
    }
    match action.page.as_ref().map(|page| page.kind) {
        None => {}
        Some(PageKind::Marker) => add("page:", "marker"),
        Some(PageKind::Offset) => add("page:", "offset"),
        Some(PageKind::Both) => add("page:", "both"),
        Some(PageKind::BodyMarker) => add("page:", "body-marker"),
        Some(PageKind::Stream) => add("page:", "stream"),
    }
    let safe = ["GET", "HEAD", "OPTIONS"].contains(&action.method);
    if action.writes == safe {
        add("effect:", if action.writes { "write" } else { "read" });
    }
    let usual = match action.method {
        _ if safe => "safe",
        "PUT" | "DELETE" => "idempotent",
        _ => "never",
    };
    let retry = retry(&action.retry);
    if retry != usual {
        add("retry:", &retry);
    }
    if action.rate != action.host.rate() {
        add("limit:", rate(action.rate));
    }
    if action.poll {
        add("poll", "");
    }
    if let Some(most) = action.max_offset {
        add("max-offset:", &most.to_string());
    }
    if action.exact {
        add("exact", "");
    }
    out
}

fn retry(retry: &Retry) -> String {
    let class = match retry {
        Retry::Safe => "safe",
        Retry::Idempotent => "idempotent",
        Retry::Conditional => "conditional",
        Retry::Never => "never",
        Retry::Reread(Probe { operation, path, by, expect, .. }) => {
            return [operation, by, expect.as_str(), path].join(":");
        }
    };
    class.to_owned()
}

fn rate(rate: Rate) -> &'static str {
    match rate {
        Rate::None => "none",
        Rate::Api => "api",
        Rate::Upload => "upload",
        Rate::Search => "search",
        Rate::Sign => "sign",
    }
}

/// The kind of the body as the parameters tell it.
fn told(action: &Action) -> BodyKind {
    let params = action.required.iter().chain(&action.optional).map(|param| param.write);
    let mut writes = params.chain(action.constants.iter().map(|(write, ..)| *write));
    let kind = |write| match write {
        Write::Path | Write::Query | Write::QueryEach | Write::QueryJson | Write::Header => None,
        Write::Form => Some(BodyKind::Form),
        Write::Body | Write::BodyWhole => Some(BodyKind::Json),
        Write::BodyOctets => Some(BodyKind::Octets),
        Write::PartJson | Write::PartContent => Some(BodyKind::Multipart),
    };
    writes.find_map(kind).unwrap_or(BodyKind::None)
}

fn param(param: &Param) -> Option<String> {
    let code = code(param.write, &param.ty)?;
    let mark = if param.optional { "" } else { "!" };
    let wire = if matches!(param.write, Write::BodyWhole | Write::BodyOctets) { "*" } else { &param.wire };
    Some(format!("{code}{mark}:{wire}"))
}

/// The code of a place; a path needs none.
fn code(write: Write, ty: &Type) -> Option<char> {
    Some(match write {
        Write::Path => return None,
        Write::Query => 'q',
        Write::QueryEach => 'm',
        Write::QueryJson => 'j',
        Write::Header => 'h',
        Write::Form => 'f',
        Write::Body if matches!(ty, Type::Scalar(Scalar::ItemName)) => 'n',
        Write::Body => 'b',
        Write::BodyWhole => 'w',
        Write::BodyOctets => 'o',
        Write::PartJson => 'p',
        Write::PartContent => 'c',
    })
}
