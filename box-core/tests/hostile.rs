//! Whatever stands in parameters, endpoints and redirects: requests stay with the configured hosts, or aren't made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::sync::Arc;

use box_core::{
    action::CallOptions,
    call::{Call, CallConfig, CallOutput, Want},
    encode::RequestWriter,
    error::{Error, ErrorKind},
    hosts::Hosts,
    operation::{Host, Operation},
    operations::OPERATIONS,
    raw::RawRequest,
    reply::{Head, RequestId},
    request::{Draft, Request},
    rng::Rng,
    session::Token,
    time::Timestamp,
};

/// Values that would lead elsewhere if they were taken as they are.
const VALUES: &[&str] = &[
    "",
    " ",
    ".",
    "..",
    " .. ",
    "\t..",
    "../",
    "../..",
    "..\\..",
    "%2e%2e",
    "%2E.",
    "..%2f",
    "/",
    "//",
    "\\",
    "\\\\",
    "/..",
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "@evil.example",
    ":pw@evil.example",
    "user:pw@evil.example",
    ":80@evil.example",
    ".evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "?",
    "?a=b",
    "#",
    "#a",
    "a?b#c&d=e;f",
    "a/b",
    "a%00b",
    "\0",
    "\r\nhost: evil.example",
    "a\nb",
    "\u{7f}",
    "ä",
    "日本",
    "\u{202e}",
    "\u{ff0e}\u{ff0e}",
    "\u{2024}\u{2024}",
    "\u{ff0f}",
    "\u{2215}",
    "\u{feff}",
    "{file_id}",
    "{",
    "}",
    "%",
    "%zz",
    "💥",
    "a b+c",
    "[::1]",
    "1;2",
    "\u{0130}",
    "ß",
    "xn--evil",
    "~",
    "-",
    "_",
    "...",
    "a..b",
];

/// The base URLs of tests: one with a port, one with a path.
const API: &str = "https://api.box.test:8443";
const UPLOAD: &str = "https://upload.box.test/deep/api";
const OAUTH2: &str = "https://account.box.test/api/oauth2";

fn hosts() -> [Hosts; 2] {
    [Hosts::default(), Hosts::new(API, UPLOAD, OAUTH2).unwrap()]
}

/// Where requests of a row belong.
fn base(host: Host, hosts: &Hosts) -> String {
    let (api, upload, account, content) = if hosts.is_box() {
        (
            "https://api.box.com",
            "https://upload.box.com/api",
            "https://account.box.com/api/oauth2",
            "https://dl.boxcloud.com",
        )
    } else {
        (API, UPLOAD, OAUTH2, API)
    };
    match host {
        Host::Api => [api, "/2.0"].concat(),
        Host::Upload | Host::Session => [upload, "/2.0"].concat(),
        Host::OAuth => [api, "/oauth2"].concat(),
        Host::Account => account.to_owned(),
        Host::Download => [content, "/2.0"].concat(),
    }
}

/// A request of a row with the same value everywhere in its URL.
fn draft(operation: &'static Operation, value: &str) -> Result<Draft, Error> {
    let mut writer = RequestWriter::new(operation, &mut Rng::new(1));
    for name in operation.path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
        writer.path(name, &value)?;
    }
    writer.query("fields", &value);
    writer.query(value, &value);
    writer.query_each("each", &[value, value]);
    writer.finish()
}

struct Sent(Call, RequestId, Request);

/// What a call sends first.
fn send(draft: Draft, hosts: &Hosts, endpoint: Option<&str>) -> Result<Sent, Error> {
    let mut config = CallConfig::default();
    config.hosts = hosts.clone();
    let mut options = CallOptions::default();
    options.endpoint = endpoint.map(str::to_owned);
    let mut call = Call::new(Timestamp(0), draft, options, Want::Bytes, Arc::new(config), Rng::new(2));
    loop {
        match call.poll_output() {
            CallOutput::NeedToken { .. } => {
                call.handle_token(Timestamp(0), Ok(Token { secret: "t".into(), generation: 1 }));
            }
            CallOutput::Send(id, request) => return Ok(Sent(call, id, request)),
            CallOutput::Done(result) => return Err(result.map(drop).unwrap_err()),
            other => panic!("{other:?}"),
        }
    }
}

