use box_emulator::{Reply, Request};
use serde_json::json;

use crate::support::{Desk, attributes_part, file_part, text};

fn fetch(desk: &mut Desk, id: &str, range: Option<&str>) -> Reply {
    let redirect = desk.get(&format!("/2.0/files/{id}/content"));
    assert_eq!(redirect.status, 302);
    let mut request = Request::new("GET", redirect.header("location").unwrap());
    if let Some(range) = range {
        request = request.with_header("range", range);
    }
    desk.raw(&request)
}

#[test]
fn ranges() {
    let mut desk = Desk::new();
    let id = desk.file("f \"é\".txt", "0", b"0123456789");
    let cases = [
        (None, 200, "0123456789", None),
        (Some("bytes=2-4"), 206, "234", Some("bytes 2-4/10")),
        (Some("bytes=7-"), 206, "789", Some("bytes 7-9/10")),
        (Some("bytes=-3"), 206, "789", Some("bytes 7-9/10")),
        (Some("bytes=5-99"), 206, "56789", Some("bytes 5-9/10")),
        (Some("bytes=10-"), 416, "", Some("bytes */10")),
        (Some("bytes=4-2"), 200, "0123456789", None),
        (Some("lines=1-2"), 200, "0123456789", None),
        (Some("bytes=0-1,3-4"), 200, "0123456789", None),
    ];
    for (range, status, body, content_range) in cases {
        let reply = fetch(&mut desk, &id, range);
        assert_eq!((reply.status, reply.bytes().unwrap().as_ref()), (status, body.as_bytes()), "{range:?}");
        assert_eq!(reply.header("content-range"), content_range, "{range:?}");
    }
    let empty = desk.file("empty", "0", b"");
    assert_eq!(fetch(&mut desk, &empty, None).status, 200);
    assert_eq!(fetch(&mut desk, &empty, Some("bytes=0-")).status, 416);
    let disposition = fetch(&mut desk, &id, None).header("content-disposition").unwrap().to_owned();
    assert_eq!(disposition, "attachment;filename=\"f____.txt\";filename*=UTF-8''f%20%22%C3%A9%22%2Etxt");
}

#[test]
fn addresses_live_a_quarter_of_an_hour() {
    let mut desk = Desk::new();
    let id = desk.file("f", "0", b"x");
    let redirect = desk.get(&format!("/2.0/files/{id}/content"));
    let request = Request::new("GET", redirect.header("location").unwrap());
    desk.emulator.advance(14 * 60_000);
    assert_eq!(desk.raw(&request).status, 200);
    desk.emulator.advance(60_000);
    assert_eq!(desk.raw(&request).status, 404);
}

#[test]
fn earlier_versions_and_tokens_in_the_address() {
    let mut desk = Desk::new();
    let first = desk.upload("f", "0", b"one").value()["entries"][0].clone();
    let (id, version) = (text(&first["id"]), text(&first["file_version"]["id"]));
    let parts = vec![attributes_part(&json!({})), file_part(b"two")];
    let request = desk.upload_host("POST", &format!("/2.0/files/{id}/content"));
    desk.raw(&request.with_body(box_emulator::Body::Parts(parts)));
    assert_eq!(fetch(&mut desk, &id, None).bytes().unwrap(), "two");

    let url =
        format!("https://api.box.com/2.0/files/{id}/content?version={version}&access_token={}", desk.token);
    let redirect = desk.raw(&Request::new("GET", url));
    let request = Request::new("GET", redirect.header("location").unwrap());
    assert_eq!(desk.raw(&request).bytes().unwrap(), "one");
    assert_eq!(desk.get(&format!("/2.0/files/{id}/content?version=1")).status, 404);
}

#[test]
fn headers_that_leak_are_counted() {
    let mut desk = Desk::new();
    let id = desk.file("f", "0", b"x");
    fetch(&mut desk, &id, None);
    assert_eq!(desk.emulator.counters().leaks(), 0);
    let redirect = desk.get(&format!("/2.0/files/{id}/content"));
    let request = Request::new("GET", redirect.header("location").unwrap())
        .with_token("secret")
        .with_header("boxapi", "shared_link=x")
        .with_header("box-notifications", "off")
        .with_header("as-user", "1")
        .with_header("accept", "*/*");
    assert_eq!(desk.raw(&request).status, 200);
    let leaks: Vec<_> = desk.emulator.counters().leaks.keys().map(String::as_str).collect();
    assert_eq!(leaks, ["as-user", "authorization", "box-notifications", "boxapi"]);
}
