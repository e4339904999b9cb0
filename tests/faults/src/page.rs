//! What a browser does to the requests of a page: it asks for leave (CORS), follows redirects, and hides what is not
//! meant for the page, all by the Fetch standard.

use box_core::{error::Sent, request::Request};

use crate::{
    source::Source,
    wire::{Incoming, Lost, Sending, Wire, arrives},
};

/// Where the page comes from.
pub(crate) const ORIGIN: &str = "https://page.example";

/// One request of a page, with all that the browser does for it.
pub(crate) async fn exchange(
    wire: &Wire,
    request: Request,
    source: &Source,
    sending: Sending,
) -> Result<Incoming, Lost> {
    let mut request = arrives(&request, source).with_header("origin", ORIGIN);
    let at_once = Sending::nothing(wire.clock().now());
    let mut sending = sending;
    for _ in 0..MOST_REDIRECTS {
        if needs_leave(&request) {
            let leave = wire.exchange(&preflight(&request), at_once).await?;
            let allowed = (200..300).contains(&leave.head.status);
            if !(allowed && is_for_page(&leave, request.header("origin"))) {
                return Err(hidden());
            }
        }
        let mut incoming = wire.exchange(&request, sending).await?;
        if !is_for_page(&incoming, request.header("origin")) {
            return Err(hidden());
        }
        let location = incoming.head.headers.get("location").map(str::to_owned);
        let status = incoming.head.status;
        let Some(location) = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308)) else {
            incoming.head.headers.retain(is_readable);
            return Ok(incoming);
        };
        follow(&mut request, status, &location);
        sending = at_once;
    }
    Err(hidden())
}

/// A redirect, as every browser follows it.
fn follow(request: &mut box_emulator::Request, status: u16, location: &str) {
    let read = matches!(request.method.as_str(), "GET" | "HEAD");
    let turns = match status {
        301 | 302 => request.method == "POST",
        303 => !read,
        _ => false,
    };
    if turns {
        request.method = "GET".to_owned();
        request.body = box_emulator::Body::Empty;
        request.headers.retain(|(name, _)| !name.starts_with("content-"));
    }
    let target = if location.starts_with('/') {
        format!("{}{location}", origin_of(&request.url))
    } else {
        location.to_owned()
    };
    if origin_of(&target) != origin_of(&request.url) {
        request.headers.retain(|(name, _)| name != "authorization");
        for (name, value) in &mut request.headers {
            if name == "origin" {
                "null".clone_into(value);
            }
        }
    }
    request.url = target;
}

fn origin_of(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// Whether a browser asks before it sends.
fn needs_leave(request: &box_emulator::Request) -> bool {
    let simple_method = matches!(request.method.as_str(), "GET" | "HEAD" | "POST");
    let simple = |(name, value): &(String, String)| match name.as_str() {
        "accept" | "accept-language" | "content-language" | "content-length" | "origin" => true,
        "range" => value.starts_with("bytes=") && !value.contains(','),
        "content-type" => {
            let media = value.split(';').next().unwrap_or_default();
            matches!(media, "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain")
        }
        _ => false,
    };
    !(simple_method && request.headers.iter().all(simple))
}

fn preflight(request: &box_emulator::Request) -> box_emulator::Request {
    let asks = box_emulator::Request::new("OPTIONS", request.url.clone());
    let asks = asks.with_header("access-control-request-method", request.method.clone());
    asks.with_header("origin", request.header("origin").unwrap_or_default())
}

fn is_for_page(incoming: &Incoming, origin: Option<&str>) -> bool {
    let reader = incoming.head.headers.get("access-control-allow-origin");
    reader == origin || reader == Some("*")
}

/// The fields that every page may read.
fn is_readable(name: &str) -> bool {
    const READABLE: [&str; 7] = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    READABLE.contains(&name)
}

/// All that a page is told.
fn hidden() -> Lost {
    Lost::new(Sent::Maybe, "Failed to fetch")
}

/// Redirects that a browser follows.
const MOST_REDIRECTS: u32 = 20;
