//! Models read what Box sends, even where it strays from its own description.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use box_core::{
    action::{FromReply, Paged, RawReply},
    actions::{folders, users},
    error::{Error, ErrorKind},
    headers::Headers,
    models::{AccessToken, File, FileLock, Folder, Item, ItemStatus, Items, Reference, Users},
    page::PageFacts,
    reply::{Content, Location, Reply},
};
use serde_json::json;

fn reply(headers: Headers, body: &str) -> Reply {
    Reply { status: 200, headers, content: Content::Bytes(body.to_owned().into()) }
}

fn read<T: FromReply>(body: &serde_json::Value) -> Result<T, Error> {
    T::from_reply(reply(Headers::new(), &body.to_string()))
}

#[test]
fn odd_values_never_lose_a_model() {
    let folder: Folder = read(&json!({
        "type": "folder",
        "id": 12,
        "etag": null,
        "size": 1.5e3,
        "created_at": "yesterday",
        "modified_at": "2012-12-12T10:53:43-08:00",
        "item_status": "vanished",
        "has_collaborations": "true",
        "name": { "not": "a string" },
        "tags": ["a", 1, null],
        "parent": { "id": "0" },
        "brand_new": [1, 2],
    }))
    .unwrap();
    assert_eq!(folder.id, "12");
    assert_eq!((folder.etag, folder.size), (None, Some(1500)));
    assert_eq!((folder.created_at, folder.name), (None, None));
    assert!(folder.modified_at.is_some());
    assert_eq!(folder.item_status, Some(ItemStatus::Other("vanished".to_owned())));
    assert_eq!(folder.has_collaborations, Some(true));
    assert_eq!(folder.tags.as_deref(), Some(&["a".to_owned(), "1".to_owned()][..]));
    assert_eq!(folder.parent.unwrap().id, "0");
    assert_eq!(read::<Folder>(&json!({})).unwrap(), Folder::new(""));
    let error = read::<Folder>(&json!("text")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn a_raw_reply_is_what_came_and_can_be_read_later() {
    let body = r#"{ "type":"folder","id":7,   "brand_new": 18446744073709551615 }"#;
    let raw = RawReply::<Folder>::from_reply(reply(Headers::new(), body)).unwrap();
    assert_eq!(raw.text(), body);
    assert_eq!(raw.read().unwrap().id, "7");
    let raw = RawReply::<Folder>::from_reply(reply(Headers::new(), "<html>")).unwrap();
    assert_eq!(raw.read().unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn models_print_what_they_have_and_no_secret() {
    let token: AccessToken =
        read(&json!({ "access_token": "hush", "token_type": "bearer", "expires_in": 3600 })).unwrap();
    let printed = format!("{token:?}");
    assert_eq!(
        printed,
        r#"AccessToken { access_token: [redacted], expires_in: 3600, token_type: "bearer" }"#
    );
    let written = serde_json::to_value(&token).unwrap();
    assert_eq!(written, json!({ "access_token": "hush", "token_type": "bearer", "expires_in": 3600 }));
}

#[test]
fn unions_keep_what_they_do_not_know() {
    let items: Items = read(&json!({
        "entries": [{ "type": "file", "id": "1" }, { "type": "robot", "id": "2" }, 3],
        "limit": "100",
        "total_count": 3,
        "next_marker": "m",
    }))
    .unwrap();
    let facts = folders::ListItems::facts(&items);
    let expected = PageFacts {
        next_marker: Some("m".to_owned()),
        limit: Some(100),
        total: Some(3),
        entries: 3,
        ..PageFacts::default()
    };
    assert_eq!(facts, expected);
    let items = folders::ListItems::into_items(items);
    let Item::File(file) = &items[0] else {
        panic!("{items:?}");
    };
    assert_eq!(file.id, "1");
    assert_eq!(items[1], Item::Other(json!({ "type": "robot", "id": "2" })));
    assert_eq!(users::List::facts(&Users::new()), PageFacts::default());
}

#[test]
fn what_is_sent_and_read_has_its_type() {
    let lock: FileLock = serde_json::from_value(json!({ "type": "lock", "id": "1" })).unwrap();
    let sent = serde_json::to_value(&lock).unwrap();
    assert_eq!(sent, json!({ "type": "lock", "id": "1" }));
    assert_eq!(Reference::from("0"), Reference::new("0"));
    let file: File = read(&json!({ "lock": { "type": "lock", "id": "1" } })).unwrap();
    assert_eq!(file.lock, Some(lock));
}

#[test]
fn a_redirect_answers_where_it_leads() {
    let headers = Headers::from_iter([("location", "https://dl.example/secret")]);
    let location = Location::from_reply(reply(headers, "")).unwrap();
    assert_eq!(location.url(), "https://dl.example/secret");
    assert!(!format!("{location:?}").contains("dl.example"));
    let error = Location::from_reply(reply(Headers::new(), "")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn a_list_is_no_model() {
    let error = read::<AccessToken>(&json!(["token"])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status(), Some(200));
}

#[test]
fn odd_shapes_inside_never_lose_what_they_stand_in() {
    let odd = [json!("x"), json!(5), json!(1.5), json!(-1), json!(true), json!([1, {}]), json!(null)];
    for shape in odd {
        let users = read::<Users>(&json!({"entries": [
            {"id": "1", "enterprise": shape}, shape, {"id": "2", "name": "n"},
        ]}));
        let entries = users.unwrap().entries.unwrap();
        let ids: Vec<_> = entries.iter().map(|user| user.id.as_str()).collect();
        assert_eq!(ids, ["1", "2"], "{shape}");
        assert_eq!(entries[0].enterprise, None);
    }
    for shape in [json!("x"), json!({"a": 1}), json!(7)] {
        assert_eq!(read::<Users>(&json!({"entries": shape, "limit": 3})).unwrap().limit, Some(3));
        let folder =
            read::<Folder>(&json!({"id": "1", "parent": shape, "item_collection": {"entries": [shape]}}));
        assert_eq!(folder.unwrap().id, "1");
    }
}
