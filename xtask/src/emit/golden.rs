//! Golden requests: what shall be sent, straight from the intermediate form. Nothing of box-core helps here, so that a
//! fault there can't hide.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    rust::NOTICE,
    samples::{self, Request, Sample},
};
use crate::table::form::{BodyKind, Host, Table, Write};

/// Adds a file per group.
pub(crate) fn files(table: &Table, files: &mut BTreeMap<String, String>) {
    for group in &table.groups {
        let mut out = format!("# {NOTICE}\n");
        for action in &group.actions {
            for request in samples::requests(table, &group.name, action) {
                out += &self::request(&request);
            }
        }
        let path = format!("box-core/tests/generated/golden/{}.txt", group.name);
        files.insert(path, out);
    }
}

fn request(request: &Request<'_>) -> String {
    let action = request.action;
    let host = match action.host {
        Host::Api => "api",
        Host::Upload => "upload",
        Host::Session => "session",
        Host::OAuth => "oauth",
        Host::Account => "account",
        Host::Download => "download",
    };
    let mut path = action.path.clone();
    let mut query = Vec::new();
    let mut headers = Vec::new();
    if let Some(version) = &action.version {
        headers.push(("box-version", version.clone()));
    }
    for (param, sample) in &request.params {
        match param.write {
            Write::Path => {
                let name = format!("{{{}}}", param.wire);
                path = path.replace(&name, &percent(&text(sample)));
            }
            Write::Query => query.push((param.wire.as_str(), text(sample))),
            Write::QueryEach => query.extend(each(sample).map(|value| (param.wire.as_str(), value))),
            Write::QueryJson => query.push((param.wire.as_str(), json(sample))),
            Write::Header => headers.push((param.wire.as_str(), text(sample))),
            _ => {}
        }
    }
    for (write, name, value) in &action.constants {
        match write {
            Write::Query | Write::QueryJson => query.push((name, value.clone())),
            Write::Header => headers.push((name, value.clone())),
            _ => {}
        }
    }
    let content_type = match action.body {
        BodyKind::None => None,
        BodyKind::Json => Some("application/json"),
        BodyKind::JsonPatch => Some("application/json-patch+json"),
        BodyKind::Form => Some("application/x-www-form-urlencoded"),
        BodyKind::Multipart => Some("multipart/form-data; boundary=BOUNDARY"),
        BodyKind::Octets => Some("application/octet-stream"),
    };
    headers.extend(content_type.map(|kind| ("content-type", kind.to_owned())));
    query.sort();
    headers.sort();
    let mut out = format!("\n=== {} {}\n", action.id, request.amount.name());
    _ = writeln!(out, "{} {host} {path}", action.method);
    for (name, value) in query {
        _ = writeln!(out, "query {name}={value}");
    }
    for (name, value) in headers {
        _ = writeln!(out, "header {name}: {value}");
    }
    out + &body(request)
}

fn body(request: &Request<'_>) -> String {
    let constants = request.action.constants.iter();
    match request.action.body {
        BodyKind::None => String::new(),
        BodyKind::Json | BodyKind::JsonPatch => {
            let mut members = Vec::new();
            for (param, sample) in &request.params {
                match param.write {
                    Write::BodyWhole => return format!("json {}\n", json(sample)),
                    Write::Body => members.push((param.wire.clone(), json(sample))),
                    _ => {}
                }
            }
            for (write, name, value) in constants {
                if *write == Write::Body {
                    members.push((name.clone(), quote(value)));
                }
            }
            format!("json {}\n", object(members))
        }
        BodyKind::Form => {
            let constants = constants.map(|(write, name, value)| (*write, name, value.clone()));
            let params = request.params.iter();
            let params = params.map(|(param, sample)| (param, text(sample)));
            let fields = params.map(|(param, value)| (param.write, &param.wire, value));
            let fields = constants.chain(fields).filter(|(write, ..)| *write == Write::Form);
            let pair =
                |(_, name, value): (_, &String, String)| format!("{}={}", percent(name), percent(&value));
            format!("text {}\n", fields.map(pair).collect::<Vec<_>>().join("&"))
        }
        BodyKind::Octets => {
            let whole = request.params.iter().find(|(param, _)| param.write == Write::BodyOctets);
            let whole = whole.map(|(_, sample)| text(sample));
            format!("text {}\n", whole.unwrap_or_default())
        }
        BodyKind::Multipart => multipart(request),
    }
}

