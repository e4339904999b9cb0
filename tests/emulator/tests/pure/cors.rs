use box_emulator::{Fault, Request};

use crate::support::{Desk, is, outcome};

const PAGE: &str = "http://127.0.0.1:5173";

fn desk() -> Desk {
    Desk::with(|settings| settings.allow_origins = vec!["http://127.0.0.1:*".into()])
}

fn preflight(desk: &mut Desk, origin: &str, url: &str) -> (u16, bool) {
    let request = Request::new("OPTIONS", url)
        .with_header("origin", origin)
        .with_header("access-control-request-method", "POST")
        .with_header("access-control-request-headers", "authorization");
    let reply = desk.raw(&request);
    (reply.status, reply.header("access-control-allow-origin").is_some())
}

#[test]
fn preflights_by_host() {
    let cases = [
        (PAGE, "https://api.box.com/2.0/files/content", (200, true)),
        (PAGE, "https://upload.box.com/api/2.0/files/content", (200, true)),
        (PAGE, "https://api.box.com/oauth2/token", (200, true)),
        (PAGE, "https://api.box.com/oauth2/revoke", (403, false)),
        (PAGE, "https://dl.boxcloud.com/d/1/x/download", (403, false)),
        ("http://127.0.0.1.example.com", "https://api.box.com/2.0/users/me", (403, false)),
        ("http://127.0.0.1", "https://api.box.com/2.0/users/me", (403, false)),
        ("null", "https://api.box.com/2.0/users/me", (403, false)),
    ];
    let mut desk = desk();
    for (origin, url, expected) in cases {
        assert_eq!(preflight(&mut desk, origin, url), expected, "{origin} {url}");
    }
}

#[test]
fn the_control_endpoint_is_open_to_every_page() {
    let mut desk = Desk::new();
    for origin in [PAGE, "http://example.com", "null"] {
        for method in ["GET", "POST"] {
            let request = Request::new("OPTIONS", "https://control.emulator.invalid/fail")
                .with_header("origin", origin)
                .with_header("access-control-request-method", method)
                .with_header("access-control-request-headers", "content-type");
            let reply = desk.raw(&request);
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, Some(origin)));
            let methods = reply.header("access-control-allow-methods").unwrap();
            assert!(methods.split(", ").any(|allowed| allowed == method), "{method}: {methods}");
            assert_eq!(reply.header("access-control-allow-headers"), Some("content-type"));
        }
        for (path, status) in [("/counters", 200), ("/unheard", 404)] {
            let url = format!("https://control.emulator.invalid{path}");
            let reply = desk.raw(&Request::new("GET", url).with_header("origin", origin));
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (status, Some(origin)));
        }
    }
}

#[test]
fn calls_of_pages() {
    let mut desk = desk();
    let call = desk.api("GET", "/2.0/users/me").with_header("origin", PAGE);
    let reply = desk.raw(&call);
    assert_eq!(reply.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(reply.header("access-control-expose-headers"), None);
    desk.emulator.settings_mut().expose_headers = true;
    assert!(desk.raw(&call).header("access-control-expose-headers").is_some());

    let missing = desk.api("GET", "/2.0/files/1").with_header("origin", PAGE);
    assert!(desk.raw(&missing).header("access-control-allow-origin").is_some());

    let foreign = desk.api("DELETE", "/2.0/files/1").with_header("origin", "http://example.com");
    let reply = desk.raw(&foreign);
    assert_eq!(outcome(&reply), is(403, "cors_origin_not_whitelisted"));
    assert_eq!(reply.header("access-control-allow-origin"), None);

    let expired = Request::new("GET", "https://api.box.com/2.0/users/me").with_header("origin", PAGE);
    let reply = desk.raw(&expired);
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (401, None));
    desk.emulator.fail(Fault::status("users.me", 401));
    let reply = desk.raw(&call);
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (401, None));
}

#[test]
fn downloads_allow_simple_requests_of_anyone() {
    let mut desk = desk();
    let id = desk.file("f", "0", b"x");
    let redirect = desk.get(&format!("/2.0/files/{id}/content"));
    let request = Request::new("GET", redirect.header("location").unwrap()).with_header("origin", "null");
    let reply = desk.raw(&request);
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, Some("null")));
}
