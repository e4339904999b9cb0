//! Examples for those who have no documents.

use serde_json::{Value, json};

use super::{examples::Example, names::find};

pub(crate) fn examples() -> Vec<Example> {
    let example = |(model, value): (&'static str, Value)| {
        let codec = find(model).unwrap_or_else(|| panic!("no model {model}"));
        Example { place: format!("built in: {model}"), codec, value }
    };
    values().into_iter().map(example).collect()
}

fn values() -> [(&'static str, Value); 8] {
    let user = json!({ "type": "user", "id": "7", "name": "Ada", "login": "ada@example.com" });
    let folder = json!({
        "type": "folder", "id": "12", "etag": "3", "name": "Reports", "size": 9_007_199_254_740_993_i64,
        "created_at": "2024-02-29T12:30:00-08:00", "item_status": "active", "tags": ["a", "b"],
        "created_by": user, "permissions": { "can_delete": true, "can_upload": false },
        "path_collection": { "total_count": 1, "entries": [{ "type": "folder", "id": "0", "name": "All" }] },
    });
    let file = json!({
        "type": "file", "id": "34", "name": "a.txt", "size": 5, "parent": folder, "is_package": false,
        "lock": { "type": "lock", "id": "1", "created_by": user, "expired_at": "2025-01-01T00:00:00Z" },
        "metadata": { "global": { "properties": { "$version": 2, "$canEdit": true, "colour": "red", "n": 1.5 } } },
    });
    let items = json!({
        "total_count": 3, "limit": 100, "next_marker": "m",
        "entries": [file, folder, { "type": "web_link", "id": "56", "url": "https://example.com" }],
    });
    let event = json!({
        "type": "event", "event_id": "e", "event_type": "ITEM_UPLOAD", "created_by": user, "source": file,
        "additional_details": { "size": 5, "list": [1, null, "x"] },
    });
    [
        ("User", user.clone()),
        ("Folder", folder),
        ("File", file.clone()),
        ("Item", file),
        ("Items", items),
        ("Event", event.clone()),
        ("Events", json!({ "chunk_size": 1, "next_stream_position": "4", "entries": [event] })),
        ("UserOrGroup", user),
    ]
}
