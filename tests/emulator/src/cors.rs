//! Which web pages may call, and what they may read.

use serde_json::json;

use crate::{Host, Reply, Request, Settings};

const METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS";
const REQUEST_HEADERS: &str = "authorization, content-type, content-md5, content-range, digest, range, if-match, \
    if-none-match, as-user, boxapi, box-version, x-box-ua, x-rep-hints, accept";
const READABLE: &str = "box-request-id, content-range, content-disposition, date, location, retry-after, \
    www-authenticate";

/// A browser asking for leave, as opposed to an API call that happens to be `OPTIONS`.
pub(crate) fn is_preflight(request: &Request) -> bool {
    request.method == "OPTIONS" && request.header("access-control-request-method").is_some()
}

pub(crate) fn preflight(settings: &Settings, host: Host, path: &str, request: &Request) -> Reply {
    let origin = request.header("origin").unwrap_or_default();
    if host == Host::Control {
        return grant(origin, "content-type");
    }
    if !speaks(host, path) {
        return Reply::new(403);
    }
    if !allows(settings, origin) {
        return denied("");
    }
    grant(origin, REQUEST_HEADERS)
}

/// The refusal of a call from a page that is not listed; `None` lets the call through.
pub(crate) fn refusal(
    settings: &Settings,
    host: Host,
    path: &str,
    request: &Request,
    id: &str,
) -> Option<Reply> {
    let origin = request.header("origin")?;
    let guarded = matches!(host, Host::Api | Host::Upload) && speaks(host, path);
    (guarded && !allows(settings, origin)).then(|| denied(id))
}

/// Adds what the page needs to read the answer.
pub(crate) fn decorate(settings: &Settings, host: Host, path: &str, request: &Request, reply: &mut Reply) {
    let Some(origin) = request.header("origin") else {
        return;
    };
    let open = match host {
        Host::Download | Host::Control => true,
        _ => speaks(host, path) && allows(settings, origin) && reply.status != 401,
    };
    if !open {
        return;
    }
    let mut add = |name: &str, value: &str| reply.headers.push((name.to_owned(), value.to_owned()));
    add("access-control-allow-origin", origin);
    add("vary", "origin");
    if settings.expose_headers {
        add("access-control-expose-headers", READABLE);
    }
}

fn speaks(host: Host, path: &str) -> bool {
    match host {
        Host::Api => path != "/oauth2/revoke",
        Host::Upload | Host::Control => true,
        Host::OAuth2 | Host::Download => false,
    }
}

fn allows(settings: &Settings, origin: &str) -> bool {
    settings.allow_origins.iter().any(|pattern| {
        let any_port = pattern.strip_suffix(":*");
        pattern == origin
            || any_port.is_some_and(|host| {
                let port = origin.strip_prefix(host).and_then(|rest| rest.strip_prefix(':'));
                port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
            })
    })
}

fn grant(origin: &str, headers: &str) -> Reply {
    Reply::new(200)
        .with("access-control-allow-origin", origin)
        .with("access-control-allow-methods", METHODS)
        .with("access-control-allow-headers", headers)
        .with("access-control-max-age", "5")
        .with("vary", "origin")
}

fn denied(request_id: &str) -> Reply {
    Reply::json(
        403,
        &json!({
            "type": "error",
            "status": 403,
            "code": "cors_origin_not_whitelisted",
            "help_url": "http://developers.box.com/docs/#errors",
            "message": "Access denied - Did you forget to safelist your origin in the CORS config of your app?",
            "request_id": request_id,
        }),
    )
}
