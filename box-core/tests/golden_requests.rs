//! Every action writes the request that the table says, which the golden files hold as text of another hand.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

#[path = "generated/requests/mod.rs"]
#[rustfmt::skip]
mod requests;
#[path = "paging/rows.rs"]
mod rows;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    future::{Ready, ready},
    path::Path,
};

use box_core::{
    action::{Action, Bound, CallOptions, Execute, Paged, Streamed},
    error::Error,
    operation::Host,
    request::{Body, Draft, Part},
    rng::Rng,
};
use bytes::Bytes;

/// What the generated calls use.
pub(crate) mod prelude {
    #![allow(unused_imports, reason = "the table may not need all of them")]

    pub(crate) use std::collections::BTreeMap;

    pub(crate) use box_core::{
        actions::{self, Api},
        models,
        names::ItemName,
        request::Payload,
        secret::Secret,
        value::Nullable,
    };

    pub(crate) use super::{
        Draft as Call, client, date, date_time, draft as with_model, draft as without_model, json,
    };
}

#[test]
fn every_action_writes_its_golden_request() {
    let golden = golden();
    let drafts = requests::calls();
    let names: Vec<_> = drafts.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), golden.len(), "golden requests: {names:?}");
    for (name, draft) in drafts {
        let expected = golden.get(name).unwrap_or_else(|| panic!("no golden {name}"));
        assert_eq!(shown(&draft), *expected, "{name}");
    }
}

#[test]
fn every_operation_has_a_golden_request() {
    let golden = golden();
    for operation in box_core::operations::OPERATIONS {
        let name = format!("{} required", operation.id);
        assert!(golden.contains_key(&name), "{name}");
        assert_eq!(box_core::operations::find(operation.id), Some(*operation));
    }
    assert_eq!(box_core::operations::find("folders"), None);
}

/// The golden requests by name; JSON in them is normalised.
fn golden() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated/golden");
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for request in text.split("\n=== ").skip(1) {
            let (name, lines) = request.split_once('\n').unwrap();
            let lines = lines.lines().filter(|line| !line.is_empty());
            let lines = lines.map(|line| match line.split_once(' ') {
                Some((kind @ ("json" | "text"), value)) => format!("{kind} {}\n", normal_json(value)),
                _ => format!("{line}\n"),
            });
            out.insert(name.to_owned(), lines.collect());
        }
    }
    out
}

/// A draft as the golden files show it.
fn shown(draft: &Draft) -> String {
    let host = match draft.operation.host {
        Host::Api => "api",
        Host::Upload => "upload",
        Host::Session => "session",
        Host::OAuth => "oauth",
        Host::Account => "account",
        Host::Download => "download",
    };
    let method = draft.operation.method.as_str();
    let mut out = format!("{method} {host} {}\n", draft.path);
    let mut query = draft.query.clone();
    query.sort();
    for (name, value) in query {
        writeln!(out, "query {name}={value}").unwrap();
    }
    let kind = draft.headers.get("content-type").unwrap_or_default();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=");
    let normal = |text: &str| match boundary {
        Some(boundary) => text.replace(boundary, "BOUNDARY"),
        None => text.to_owned(),
    };
    let mut headers: Vec<_> = draft.headers.iter().collect();
    headers.sort_unstable();
    for (name, value) in headers {
        writeln!(out, "header {name}: {}", normal(value)).unwrap();
    }
    let bytes = bytes(&draft.body);
    let text = normal(std::str::from_utf8(&bytes).unwrap());
    if kind.contains("json") {
        writeln!(out, "json {}", json(&text)).unwrap();
    } else if !kind.is_empty() {
        for line in text.split("\r\n") {
            writeln!(out, "text {}", normal_json(line)).unwrap();
        }
    }
    out
}

/// JSON with sorted members; other text as it is.
fn normal_json(text: &str) -> String {
    if text.starts_with(['{', '[']) { json(text).to_string() } else { text.to_owned() }
}

fn bytes(body: &Body) -> Vec<u8> {
    match body {
        Body::Empty => Vec::new(),
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::Parts(parts) => {
            let bytes = parts.iter().map(|part| match part {
                Part::Bytes(bytes) => bytes.to_vec(),
                Part::Source(source) => panic!("{source:?}"),
            });
            bytes.collect::<Vec<_>>().concat()
        }
    }
}

fn client() -> NoClient {
    NoClient
}

#[expect(clippy::needless_pass_by_value, reason = "a call is handed over as it is made")]
fn draft<A: Action>(bound: Bound<NoClient, A>) -> Draft {
    bound.action.draft(&mut Rng::new(7)).unwrap()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[allow(dead_code, reason = "the table may have no date in a request")]
fn date(text: &str) -> box_core::time::Date {
    box_core::time::Date::parse(text).unwrap()
}

fn date_time(text: &str) -> box_core::time::DateTime {
    box_core::time::DateTime::parse(text).unwrap()
}

/// A client that sends nothing.
#[derive(Clone)]
struct NoClient;

impl NoClient {
    fn refused<T>() -> Ready<Result<T, Error>> {
        ready(Err(Error::internal("nothing is sent here")))
    }
}

impl Execute for NoClient {
    type Run<T: Send + 'static> = Ready<Result<T, Error>>;
    type Stream<T: Send + 'static> = Vec<T>;
    type Body = Bytes;
    type Open = Ready<Result<Bytes, Error>>;

    fn run<A: Action>(&self, _: A, _: CallOptions) -> Self::Run<A::Reply> {
        Self::refused()
    }

    fn open<A: Streamed>(&self, _: A, _: CallOptions) -> Self::Open {
        Self::refused()
    }

    fn pages<A: Paged>(&self, _: A, _: CallOptions) -> Self::Stream<A::Reply> {
        Vec::new()
    }

    fn items<A: Paged>(&self, _: A, _: CallOptions) -> Self::Stream<A::Item> {
        Vec::new()
    }
}
