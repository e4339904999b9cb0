use std::collections::BTreeSet;

use box_emulator::{PageEnd, Seed};
use serde_json::{Value, json};

use crate::support::{Desk, is, outcome, text};

fn seeded(files: u64) -> Desk {
    let mut desk = Desk::new();
    let mut seed = Seed::default();
    seed.files = files;
    assert!(desk.emulator.seed(desk.now, &seed).is_some());
    desk
}

/// Ids of all pages and the last `next_marker`.
fn walk(desk: &mut Desk, path: &str) -> (Vec<String>, Option<Value>) {
    let mut ids = Vec::new();
    let mut marker = String::new();
    for _ in 0..100 {
        let page = desk.get(&format!("{path}{marker}")).value();
        assert!(page.get("total_count").is_none());
        ids.extend(page["entries"].as_array().unwrap().iter().map(|entry| text(&entry["id"])));
        match page.get("next_marker") {
            Some(Value::String(next)) if !next.is_empty() => marker = format!("&marker={next}"),
            end => return (ids, end.cloned()),
        }
    }
    panic!("the listing does not end");
}

#[test]
fn offsets_walk_a_folder() {
    let mut desk = seeded(2500);
    let mut ids = BTreeSet::new();
    for offset in [0, 1000, 2000, 3000] {
        let page = desk.get(&format!("/2.0/folders/0/items?limit=5000&offset={offset}")).value();
        assert_eq!((page["limit"].as_u64(), page["total_count"].as_u64()), (Some(1000), Some(2500)));
        assert!(page.get("next_marker").is_none());
        ids.extend(page["entries"].as_array().unwrap().iter().map(|entry| text(&entry["id"])));
    }
    assert_eq!(ids.len(), 2500);
}

#[test]
fn markers_end_in_three_ways() {
    let mut desk = seeded(25);
    let path = "/2.0/folders/0/items?usemarker=true&limit=10";
    for end in [Some(Value::Null), None, Some(json!(""))] {
        let (ids, last) = walk(&mut desk, path);
        assert_eq!((ids.len(), last), (25, end));
    }
    for (style, end) in
        [(PageEnd::Null, Some(Value::Null)), (PageEnd::Absent, None), (PageEnd::Empty, Some(json!("")))]
    {
        desk.emulator.settings_mut().page_end = style;
        assert_eq!(walk(&mut desk, path).1, end);
    }
}

#[test]
fn markers_survive_deletions_and_empty_pages() {
    let mut desk = seeded(30);
    let path = "/2.0/folders/0/items?usemarker=true&limit=10";
    let first = desk.get(path).value();
    for entry in first["entries"].as_array().unwrap() {
        desk.delete(&format!("/2.0/files/{}", text(&entry["id"])));
    }
    let second = desk.get(&format!("{path}&marker={}", text(&first["next_marker"]))).value();
    let third = desk.get(&format!("{path}&marker={}", text(&second["next_marker"]))).value();
    assert_eq!(third["entries"].as_array().unwrap().len(), 10);

    desk.emulator.settings_mut().empty_page_every = 2;
    let (all, _) = walk(&mut desk, path);
    assert_eq!(all.len(), 20);
}

#[test]
fn markers_belong_to_their_query() {
    let mut desk = seeded(25);
    let page = desk.get("/2.0/folders/0/items?usemarker=true&limit=10").value();
    let marker = text(&page["next_marker"]);
    for path in [
        format!("/2.0/folders/0/items?usemarker=true&fields=name&marker={marker}"),
        format!("/2.0/folders/trash/items?usemarker=true&marker={marker}"),
        "/2.0/folders/0/items?usemarker=true&marker=unheard".to_owned(),
    ] {
        assert_eq!(desk.get(&path).status, 400, "{path}");
    }
}

#[test]
fn limits_and_offsets_are_checked() {
    let mut desk = Desk::new();
    for (path, code) in [
        ("/2.0/folders/0/items?offset=300001", "invalid_offset"),
        ("/2.0/folders/trash/items?offset=10001", "invalid_offset"),
        ("/2.0/users?offset=10001", "invalid_offset"),
        ("/2.0/users?offset=-1", "invalid_offset"),
        ("/2.0/folders/0/items?limit=x", "invalid_limit"),
        ("/2.0/search?query=x&limit=201", "invalid_limit"),
    ] {
        assert_eq!(outcome(&desk.get(path)), is(400, code), "{path}");
    }
    assert_eq!(desk.get("/2.0/folders/0/items?offset=300000").status, 200);
}

#[test]
fn items_come_in_the_order_asked_for() {
    let mut desk = Desk::new();
    desk.file("b.txt", "0", b"12345");
    desk.file("A.txt", "0", b"123456789");
    desk.file("c.txt", "0", b"1");
    desk.folder("z", "0");
    let mut names = |query: &str| {
        let page = desk.get(&format!("/2.0/folders/0/items?{query}")).value();
        let entries = page["entries"].as_array().unwrap();
        entries.iter().map(|entry| text(&entry["name"])).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(""), "z A.txt b.txt c.txt");
    assert_eq!(names("sort=name&direction=DESC"), "z c.txt b.txt A.txt");
    assert_eq!(names("sort=size"), "z c.txt b.txt A.txt");
    assert_eq!(names("sort=id"), "z b.txt A.txt c.txt");
    assert_eq!(names("limit=1&offset=2"), "b.txt");
}

#[test]
fn users_are_listed_both_ways() {
    let mut desk = Desk::new();
    let all = desk.get("/2.0/users").value();
    assert_eq!(all["total_count"], 3);
    assert_eq!(walk(&mut desk, "/2.0/users?usemarker=true&limit=1").0.len(), 3);
    let found = desk.get("/2.0/users?filter_term=ben").value();
    assert_eq!(found["entries"][0]["login"], "ben@emulator.invalid");
    assert_eq!(desk.get("/2.0/users/1000203").value()["name"], "Cleo Copywriter");
    assert_eq!(desk.get("/2.0/users/5").status, 404);
}
