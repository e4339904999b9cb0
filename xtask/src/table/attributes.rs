//! Attributes of an action and what they are when they aren't written.

use super::{
    error::{Position, TableError},
    form::{BodyKind, Expect, Host, PageKind, Probe, Rate, Retry},
    names,
    read::{Place, WrittenAction, WrittenAttribute},
};

type Result<T> = std::result::Result<T, TableError>;

/// All attributes of an action.
pub(crate) struct Attributes {
    pub(crate) host: Host,
    pub(crate) version: Option<String>,
    pub(crate) body: BodyKind,
    pub(crate) page: Option<PageKind>,
    /// Whether the size of a page can be asked for.
    pub(crate) limited: bool,
    pub(crate) writes: bool,
    pub(crate) retry: Retry,
    pub(crate) rate: Rate,
    pub(crate) poll: bool,
    pub(crate) exact: bool,
    pub(crate) max_offset: Option<u32>,
    pub(crate) tag: Option<String>,
    pub(crate) doc: Option<String>,
}

/// Reads the attributes of an action.
pub(crate) fn attributes(action: &WrittenAction) -> Result<Attributes> {
    let has = |place| action.params.iter().any(|param| param.place == place);
    let safe = ["GET", "HEAD", "OPTIONS"].contains(&action.method);
    let mut out = Attributes {
        host: Host::Api,
        version: None,
        body: match (has(Place::Part), has(Place::Body)) {
            (true, _) => BodyKind::Multipart,
            (false, true) => BodyKind::Json,
            (false, false) => BodyKind::None,
        },
        page: None,
        limited: true,
        writes: !safe,
        retry: match action.method {
            _ if safe => Retry::Safe,
            "PUT" | "DELETE" => Retry::Idempotent,
            _ => Retry::Never,
        },
        rate: Rate::Api,
        poll: false,
        exact: false,
        max_offset: None,
        tag: None,
        doc: None,
    };
    let mut rate = None;
    for WrittenAttribute { at, key, value } in &action.attributes {
        match *key {
            "host" => {
                out.host = one_of(
                    at,
                    value,
                    &[
                        ("api", Host::Api),
                        ("upload", Host::Upload),
                        ("session", Host::Session),
                        ("oauth", Host::OAuth),
                        ("account", Host::Account),
                        ("download", Host::Download),
                    ],
                )?;
            }
            "body" => {
                out.body = one_of(
                    at,
                    value,
                    &[
                        ("json", BodyKind::Json),
                        ("json-patch", BodyKind::JsonPatch),
                        ("form", BodyKind::Form),
                        ("multipart", BodyKind::Multipart),
                        ("octets", BodyKind::Octets),
                    ],
                )?;
            }
            "page" => {
                out.limited = value != "marker-only";
                out.page = Some(one_of(
                    at,
                    value,
                    &[
                        ("marker", PageKind::Marker),
                        ("marker-only", PageKind::Marker),
                        ("offset", PageKind::Offset),
                        ("both", PageKind::Both),
                        ("body-marker", PageKind::BodyMarker),
                        ("stream", PageKind::Stream),
                    ],
                )?);
            }
            "effect" => out.writes = one_of(at, value, &[("read", false), ("write", true)])?,
            "limit" => {
                rate = Some(one_of(
                    at,
                    value,
                    &[
                        ("api", Rate::Api),
                        ("upload", Rate::Upload),
                        ("search", Rate::Search),
                        ("sign", Rate::Sign),
                        ("none", Rate::None),
                    ],
                )?);
            }
            "accepted" => out.poll = one_of(at, value, &[("done", false), ("poll", true)])?,
            "max-offset" => out.max_offset = Some(number(at, value)?),
            "exact" => out.exact = one_of(at, value, &[("yes", true)])?,
            "version" => out.version = Some(version(at, value)?),
            "tag" => out.tag = Some(tag(at, value)?),
            "doc" => out.doc = Some(slug(at, value)?),
            _ => out.set_retry(at, value)?,
        }
    }
    out.rate = rate.unwrap_or_else(|| out.host.rate());
    if out.page == Some(PageKind::BodyMarker) && out.body == BodyKind::None {
        out.body = BodyKind::Json;
    }
    Ok(out)
}

impl Attributes {
    fn set_retry(&mut self, at: &Position, value: &str) -> Result<()> {
        let Some((class, reason)) = value.split_once(" -- ") else {
            return at.fail("expected a reason behind ` -- `, as this deviates from the default");
        };
        if reason.trim().is_empty() {
            return at.fail("expected a reason behind ` -- `");
        }
        let words: Vec<_> = class.split_whitespace().collect();
        self.retry = match words.as_slice() {
            ["reread", operation, "by", by, "expect", state] => {
                let expect = one_of(
                    at,
                    state,
                    &[("present", Expect::Present), ("absent", Expect::Absent), ("changed", Expect::Changed)],
                )?;
                Retry::Reread(Probe {
                    operation: (*operation).to_owned(),
                    by: (*by).to_owned(),
                    expect,
                    path: String::new(),
                    at: at.clone(),
                })
            }
            ["reread", ..] => {
                return at
                    .fail(format!("expected `reread <operation> by <key> expect <state>`, found {class:?}"));
            }
            _ => one_of(
                at,
                class.trim(),
                &[
                    ("safe", Retry::Safe),
                    ("idempotent", Retry::Idempotent),
                    ("conditional", Retry::Conditional),
                    ("never", Retry::Never),
                ],
            )?,
        };
        Ok(())
    }
}

fn one_of<T: Clone>(at: &Position, value: &str, known: &[(&str, T)]) -> Result<T> {
    if let Some((_, found)) = known.iter().find(|(name, _)| *name == value) {
        return Ok(found.clone());
    }
    let known: Vec<_> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
    at.fail(format!("expected {}, found {value:?}", known.join(", ")))
}

fn number(at: &Position, value: &str) -> Result<u32> {
    match value.parse() {
        Ok(number) => Ok(number),
        Err(_) => at.fail(format!("expected a number, found {value:?}")),
    }
}

fn version(at: &Position, value: &str) -> Result<String> {
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    if value.starts_with(|c: char| c.is_ascii_digit()) && value.chars().all(digits) {
        return Ok(value.to_owned());
    }
    at.fail(format!("expected a version such as `2025.0`, found {value:?}"))
}

fn tag(at: &Position, value: &str) -> Result<String> {
    if names::is_snake(value) {
        return Ok(value.to_owned());
    }
    at.fail(format!("expected a tag of Box's reference, found {value:?}"))
}

fn slug(at: &Position, value: &str) -> Result<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if value.chars().all(inside) {
        return Ok(value.to_owned());
    }
    at.fail(format!("expected the slug of a reference page, found {value:?}"))
}

/// `folders.get` of a group and an action.
pub(crate) fn id(group: &str, action: &str) -> String {
    format!("{group}.{action}")
}

/// `FOLDERS_GET` of an id.
pub(crate) fn static_name(id: &str) -> String {
    names::ident(id).to_uppercase()
}