/// Text that every reader of URLs takes alike: nothing in it is a delimiter but what the table wrote.
fn is_plain(text: &str) -> bool {
    let mut parts = text.split('%');
    let plain = |text: &str| text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._~".contains(&c));
    let escape = |part: &str| part.get(..2).is_some_and(|hex| hex.bytes().all(|c| c.is_ascii_hexdigit()));
    plain(parts.next().unwrap()) && parts.all(|part| escape(part) && plain(&part[2..]))
}

#[test]
fn whatever_parameters_hold_requests_stay_with_their_hosts() {
    assert!(OPERATIONS.len() >= 341);
    let (mut made, mut refused) = (0, 0);
    for (hosts, operation) in hosts().iter().flat_map(|hosts| OPERATIONS.iter().map(move |row| (hosts, *row)))
    {
        for value in VALUES {
            let what = format!("{} with {value:?}", operation.id);
            let request = match draft(operation, value) {
                Ok(draft) => send(draft, hosts, None).unwrap_or_else(|error| panic!("{what}: {error:?}")).2,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{what}");
                    assert!(
                        operation.path.contains('{') && matches!(value.trim(), "" | "." | ".."),
                        "{what}"
                    );
                    refused += 1;
                    continue;
                }
            };
            let rest = request.url.strip_prefix(&base(operation.host, hosts));
            let rest = rest.unwrap_or_else(|| panic!("{what}: {}", request.url));
            let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
            let template: Vec<_> = operation.path.split('/').collect();
            let segments: Vec<_> = path.split('/').collect();
            assert_eq!(segments.len(), template.len(), "{what}: {path}");
            for (segment, template) in segments.into_iter().zip(template) {
                if template.contains('{') {
                    let plain = segment.strip_suffix(template.split_once('}').unwrap().1).unwrap();
                    assert!(is_plain(plain) && !matches!(segment, "" | "." | ".."), "{what}: {path}");
                } else {
                    assert_eq!(segment, template, "{what}: {path}");
                }
            }
            for pair in query.split('&') {
                let (name, text) = pair.split_once('=').unwrap_or_else(|| panic!("{what}: {query}"));
                assert!(is_plain(name) && is_plain(text), "{what}: {query}");
            }
            made += 1;
        }
    }
    assert!(made > 10_000 && refused > 1_000, "{made} made, {refused} refused");
}

#[test]
fn whatever_a_written_path_holds_it_stays_with_the_api() {
    for (hosts, value) in hosts().iter().flat_map(|hosts| VALUES.iter().map(move |value| (hosts, *value))) {
        for path in [value.to_owned(), ["/", value].concat(), ["/files/", value, "/content"].concat()] {
            let draft = RawRequest::new("GET", &path).query("fields", value).query(value, value).draft();
            let Ok(draft) = draft else { continue };
            let url = send(draft, hosts, None).unwrap_or_else(|error| panic!("{path:?}: {error:?}")).2.url;
            let rest = url.strip_prefix(&base(Host::Api, hosts)).unwrap_or_else(|| panic!("{path:?}: {url}"));
            let (path, query) = rest.split_once('?').unwrap();
            assert!(
                path.starts_with('/') && path.bytes().all(|c| c.is_ascii_graphic() && c != b'\\'),
                "{url}"
            );
            assert!(path.split('/').all(|segment| !matches!(segment, "." | "..")), "{url}");
            let encoded = query.split('&').flat_map(|pair| pair.split('='));
            assert!(encoded.into_iter().all(is_plain), "{url}");
        }
    }
}

