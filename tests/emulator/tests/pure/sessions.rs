use box_emulator::{Body, Content, Fault, FileDigest, Reply};
use serde_json::{Value, json};

use crate::support::{Desk, is, outcome, text};

const FILE: &[u8] = b"0123456789abcdefghijKLMNO";

fn desk() -> Desk {
    Desk::with(|settings| {
        settings.part_size = Some(10);
        settings.min_session_size = 20;
    })
}

fn open(desk: &mut Desk) -> Value {
    let body = json!({ "folder_id": "0", "file_name": "big", "file_size": FILE.len() });
    let request = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(body);
    let reply = desk.raw(&request);
    assert_eq!(reply.status, 201, "{}", reply.value());
    reply.value()
}

fn put(desk: &mut Desk, session: &Value, first: usize, last: usize, bytes: &[u8]) -> Reply {
    let request = box_emulator::Request::new("PUT", text(&session["session_endpoints"]["upload_part"]))
        .with_token(&desk.token)
        .with_header("content-range", format!("bytes {first}-{last}/{}", FILE.len()))
        .with_header("digest", format!("sha={}", FileDigest::of(bytes).base64()))
        .with_body(Body::Content(Content::from_bytes(bytes.to_vec())));
    desk.raw(&request)
}

fn put_all(desk: &mut Desk, session: &Value) -> Vec<Value> {
    let mut parts = Vec::new();
    for (number, bytes) in FILE.chunks(10).enumerate() {
        let reply = put(desk, session, number * 10, number * 10 + bytes.len() - 1, bytes);
        assert_eq!(reply.status, 200, "{}", reply.value());
        parts.push(reply.value()["part"].clone());
    }
    parts
}

fn commit(desk: &mut Desk, session: &Value, parts: &[Value], file: &[u8]) -> Reply {
    let request = box_emulator::Request::new("POST", text(&session["session_endpoints"]["commit"]))
        .with_token(&desk.token)
        .with_header("digest", format!("sha={}", FileDigest::of(file).base64()))
        .with_json(
            json!({ "parts": parts, "attributes": { "content_modified_at": "2020-01-02T03:04:05Z" } }),
        );
    desk.raw(&request)
}

#[test]
fn parts_become_a_file() {
    let mut desk = desk();
    let session = open(&mut desk);
    assert_eq!((&session["part_size"], &session["total_parts"]), (&json!(10), &json!(3)));
    let parts = put_all(&mut desk, &session);
    let status = format!("/2.0/files/upload_sessions/{}", text(&session["id"]));
    let request = desk.upload_host("GET", &status);
    assert_eq!(desk.raw(&request).value()["num_parts_processed"], 3);
    let request = desk.upload_host("GET", &format!("{status}/parts?offset=1&limit=1"));
    let page = desk.raw(&request).value();
    assert_eq!((&page["total_count"], &page["entries"]), (&json!(3), &json!([parts[1]])));

    let file = commit(&mut desk, &session, &parts, FILE);
    assert_eq!(file.status, 201, "{}", file.value());
    let entry = file.value()["entries"][0].clone();
    assert_eq!(entry["sha1"], FileDigest::of(FILE).hex());
    assert_eq!(entry["content_modified_at"], "2020-01-01T19:04:05-08:00");
    let redirect = desk.get(&format!("/2.0/files/{}/content", text(&entry["id"])));
    let request = box_emulator::Request::new("GET", redirect.header("location").unwrap());
    let request = request.with_header("range", "bytes=8-21");
    assert_eq!(desk.raw(&request).bytes().unwrap(), &FILE[8..=21]);
    assert_eq!(outcome(&commit(&mut desk, &session, &parts, FILE)), is(404, "not_found"));
}

#[test]
fn parts_that_are_refused() {
    let mut desk = desk();
    let session = open(&mut desk);
    assert_eq!(put(&mut desk, &session, 10, 19, &FILE[10..20]).status, 200);
    let cases: [(usize, usize, &[u8], _); 6] = [
        (10, 19, &FILE[10..20], is(416, "range_overlaps_existing_part")),
        (5, 14, &FILE[5..15], is(400, "bad_request")),
        (0, 4, &FILE[0..5], is(400, "bad_request")),
        (0, 9, &FILE[0..8], is(400, "bad_request")),
        (20, 25, &FILE[19..25], is(400, "bad_request")),
        (9, 0, &FILE[0..1], is(400, "bad_request")),
    ];
    for (first, last, bytes, expected) in cases {
        assert_eq!(outcome(&put(&mut desk, &session, first, last, bytes)), expected, "{first}-{last}");
    }
    let wrong = desk
        .upload_host("PUT", &format!("/2.0/files/upload_sessions/{}", text(&session["id"])))
        .with_header("content-range", "bytes 0-9/25")
        .with_header("digest", format!("sha={}", FileDigest::of(b"other").base64()))
        .with_body(Body::Content(Content::from_bytes(&FILE[..10])));
    assert_eq!(outcome(&desk.raw(&wrong)), is(400, "bad_digest"));
}

