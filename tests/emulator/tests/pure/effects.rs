//! Effects are what changed, and never what was answered.

use box_emulator::{Body, Fault, FileDigest, Reply, Request};
use serde_json::{Value, json};

use crate::support::{Desk, attributes_part, file_part, text};

/// Sends a request twice and says how many effects each had.
fn twice(desk: &mut Desk, operation: &str, request: &Request) -> (u64, u64) {
    let mut send = || {
        let before = desk.emulator.counters().effects(operation);
        desk.raw(request);
        desk.emulator.counters().effects(operation) - before
    };
    (send(), send())
}

#[test]
fn each_write_counts_once() {
    let mut desk = Desk::new();
    let (folder, file) = (desk.folder("a", "0"), desk.file("f", "0", b"x"));
    desk.file("inner", &folder, b"x");
    let (folders, files) = (format!("/2.0/folders/{folder}"), format!("/2.0/files/{file}"));
    let to_root = |name: &str| json!({ "name": name, "parent": { "id": "0" } });
    let no = json!({});
    let writes = [
        ("folders.create", "POST", "/2.0/folders".to_owned(), to_root("b"), (1, 0)),
        ("folders.create", "POST", "/2.0/folders".to_owned(), to_root("a/b"), (0, 0)),
        ("folders.copy", "POST", format!("{folders}/copy"), to_root("c"), (1, 0)),
        ("files.copy", "POST", format!("{files}/copy"), to_root("g"), (1, 0)),
        ("folders.update", "PUT", folders.clone(), json!({ "name": "d" }), (1, 0)),
        ("folders.update", "PUT", folders.clone(), no.clone(), (0, 0)),
        ("files.update", "PUT", files.clone(), json!({ "parent": { "id": folder }, "tags": ["t"] }), (1, 0)),
        ("files.update", "PUT", files.clone(), json!({ "description": "", "tags": ["t"] }), (0, 0)),
        ("files.delete", "DELETE", files.clone(), no.clone(), (1, 0)),
        ("trash.restore_file", "POST", files.clone(), no.clone(), (1, 0)),
        ("folders.delete", "DELETE", folders.clone(), no.clone(), (0, 0)),
        ("folders.delete", "DELETE", format!("{folders}?recursive=true"), no.clone(), (1, 0)),
        ("trash.restore_folder", "POST", folders.clone(), no.clone(), (1, 0)),
        ("folders.delete", "DELETE", format!("{folders}?recursive=true"), no.clone(), (1, 0)),
        ("trash.purge_folder", "DELETE", format!("{folders}/trash"), no.clone(), (1, 0)),
        ("files.get", "GET", files, no, (0, 0)),
    ];
    for (operation, method, path, body, expected) in writes {
        let request = desk.api(method, &path).with_json(body);
        assert_eq!(twice(&mut desk, operation, &request), expected, "{method} {path}");
    }
}

#[test]
fn uploads_count_what_is_stored() {
    let mut desk = Desk::with(|settings| settings.min_session_size = 1);
    let upload = desk.upload_request("f", "0", b"hello");
    assert_eq!(twice(&mut desk, "files.upload", &upload), (1, 0));
    let ask =
        desk.api("OPTIONS", "/2.0/files/content").with_json(json!({ "name": "g", "parent": { "id": "0" } }));
    assert_eq!(twice(&mut desk, "files.preflight", &ask), (0, 0));
    let id = desk.file("v", "0", b"1");
    let version = desk
        .upload_host("POST", &format!("/2.0/files/{id}/content"))
        .with_header("if-match", "0")
        .with_body(Body::Parts(vec![attributes_part(&json!({})), file_part(b"1")]));
    assert_eq!(twice(&mut desk, "files.upload_version", &version), (1, 0));

    let open = json!({ "folder_id": "0", "file_name": "s", "file_size": 5 });
    let open = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(open);
    assert_eq!(twice(&mut desk, "upload_sessions.create", &open), (1, 1));
    let [first, second] = [desk.raw(&open), desk.raw(&open)].map(|reply| text(&reply.value()["id"]));
    let path = |id: &str| format!("/2.0/files/upload_sessions/{id}");
    let digest = format!("sha={}", FileDigest::of(b"hello").base64());
    let part = desk
        .upload_host("PUT", &path(&first))
        .with_header("content-range", "bytes 0-4/5")
        .with_header("digest", &digest)
        .with_body(Body::Small(b"hello".as_slice().into()));
    assert_eq!(twice(&mut desk, "upload_sessions.upload_part", &part), (1, 0));
    let list = desk.upload_host("GET", &format!("{}/parts", path(&first)));
    let parts = desk.raw(&list).value()["entries"].clone();
    let commit = desk
        .upload_host("POST", &format!("{}/commit", path(&first)))
        .with_header("digest", &digest)
        .with_json(json!({ "parts": parts }));
    assert_eq!(twice(&mut desk, "upload_sessions.commit", &commit), (1, 0));
    let abort = desk.upload_host("DELETE", &path(&second));
    assert_eq!(twice(&mut desk, "upload_sessions.abort", &abort), (1, 0));
}

#[test]
fn tokens_count_when_they_are_granted_or_ended() {
    let mut desk = Desk::new();
    let mut effects = |operation: &str, form: &str| {
        let reply: Reply =
            desk.form(if operation == "oauth.revoke" { "/oauth2/revoke" } else { "/oauth2/token" }, form);
        (reply.value(), desk.emulator.counters().effects(operation))
    };
    let subject = "grant_type=client_credentials&box_subject_type=enterprise&box_subject_id";
    assert_eq!(effects("oauth.token", &format!("{subject}=1")).1, 0);
    let (granted, count) = effects("oauth.token", &format!("{subject}=900100"));
    assert_eq!(count, 1);
    let revoke = format!("token={}", text(&granted["access_token"]));
    assert_eq!([effects("oauth.revoke", &revoke).1, effects("oauth.revoke", &revoke).1], [1, 1]);
}

#[test]
fn what_the_client_hears_does_not_count() {
    let body = json!({ "name": "a", "parent": { "id": "0" } });
    for status in [500, 502, 503, 504, 429, 401] {
        for (after, expected) in [(false, 0), (true, 1)] {
            let mut desk = Desk::new();
            let fault = Fault::status("folders.create", status);
            desk.emulator.fail(if after { fault.after_effect() } else { fault });
            assert_eq!(desk.post("/2.0/folders", body.clone()).status, status);
            assert_eq!(desk.emulator.counters().effects("folders.create"), expected, "{status}");
        }
    }
    let mut desk = Desk::new();
    desk.emulator.fail(Fault::status("folders.create", 201));
    assert_eq!(desk.post("/2.0/folders", body).status, 201);
    let counters = desk.control("GET", "/counters", Value::Null).value();
    assert_eq!(counters["effects"], json!({}));
}