/// Addresses of others, by themselves or by how somebody may read them.
const ELSEWHERE: &[&str] = &[
    "https://evil.example/",
    "https://evil.example:443/2.0/files/1",
    "https://api.box.com.evil.example/",
    "https://evilbox.com/",
    "https://api.box.com@evil.example/",
    "https://api.box.com:pw@evil.example/",
    "https://evil.example#@api.box.com/",
    "https://evil.example?@api.box.com/",
    "https://evil.example\\@api.box.com/",
    "https://api.box.com\\.evil.example/",
    "https://api.box.com:8443/",
    "https://upload.box.test.evil.example/",
    "https://api.box.com.:443/",
    "https://api.b\u{f6}x.com/",
    "https://api%2ebox.com/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data",
    "http://api.box.com/2.0/users/me",
    "http://api.box.test:8443/2.0/users/me",
    "ftp://api.box.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "https:///api.box.com/",
    "https:api.box.com",
    "//evil.example/",
    "\\\\evil.example\\",
    "/\\evil.example",
    " https://evil.example/",
    "https://evil.example\n/",
    "https://",
];

#[test]
fn endpoints_of_others_are_refused_for_every_row() {
    for (hosts, operation) in hosts().iter().flat_map(|hosts| OPERATIONS.iter().map(move |row| (hosts, *row)))
    {
        // Content lies there, which is no place for a secret.
        let secret = !matches!(operation.host, Host::Account | Host::Download);
        let content: &[&str] =
            if secret { &["https://dl.boxcloud.com/", "https://api.box.test/"] } else { &[] };
        for endpoint in ELSEWHERE.iter().chain(content) {
            // One's own host isn't elsewhere; what needs no secret may come from any of its ports.
            let own = endpoint.starts_with("https://api.box.com:8443")
                || !secret && endpoint.contains("//api.box.test:8443");
            if own && !hosts.is_box() {
                continue;
            }
            let what = format!("{} to {endpoint}", operation.id);
            match send(draft(operation, "1").unwrap(), hosts, Some(endpoint)) {
                Ok(Sent(_, _, request)) => panic!("{what}: sent to {}", request.url),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{what}");
                    assert!(!error.to_string().contains("pw"), "{what}: {error}");
                }
            }
        }
    }
}

#[test]
fn redirects_to_others_are_refused_for_every_row() {
    let mut refused = 0;
    for (hosts, operation) in hosts().iter().flat_map(|hosts| OPERATIONS.iter().map(move |row| (hosts, *row)))
    {
        for (location, status) in ELSEWHERE.iter().flat_map(|to| [(*to, 302), (*to, 307), (*to, 308)]) {
            let what = format!("{} by {status} to {location}", operation.id);
            let Sent(mut call, id, first) = send(draft(operation, "1").unwrap(), hosts, None).unwrap();
            call.handle_head(
                Timestamp(1),
                id,
                Head { status, headers: [("location", location)].into_iter().collect() },
            );
            loop {
                match call.poll_output() {
                    // What others may take for another host is a path here, and is sent as one.
                    CallOutput::Send(_, next) => {
                        let base = first.url.split('/').take(3).collect::<Vec<_>>().join("/") + "/";
                        let same = next.url.strip_prefix(&base);
                        assert!(
                            same.is_some_and(|path| !path.starts_with(['/', '\\'])),
                            "{what}: sent to {}",
                            next.url
                        );
                    }
                    CallOutput::Done(Err(error)) => {
                        assert_eq!(error.kind(), ErrorKind::Redirect, "{what}: {error:?}");
                        refused += 1;
                        break;
                    }
                    // Some rows answer where Box leads, and go nowhere.
                    CallOutput::Done(Ok(_)) | CallOutput::Timeout(_) => break,
                    CallOutput::Cancel(_) | CallOutput::Event(_) => {}
                    CallOutput::NeedToken { .. } => panic!("{what}: asks for a token"),
                }
            }
        }
    }
    assert!(refused > 10_000, "{refused} refused");
}
