//! The kinds of mutations.

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::lines::{
    Line,
    Role::{self, Action, Field, Param, Union, Values, Variant},
};

/// A kind: what it does, to which lines, and how they look before and after.
pub(super) struct Kind {
    pub(super) name: &'static str,
    roles: &'static [Role],
    pattern: Regex,
    replacement: &'static str,
}

impl Kind {
    /// What a line becomes, if this kind is for it. An empty text drops the line; a whole action, if it is its first.
    pub(super) fn apply(&self, line: &Line) -> Option<String> {
        if !self.roles.contains(&line.role) || !self.pattern.is_match(&line.text) {
            return None;
        }
        let mutated = self.pattern.replace(&line.text, self.replacement).into_owned();
        (mutated != line.text).then_some(mutated)
    }
}

/// All kinds.
pub(super) fn kinds() -> Result<Vec<Kind>> {
    let kind = |&(name, roles, pattern, replacement): &Row| {
        let pattern = pattern.replace("<slot>", SLOT).replace("<type>", TYPE);
        let pattern = Regex::new(&pattern).with_context(|| format!("the pattern of {name:?}"))?;
        Ok(Kind { name, roles, pattern, replacement })
    };
    KINDS.iter().map(kind).collect()
}

/// Name, lines, pattern and replacement.
type Row = (&'static str, &'static [Role], &'static str, &'static str);

/// What stands before the type of a parameter or field.
const SLOT: &str = r"^(  (?:(?:path|query|header|body|part) )?[^\s*]\S*\s+)";

const TYPE: &str = r"(enum\([^)]*\)|[a-z]+<.*?>+|[A-Za-z][\w-]*)";

const BOTH: &[Role] = &[Param, Field];

