use serde_json::json;

use crate::support::{Desk, is, outcome, text};

#[test]
fn names_follow_the_rules() {
    let long = "x".repeat(256);
    let cases = [
        ("", "item_name_invalid"),
        (".", "item_name_invalid"),
        ("..", "item_name_invalid"),
        ("a/b", "item_name_invalid"),
        ("a\\b", "item_name_invalid"),
        (" a", "item_name_invalid"),
        ("a ", "item_name_invalid"),
        ("a\u{7}b", "item_name_invalid"),
        (long.as_str(), "item_name_too_long"),
    ];
    let mut desk = Desk::new();
    let id = desk.file("file", "0", b"x");
    for (name, code) in cases {
        let folder = desk.post("/2.0/folders", json!({ "name": name, "parent": { "id": "0" } }));
        assert_eq!(outcome(&folder), is(400, code), "{name:?}");
        assert_eq!(outcome(&desk.upload(name, "0", b"x")), is(400, code), "{name:?}");
        let renamed = desk.put(&format!("/2.0/files/{id}"), json!({ "name": name }));
        assert_eq!(outcome(&renamed), is(400, code), "{name:?}");
    }
    desk.folder(&"é".repeat(255), "0");
    desk.folder("...", "0");
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let mut desk = Desk::new();
    let folder = desk.folder("Reports", "0");
    let taken = desk.post("/2.0/folders", json!({ "name": "rEPORTS", "parent": { "id": "0" } }));
    assert_eq!(outcome(&taken), is(409, "item_name_in_use"));
    assert_eq!(taken.value()["context_info"]["conflicts"][0]["id"], folder.as_str());

    let file = desk.file("a.txt", "0", b"x");
    let taken = desk.upload("A.TXT", "0", b"y");
    assert_eq!(outcome(&taken), is(409, "item_name_in_use"));
    assert_eq!(taken.value()["context_info"]["conflicts"]["id"], file.as_str());

    desk.put(&format!("/2.0/files/{file}"), json!({ "name": "A.txt" }));
    assert_eq!(desk.names("0"), ["Reports", "A.txt"]);
}

#[test]
fn updates_need_the_known_state() {
    let mut desk = Desk::new();
    let id = desk.folder("a", "0");
    let path = format!("/2.0/folders/{id}");
    let renamed = desk.put(&path, json!({ "name": "b", "description": "d", "tags": ["t"] }));
    assert_eq!((renamed.status, &renamed.value()["etag"]), (200, &json!("1")));
    let stale = desk.api("PUT", &path).with_header("if-match", "0").with_json(json!({ "name": "c" }));
    assert_eq!(outcome(&desk.raw(&stale)), is(412, "precondition_failed"));
    let stale = desk.api("DELETE", &path).with_header("if-match", "0");
    assert_eq!(outcome(&desk.raw(&stale)), is(412, "precondition_failed"));
    let same = desk.api("GET", &path).with_header("if-none-match", "1");
    let reply = desk.raw(&same);
    assert_eq!((reply.status, reply.bytes().unwrap().len()), (304, 0));
}

#[test]
fn moves_copies_and_cycles() {
    let mut desk = Desk::new();
    let a = desk.folder("a", "0");
    let b = desk.folder("b", &a);
    let file = desk.file("f.txt", &b, b"hello");
    let cycle = desk.put(&format!("/2.0/folders/{a}"), json!({ "parent": { "id": b } }));
    assert_eq!(outcome(&cycle), is(400, "cyclical_folder_structure"));

    let copy = desk.post(&format!("/2.0/folders/{a}/copy"), json!({ "name": "c", "parent": { "id": "0" } }));
    assert_eq!(copy.status, 201);
    let copied_b = text(
        &desk.get(&format!("/2.0/folders/{}/items", text(&copy.value()["id"]))).value()["entries"][0]["id"],
    );
    assert_eq!(desk.names(&copied_b), ["f.txt"]);

    let moved = desk.put(&format!("/2.0/files/{file}"), json!({ "parent": { "id": "0" }, "name": "g.txt" }));
    let path = &moved.value()["path_collection"];
    assert_eq!((path["total_count"].as_u64(), &path["entries"][0]["id"]), (Some(1), &json!("0")));
    assert_eq!(desk.names(&b), Vec::<String>::new());

    let copied = desk.post(&format!("/2.0/files/{file}/copy"), json!({ "parent": { "id": b } }));
    assert_eq!((copied.status, &copied.value()["etag"]), (201, &json!("0")));
    let taken = desk.post(&format!("/2.0/files/{file}/copy"), json!({ "parent": { "id": b } }));
    assert_eq!(outcome(&taken), is(409, "item_name_in_use"));
}

