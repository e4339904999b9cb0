use serde_json::json;

use crate::support::{Desk, is, outcome, text};

#[test]
fn items_go_to_the_trash_and_back() {
    let mut desk = Desk::new();
    let folder = desk.folder("a", "0");
    let file = desk.file("f.txt", &folder, b"x");
    desk.delete(&format!("/2.0/folders/{folder}?recursive=true"));
    let listed = desk.get("/2.0/folders/trash/items").value();
    assert_eq!((&listed["total_count"], &listed["entries"][0]["id"]), (&json!(1), &json!(folder)));
    let trashed = desk.get(&format!("/2.0/folders/{folder}/trash")).value();
    assert_eq!(
        (&trashed["item_status"], &trashed["path_collection"]["entries"][0]["id"]),
        (&json!("trashed"), &json!("1"))
    );
    assert!(trashed["trashed_at"].is_string());

    desk.folder("A", "0");
    let taken = desk.post(&format!("/2.0/folders/{folder}"), json!({}));
    assert_eq!(outcome(&taken), is(409, "item_name_in_use"));
    let restored = desk.post(&format!("/2.0/folders/{folder}"), json!({ "name": "b" }));
    assert_eq!((restored.status, &restored.value()["item_status"]), (201, &json!("active")));
    assert_eq!(desk.get(&format!("/2.0/files/{file}")).value()["path_collection"]["entries"][1]["name"], "b");
    assert_eq!(outcome(&desk.post(&format!("/2.0/folders/{folder}"), json!({}))), is(404, "not_trashed"));
    assert_eq!(outcome(&desk.get(&format!("/2.0/files/{file}/trash"))), is(404, "not_trashed"));
}

#[test]
fn a_lost_parent_needs_another() {
    let mut desk = Desk::new();
    let folder = desk.folder("a", "0");
    let file = desk.file("f.txt", &folder, b"x");
    desk.delete(&format!("/2.0/files/{file}"));
    desk.delete(&format!("/2.0/folders/{folder}"));
    desk.delete(&format!("/2.0/folders/{folder}/trash"));
    assert_eq!(desk.get(&format!("/2.0/folders/{folder}/trash")).status, 404);
    let path = format!("/2.0/files/{file}");
    assert_eq!(desk.post(&path, json!({})).status, 404);
    assert_eq!(desk.post(&path, json!({ "parent": { "id": "0" } })).status, 201);
    assert_eq!(desk.names("0"), ["f.txt"]);
    desk.delete(&path);
    assert_eq!(desk.delete(&format!("{path}/trash")).status, 204);
    assert_eq!(outcome(&desk.get(&path)), is(404, "not_found"));
}

#[test]
fn search_finds_what_it_should() {
    let mut desk = Desk::new();
    let folder = desk.folder("Annual reports", "0");
    desk.file("report.PDF", &folder, b"x");
    let file = desk.file("other.txt", "0", b"x");
    desk.put(&format!("/2.0/files/{file}"), json!({ "description": "about the Report" }));
    let gone = desk.file("report-old.txt", "0", b"x");
    desk.delete(&format!("/2.0/files/{gone}"));
    let mut search = |query: &str| {
        let value = desk.get(&format!("/2.0/search?{query}&fields=name")).value();
        let entries = value["entries"].as_array().unwrap();
        entries.iter().map(|entry| text(&entry["name"])).collect::<Vec<_>>().join(", ")
    };
    for (query, expected) in [
        ("query=REPORT", "Annual reports, report.PDF, other.txt"),
        ("query=report&type=folder", "Annual reports"),
        ("query=report&file_extensions=pdf,doc", "report.PDF"),
        (&format!("query=report&ancestor_folder_ids={folder}"), "report.PDF"),
        ("query=report&trash_content=trashed_only", "report-old.txt"),
        ("query=report&limit=1&offset=1", "report.PDF"),
        ("query=unheard", ""),
    ] {
        assert_eq!(search(query), expected, "{query}");
    }
    assert_eq!(desk.get("/2.0/search").status, 400);
}