#[test]
fn commits_that_are_refused() {
    let mut desk = desk();
    let session = open(&mut desk);
    let parts = put_all(&mut desk, &session);
    let mut altered = parts.clone();
    altered[1]["part_id"] = json!("FFFFFFFF");
    for listed in [&parts[..2], &altered[..], &[]] {
        assert_eq!(outcome(&commit(&mut desk, &session, listed, FILE)), is(400, "parts_mismatch"));
    }
    assert_eq!(outcome(&commit(&mut desk, &session, &parts, b"other")), is(400, "bad_digest"));
    desk.emulator.fail(Fault::status("upload_sessions.commit", 202).times(2).retry_after("1"));
    for _ in 0..2 {
        let reply = commit(&mut desk, &session, &parts, FILE);
        assert_eq!((reply.status, reply.header("retry-after")), (202, Some("1")));
    }
    desk.file("BIG", "0", b"in the way");
    assert_eq!(outcome(&commit(&mut desk, &session, &parts, FILE)), is(409, "item_name_in_use"));
    assert_eq!(desk.emulator.counters().effects("upload_sessions.commit"), 0);
}

#[test]
fn sessions_begin_and_end() {
    let mut desk = desk();
    let create = |desk: &mut Desk, body: Value| {
        let request = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(body);
        outcome(&desk.raw(&request))
    };
    let small = json!({ "folder_id": "0", "file_name": "f", "file_size": 19 });
    assert_eq!(create(&mut desk, small), is(400, "file_size_too_small"));
    assert_eq!(
        create(&mut desk, json!({ "file_name": "f", "file_size": 99 })),
        is(400, "missing_destination")
    );
    let file = desk.file("f", "0", b"x");
    let taken = json!({ "folder_id": "0", "file_name": "F", "file_size": 99 });
    assert_eq!(create(&mut desk, taken), is(409, "item_name_in_use"));

    let session = open(&mut desk);
    let path = format!("/2.0/files/upload_sessions/{}", text(&session["id"]));
    let (abort, status) = (desk.upload_host("DELETE", &path), desk.upload_host("GET", &path));
    desk.emulator.advance(7 * 24 * 3_600_000);
    desk.emulator.settings_mut().access_token_ttl = 3600;
    let form = "grant_type=client_credentials&box_subject_type=user&box_subject_id=1000001";
    desk.token = text(&desk.form("/oauth2/token", form).value()["access_token"]);
    let late = desk.upload_host("GET", &path);
    assert_eq!(outcome(&desk.raw(&late)), is(410, "session_expired"));
    assert_eq!(desk.raw(&abort).status, 401);
    assert_eq!(desk.raw(&status).status, 401);

    let request = desk.upload_host("POST", &format!("/2.0/files/{file}/upload_sessions"));
    let session = desk.raw(&request.with_json(json!({ "file_size": FILE.len() }))).value();
    let parts = put_all(&mut desk, &session);
    let reply = commit(&mut desk, &session, &parts, FILE).value();
    assert_eq!((&reply["entries"][0]["id"], &reply["entries"][0]["size"]), (&json!(file), &json!(25)));

    let session = open(&mut desk);
    let path = format!("/2.0/files/upload_sessions/{}", text(&session["id"]));
    let abort = desk.upload_host("DELETE", &path);
    assert_eq!(desk.raw(&abort).status, 204);
    assert_eq!(desk.raw(&abort).status, 404);
}

#[test]
fn the_usual_sizes() {
    let mut desk = Desk::new();
    for (size, part_size) in [(20_000_000_u64, 8 << 20), (5 << 30, 8 << 20), (20_u64 << 30, 32_u64 << 20)] {
        let body = json!({ "folder_id": "0", "file_name": "f", "file_size": size });
        let request = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(body);
        assert_eq!(desk.raw(&request).value()["part_size"], part_size, "{size}");
    }
}