#[test]
fn folders_with_items_are_deleted_on_request_only() {
    let mut desk = Desk::new();
    let id = desk.folder("a", "0");
    let inner = desk.folder("b", &id);
    assert_eq!(outcome(&desk.delete(&format!("/2.0/folders/{id}"))), is(400, "folder_not_empty"));
    assert_eq!(desk.delete(&format!("/2.0/folders/{id}?recursive=true")).status, 204);
    for gone in [&id, &inner] {
        assert_eq!(outcome(&desk.get(&format!("/2.0/folders/{gone}"))), is(404, "trashed"));
    }
    assert_eq!(outcome(&desk.get("/2.0/folders/1234")), is(404, "not_found"));
    assert_eq!(desk.delete("/2.0/folders/0").status, 403);
}

#[test]
fn fields_replace_the_standard_members() {
    let mut desk = Desk::new();
    let id = desk.file("f.txt", "0", b"hello");
    let keys = |desk: &mut Desk, path: &str| {
        let value = desk.get(path).value();
        value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    let path = format!("/2.0/files/{id}?fields=size,extension,unheard");
    assert_eq!(keys(&mut desk, &path), "etag extension file_version id name sequence_id sha1 size type");
    desk.emulator.settings_mut().fields_style = box_emulator::FieldsStyle::Base;
    assert_eq!(keys(&mut desk, &path), "etag extension id size type");
    let full = desk.get(&format!("/2.0/files/{id}")).value();
    assert_eq!(full["sha1"], "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
    assert_eq!(full["parent"]["name"], "All Files");
    assert_eq!(full["created_at"].as_str().unwrap().len(), "2023-11-14T14:13:20-08:00".len());
}

#[test]
fn nobody_sees_the_items_of_others() {
    let mut desk = Desk::new();
    let id = desk.file("f.txt", "0", b"hello");
    let form = "grant_type=client_credentials&box_subject_type=user&box_subject_id=1000102";
    desk.token = text(&desk.form("/oauth2/token", form).value()["access_token"]);
    assert_eq!(outcome(&desk.get(&format!("/2.0/files/{id}"))), is(404, "not_found"));
    assert_eq!(desk.names("0"), Vec::<String>::new());
}

#[test]
fn what_has_no_route_says_so() {
    let mut desk = Desk::new();
    for (method, path, expected) in [
        ("GET", "/2.0/collaborations/1", is(501, "not_in_emulator")),
        ("PUT", "/2.0/users/1", is(501, "not_in_emulator")),
        ("POST", "/2.0/files/content", is(501, "not_in_emulator")),
        ("HEAD", "/2.0/users/me", is(405, "method_not_allowed")),
        ("BREW", "/2.0/users/me", is(405, "method_not_allowed")),
    ] {
        let request = desk.api(method, path);
        assert_eq!(outcome(&desk.raw(&request)), expected, "{method} {path}");
    }
    for body in ["", "[]", "{", "\u{0}"] {
        let request = desk.api("POST", "/2.0/folders").with_form(body);
        assert_eq!(outcome(&desk.raw(&request)), is(400, "bad_request"), "{body:?}");
    }
}