/// Lines that end with CR and LF.
fn multipart(request: &Request<'_>) -> String {
    let mut out = String::new();
    let mut part = |name: &str, content: Option<String>, json: Option<String>| {
        let (file, kind) = match content {
            Some(_) => ("; filename=\"file\"", "application/octet-stream"),
            None => ("", "application/json"),
        };
        let body = content.or(json).unwrap_or_default();
        _ = write!(
            out,
            "text --BOUNDARY\ntext content-disposition: form-data; name=\"{name}\"{file}\n\
             text content-type: {kind}\ntext \ntext {body}\n"
        );
    };
    for (write, name, value) in &request.action.constants {
        if *write == Write::PartJson {
            part(name, None, Some(quote(value)));
        }
    }
    for (param, sample) in &request.params {
        match param.write {
            Write::PartJson => part(&param.wire, None, Some(json(sample))),
            Write::PartContent => part(&param.wire, Some(text(sample)), None),
            _ => {}
        }
    }
    out + "text --BOUNDARY--\ntext \n"
}

/// The values of a list.
fn each(sample: &Sample) -> impl Iterator<Item = String> {
    let values = match sample {
        Sample::List(values) | Sample::Csv(values) => values.as_slice(),
        _ => &[],
    };
    values.iter().map(text)
}

/// A sample in a path, a query, a header or a form.
fn text(sample: &Sample) -> String {
    match sample {
        Sample::Text(value) | Sample::Secret(value) | Sample::Name(value) | Sample::Enum(_, value) => {
            value.clone()
        }
        Sample::Bool(value) => value.to_string(),
        Sample::Int(value) => value.to_string(),
        Sample::Float(value) => value.to_string(),
        Sample::Date(value) | Sample::DateTime(value) | Sample::Content(value) => (*value).to_owned(),
        Sample::Json(value) => value.clone(),
        Sample::Csv(values) => values.iter().map(text).collect::<Vec<_>>().join(","),
        other => json(other),
    }
}

fn json(sample: &Sample) -> String {
    match sample {
        Sample::Text(_)
        | Sample::Secret(_)
        | Sample::Name(_)
        | Sample::Enum(..)
        | Sample::Date(_)
        | Sample::DateTime(_)
        | Sample::Content(_) => quote(&text(sample)),
        Sample::Bool(_) | Sample::Int(_) | Sample::Float(_) | Sample::Json(_) => text(sample),
        Sample::List(values) | Sample::Csv(values) => {
            let values: Vec<_> = values.iter().map(json).collect();
            format!("[{}]", values.join(","))
        }
        Sample::Map(key, value) => object(vec![(key.clone(), json(value))]),
        Sample::Model(model) => {
            let fields = model.fields.iter();
            let fields = fields.map(|field| (field.wire.clone(), json(&field.value)));
            let tag = model.tags.iter().map(|(name, value)| (name.clone(), quote(value)));
            object(fields.chain(tag).collect())
        }
        Sample::Union(_, _, value) => json(value),
        Sample::Null => "null".to_owned(),
    }
}

/// A JSON object with its members sorted by name.
fn object(mut members: Vec<(String, String)>) -> String {
    members.sort();
    let member = |(name, value)| format!("{}:{value}", quote(name));
    let members: Vec<_> = members.iter().map(|(name, value)| member((name, value))).collect();
    format!("{{{}}}", members.join(","))
}

fn quote(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out + "\""
}

/// RFC 3986: everything but the unreserved characters is encoded.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
