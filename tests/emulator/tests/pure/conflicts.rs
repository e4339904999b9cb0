//! Names that are taken, and what tells one's own item from another's.

use serde_json::json;

use crate::support::{Desk, is, outcome, text};

#[test]
fn every_write_meets_a_taken_name() {
    let mut desk = Desk::new();
    let place = desk.folder("place", "0");
    let (folder, file) = (desk.folder("Taken", &place), desk.file("Taken.txt", &place, b"x"));
    let (other_folder, other_file) = (desk.folder("taken", "0"), desk.file("taken.txt", "0", b"y"));
    let there = |name: &str| json!({ "name": name, "parent": { "id": place } });
    let cases = [
        ("POST", "/2.0/folders".to_owned(), there("taken"), &folder),
        ("POST", format!("/2.0/folders/{other_folder}/copy"), there("taken"), &folder),
        ("PUT", format!("/2.0/folders/{other_folder}"), there("taken"), &folder),
        ("POST", format!("/2.0/files/{other_file}/copy"), there("TAKEN.txt"), &file),
        ("PUT", format!("/2.0/files/{other_file}"), there("TAKEN.txt"), &file),
    ];
    for (method, path, body, taken_by) in cases {
        let request = desk.api(method, &path).with_json(body);
        let reply = desk.raw(&request);
        assert_eq!(outcome(&reply), is(409, "item_name_in_use"), "{method} {path}");
        let conflicts = reply.value()["context_info"]["conflicts"].clone();
        let one = if path.contains("folders") { &conflicts[0] } else { &conflicts };
        assert_eq!(text(&one["id"]), *taken_by, "{method} {path}");
    }
    assert_eq!(desk.names("0"), ["place", "taken", "taken.txt"]);
}

#[test]
fn the_trash_keeps_no_names() {
    let mut desk = Desk::new();
    let file = desk.file("f.txt", "0", b"old");
    let path = format!("/2.0/files/{file}");
    desk.delete(&path);
    let successor = desk.file("f.txt", "0", b"new");
    let taken = desk.post(&path, json!({}));
    assert_eq!(outcome(&taken), is(409, "item_name_in_use"));
    assert_eq!(text(&taken.value()["context_info"]["conflicts"]["id"]), successor);
    assert_eq!(outcome(&desk.get(&path)), is(404, "trashed"));
    assert_eq!(desk.post(&path, json!({ "name": "g.txt" })).status, 201);
    assert_eq!(outcome(&desk.post(&path, json!({}))), is(404, "not_trashed"));
}

#[test]
fn items_say_whose_they_are_and_since_when() {
    let mut desk = Desk::new();
    desk.become_subject("user", "1000102");
    desk.now += 999;
    let (folder, file) = (desk.folder("a", "0"), desk.file("f.txt", "0", b"hello"));
    let copy = desk.post(&format!("/2.0/files/{file}/copy"), json!({ "parent": { "id": folder } })).value();
    let copy = text(&copy["id"]);
    for (path, sha1, size) in [
        (format!("/2.0/folders/{folder}"), None, 5),
        (format!("/2.0/files/{file}"), Some("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"), 5),
        (format!("/2.0/files/{copy}"), Some("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"), 5),
    ] {
        let fields = "created_by,created_at,modified_by,modified_at,owned_by,sha1,size";
        for item in [desk.get(&path), desk.get(&format!("{path}?fields={fields}"))].map(|reply| reply.value())
        {
            for person in ["created_by", "modified_by", "owned_by"] {
                assert_eq!(item[person]["id"], "1000102", "{path} {person}");
            }
            // Whole seconds, as Box has them.
            for date in ["created_at", "modified_at"] {
                assert_eq!(item[date], "2023-11-14T14:13:21-08:00", "{path} {date}");
            }
            assert_eq!((item["sha1"].as_str(), &item["size"]), (sha1, &json!(size)), "{path}");
        }
    }
}
