use box_emulator::{Body, Request};
use serde_json::json;

use crate::support::{Desk, attributes_part, file_part, is, outcome, text};

#[test]
fn a_file_arrives_and_gets_versions() {
    let mut desk = Desk::new();
    let reply = desk.upload("f.txt", "0", b"hello");
    assert_eq!((reply.status, &reply.value()["total_count"]), (201, &json!(1)));
    let file = reply.value()["entries"][0].clone();
    let id = text(&file["id"]);

    let path = format!("/2.0/files/{id}/content?fields=version_number,size,file_version");
    let version = desk.upload_host("POST", &path);
    let version =
        version.with_body(Body::Parts(vec![attributes_part(&json!({ "name": "g.txt" })), file_part(b"")]));
    let stale = version.clone().with_header("if-match", "7");
    assert_eq!(outcome(&desk.raw(&stale)), is(412, "precondition_failed"));
    let entry = desk.raw(&version).value()["entries"][0].clone();
    assert_eq!(
        (&entry["version_number"], &entry["size"], &entry["name"]),
        (&json!("2"), &json!(0), &json!("g.txt"))
    );
    assert_ne!(entry["file_version"]["id"], file["file_version"]["id"]);
    assert_eq!(entry["etag"], "1");
}

#[test]
fn dates_of_the_content_are_kept() {
    let mut desk = Desk::new();
    let mut attributes =
        json!({ "name": "f", "parent": { "id": "0" }, "content_modified_at": "2020-01-02T03:04:05Z" });
    let mut send = |attributes: &serde_json::Value| {
        let request = desk.upload_host("POST", "/2.0/files/content");
        desk.raw(&request.with_body(Body::Parts(vec![attributes_part(attributes), file_part(b"x")])))
    };
    assert_eq!(send(&attributes).value()["entries"][0]["content_modified_at"], "2020-01-01T19:04:05-08:00");
    attributes["name"] = json!("g");
    attributes["content_modified_at"] = json!("yesterday");
    assert_eq!(send(&attributes).status, 400);
}

#[test]
fn bodies_that_are_refused() {
    let attributes = || attributes_part(&json!({ "name": "f", "parent": { "id": "0" } }));
    let cases: [(Body, u16, &str); 7] = [
        (Body::Parts(vec![file_part(b"x"), attributes()]), 400, "metadata_after_file_contents"),
        (Body::Parts(vec![attributes()]), 400, "bad_request"),
        (Body::Parts(vec![file_part(b"x")]), 400, "bad_request"),
        (Body::Parts(vec![attributes_part(&json!([])), file_part(b"x")]), 400, "bad_request"),
        (Body::Parts(vec![attributes(), file_part(b"01234567890")]), 413, "request_entity_too_large"),
        (Body::Malformed("broken".into()), 400, "bad_request"),
        (Body::Empty, 411, "length_required"),
    ];
    let mut desk = Desk::with(|settings| settings.max_simple_upload = 10);
    for (body, status, code) in cases {
        let request = desk.upload_host("POST", "/2.0/files/content").with_body(body.clone());
        assert_eq!(outcome(&desk.raw(&request)), is(status, code), "{body:?}");
    }
    assert_eq!(desk.names("0"), Vec::<String>::new());
}

#[test]
fn the_digest_is_checked() {
    let mut desk = Desk::new();
    let request = desk.upload_request("f", "0", b"hello");
    let wrong = request.clone().with_header("content-md5", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434e");
    assert_eq!(outcome(&desk.raw(&wrong)), is(400, "bad_digest"));
    let right = request.with_header("content-md5", "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D");
    assert_eq!(desk.raw(&right).status, 201);
}

#[test]
fn preflights_tell_what_an_upload_would_meet() {
    let mut desk = Desk::new();
    let id = desk.file("f.txt", "0", b"x");
    let mut ask = |path: &str, body| {
        let request: Request = desk.api("OPTIONS", path).with_json(body);
        desk.raw(&request)
    };
    let free = ask("/2.0/files/content", json!({ "name": "g.txt", "parent": { "id": "0" }, "size": 5 }));
    assert!(text(&free.value()["upload_url"]).starts_with("https://upload.box.com/api/2.0/files/content"));
    let taken = ask("/2.0/files/content", json!({ "name": "F.txt", "parent": { "id": "0" } }));
    assert_eq!(outcome(&taken), is(409, "item_name_in_use"));
    assert_eq!(taken.value()["context_info"]["conflicts"]["id"], id.as_str());
    let large =
        ask("/2.0/files/content", json!({ "name": "h", "parent": { "id": "0" }, "size": 1_u64 << 40 }));
    assert_eq!(outcome(&large), is(403, "file_size_limit_exceeded"));
    let version = ask(&format!("/2.0/files/{id}/content"), json!({ "size": 3 }));
    assert!(text(&version.value()["upload_url"]).contains(&format!("/files/{id}/content")));
    assert_eq!(desk.emulator.counters().effects.get("files.preflight"), None);
}