#[rustfmt::skip]
const KINDS: &[Row] = &[
    ("GET to DELETE", &[Action], r"^[a-z]+(\w*\s+)GET ", "purge${1}DELETE "),
    ("POST to PUT", &[Action], r"^[a-z]+(\w*\s+)POST ", "transfer${1}PUT "),
    ("PUT to PATCH", &[Action], r"^(\w+\s+)PUT ", "${1}PATCH "),
    ("segment of a path", &[Action], r"(/[a-z_]+)([ /])", "${1}x${2}"),
    ("parameter of a path", &[Action], r"\{(\w+)_id\}", "{${1}_key}"),
    ("reply dropped", &[Action], r"-> [A-Z]\w+\??", "-> ()"),
    ("reply added", &[Action], r"-> \(\)", "-> bytes"),
    ("bytes dropped", &[Action], r"-> bytes", "-> ()"),
    ("model of a reply", &[Action], r"-> [A-Z]\w+", "-> PathCollection"),
    ("reply made optional", &[Action], r"(-> [A-Z]\w+)( |$)", "${1}?${2}"),
    ("reply made certain", &[Action], r"(-> [A-Z]\w+)\?", "${1}"),
    ("version changed", &[Action], r"version: \S+", "version: 2020.0"),
    ("version dropped", &[Action], r" +version: \S+", ""),
    ("version added", &[Action], r"$", "    version: 2025.0"),
    ("host dropped", &[Action], r" +host: \S+", ""),
    ("host added", &[Action], r"$", "    host: upload"),
    ("page of the reference", &[Action], r"doc: (\S+)", "doc: x-${1}"),
    ("kind of the body dropped", &[Action], r" +body: \S+", ""),
    ("kind of the body added", &[Action], r"$", "    body: form"),
    ("paging dropped", &[Action], r" +page: \S+", ""),
    ("paging by marker", &[Action], r"page: (?:offset|both|stream)", "page: marker"),
    ("paging by offset", &[Action], r"page: marker", "page: offset"),
    ("action dropped", &[Action], r"^.*$", ""),
    ("action added", &[Action], r"^(\w+)(\s+\w+ )(/\S*)(.*)$", "${1}_more${2}${3}/more -> ()\n  More.\n\n${1}${2}${3}${4}"),

    ("query renamed", &[Param], r"^  query (\w+)", "  query ${1}x"),
    ("header renamed", &[Param], r"^  header (\S+)", "  header ${1}x"),
    ("body renamed", &[Param], r"^  body (\w+)", "  body ${1}x"),
    ("part renamed", &[Param], r"^  part (\w+)", "  part ${1}x"),
    ("query to header", &[Param], r"^  query (\w+\s+(?:string|int64|bool))", "  header ${1}"),
    ("header to query", &[Param], r"^  header (\w+\s+string)", "  query ${1}"),
    ("body to query", &[Param], r"^  body (\w+\s+(?:string|int64|bool))", "  query ${1}"),
    ("parameter dropped", &[Param], r"^.*$", ""),
    ("query added", &[Param], r"^(.*)$", "${1}\n  query mutated  string?"),
    ("header added", &[Param], r"^(.*)$", "${1}\n  header mutated  string"),
    ("body added", &[Param], r"^(  body .*)$", "${1}\n  body mutated  string?"),
    ("csv repeated", &[Param], r"csv<", "repeat<"),
    ("repeated to csv", &[Param], r"repeat<", "csv<"),

    ("field renamed", &[Field], r"^  (\w+)", "  ${1}x"),
    ("field dropped", &[Field], r"^.*$", ""),
    ("field added", &[Field], r"^(.*)$", "${1}\n  mutated  string?"),
    ("required field added", &[Field], r"^(.*)$", "${1}\n  mutated  int64"),
    ("constant changed", BOTH, r#""(\w+)"$"#, "\"${1}x\""),
    ("constant to enum", BOTH, r#""(\w+)"$"#, "enum(${1}, mutated)"),
    ("model of a field", BOTH, r"<slot>[A-Z]\w*", "${1}PathCollection"),
    ("model of a list", BOTH, r"list<[A-Z]\w*>", "list<PathCollection>"),
    ("string to int64", BOTH, r"<slot>string", "${1}int64"),
    ("int64 to string", BOTH, r"<slot>int64", "${1}string"),
    ("float to int64", BOTH, r"<slot>float", "${1}int64"),
    ("bool to string", BOTH, r"<slot>bool", "${1}string"),
    ("date-time to string", BOTH, r"<slot>date-time", "${1}string"),
    ("date-time to date", BOTH, r"<slot>date-time", "${1}date"),
    ("enum to string", BOTH, r"<slot>enum\([^)]*\)", "${1}string"),
    ("list to map", BOTH, r"<slot>list<", "${1}map<"),
    ("list to its element", BOTH, r"<slot>list<(\w+)>", "${1}${2}"),
    ("to json", BOTH, r"<slot><type>", "${1}json"),
    ("to a list", BOTH, r"<slot><type>", "${1}list<string>"),
    ("made optional", BOTH, r"<slot><type>(  .*| \| null.*)?$", "${1}${2}?${3}"),
    ("made required", BOTH, r"<slot><type>\?", "${1}${2}"),
    ("made nullable", BOTH, r"<slot><type>(\??)(  .*)?$", "${1}${2}${3} | null${4}"),
    ("made not nullable", BOTH, r" \| null", ""),
    ("value dropped", BOTH, r"enum\([^,)]+, ", "enum("),
    ("value added", BOTH, r"enum\(", "enum(mutated, "),
    ("value renamed", BOTH, r"enum\((\w+)", "enum(${1}x"),

    ("tag of a union", &[Union], r" by (\w+)", " by ${1}x"),
    ("variant renamed", &[Variant], r"^  (\w+)(\s+[A-Z])", "  ${1}x${2}"),
    ("member of a variant", &[Variant], r"^  has (\w+)", "  has ${1}x"),
    ("model of a variant", &[Variant], r"[A-Z]\w*$", "PathCollection"),
    ("variant dropped", &[Variant], r"^.*$", ""),
    ("value of an enum renamed", &[Values], r"^  (\w+)", "  ${1}x"),
    ("value of an enum dropped", &[Values], r"^  \S+ +(\S)", "  ${1}"),
    ("value of an enum added", &[Values], r"$", " mutated"),
];
