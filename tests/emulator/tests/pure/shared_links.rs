use box_emulator::{Body, Request};
use serde_json::{Value, json};

use crate::support::{Desk, is, outcome, text};

const BEN: &str = "1000102";

fn link(desk: &mut Desk, path: &str, wish: &Value) -> String {
    let reply = desk.put(path, json!({ "shared_link": wish }));
    assert_eq!(reply.status, 200, "{}", reply.value());
    text(&reply.value()["shared_link"]["url"])
}

fn by_link(desk: &Desk, path: &str, url: &str, password: &str) -> Request {
    let encoded = url.replace(':', "%3A").replace('/', "%2F");
    let value = format!("shared_link={encoded}&shared_link_password={password}");
    desk.api("GET", path).with_header("boxapi", value)
}

#[test]
fn links_open_items_to_others_for_reading() {
    let mut desk = Desk::new();
    let folder = desk.folder("a", "0");
    let inner = desk.folder("b", &folder);
    let file = desk.file("f.txt", &inner, b"hello");
    let other = desk.file("other", "0", b"x");
    let url = link(&mut desk, &format!("/2.0/folders/{folder}"), &json!({}));
    desk.become_subject("user", BEN);

    let paths = [
        format!("/2.0/folders/{folder}"),
        format!("/2.0/folders/{inner}/items"),
        format!("/2.0/files/{file}"),
        format!("/2.0/files/{file}/content"),
    ];
    for path in paths {
        assert_eq!(outcome(&desk.get(&path)), is(404, "not_found"), "{path}");
        let request = by_link(&desk, &path, &url, "");
        assert!(desk.raw(&request).status < 400, "{path}");
    }
    let request = by_link(&desk, &format!("/2.0/files/{other}"), &url, "");
    assert_eq!(outcome(&desk.raw(&request)), is(404, "not_found"));
    let mut write = by_link(&desk, &format!("/2.0/files/{file}"), &url, "").with_json(json!({ "name": "g" }));
    write.method = "PUT".to_owned();
    assert_eq!(outcome(&desk.raw(&write)), is(404, "not_found"));

    let mut copy = by_link(&desk, &format!("/2.0/files/{file}/copy"), &url, "");
    copy.method = "POST".to_owned();
    copy.body = Body::Small(json!({ "parent": { "id": "0" } }).to_string().into());
    let copied = desk.raw(&copy).value();
    assert_eq!((&copied["owned_by"]["id"], &copied["shared_link"]), (&json!(BEN), &Value::Null));
}

#[test]
fn items_are_found_by_their_links() {
    let mut desk = Desk::new();
    let (folder, file) = (desk.folder("a", "0"), desk.file("f.txt", "0", b"x"));
    let paths = [format!("/2.0/folders/{folder}"), format!("/2.0/files/{file}")];
    let urls = paths.map(|path| link(&mut desk, &path, &json!({ "access": "company" })));
    desk.become_subject("user", BEN);
    for (url, id) in urls.iter().zip([&folder, &file]) {
        let request = by_link(&desk, "/2.0/shared_items?fields=shared_link", url, "");
        let found = desk.raw(&request).value();
        assert_eq!((text(&found["id"]), text(&found["shared_link"]["url"])), (id.clone(), url.clone()));
        let known = request.with_header("if-none-match", "1");
        assert_eq!(desk.raw(&known).status, 304);
    }
    let counters = desk.emulator.counters();
    assert_eq!(counters.requests("shared_links.find_folder"), 2);
    assert_eq!(counters.requests("shared_links.find_file"), 2);
    let request = by_link(&desk, "/2.0/shared_items", "https://app.box.com/s/unheard", "");
    assert_eq!(outcome(&desk.raw(&request)), is(404, "not_found"));
    assert_eq!(desk.get("/2.0/shared_items").status, 400);
}

#[test]
fn links_have_terms() {
    let mut desk = Desk::new();
    let file = desk.file("f.txt", "0", b"x");
    let path = format!("/2.0/files/{file}");
    let owner = desk.token.clone();
    let url = link(&mut desk, &path, &json!({ "access": "open", "password": "pass word" }));
    desk.become_subject("user", BEN);
    let ben = desk.token.clone();
    let see = |desk: &mut Desk, more: &str, password: &str| {
        let request = by_link(desk, &format!("{path}{more}"), &url, password);
        outcome(&desk.raw(&request))
    };
    assert_eq!(see(&mut desk, "", "wrong"), is(403, "incorrect_shared_item_password"));
    assert_eq!(see(&mut desk, "", ""), is(403, "incorrect_shared_item_password"));
    assert_eq!(see(&mut desk, "", "pass%20word"), is(200, ""));

    let changes = [
        (json!({ "password": null, "permissions": { "can_download": false } }), (200, 403)),
        (json!({ "access": "collaborators" }), (404, 404)),
        (json!({ "access": "open", "unshared_at": "2023-11-14T00:00:00Z" }), (404, 404)),
        (
            json!({ "unshared_at": "2033-11-14T00:00:00Z", "permissions": { "can_download": true } }),
            (200, 302),
        ),
        (Value::Null, (404, 404)),
    ];
    for (change, expected) in changes {
        desk.token.clone_from(&owner);
        link(&mut desk, &path, &change);
        desk.token.clone_from(&ben);
        let seen = (see(&mut desk, "", "").0, see(&mut desk, "/content", "").0);
        assert_eq!(seen, expected, "{change}");
    }
}

#[test]
fn a_link_is_a_change_once() {
    let mut desk = Desk::new();
    let folder = desk.folder("a", "0");
    let path = format!("/2.0/folders/{folder}");
    let urls = [(); 2].map(|()| link(&mut desk, &path, &json!({ "access": "open" })));
    assert_eq!(urls[0], urls[1]);
    assert_eq!(desk.emulator.counters().effects("folders.update"), 1);
    for wrong in [
        json!({ "access": "unheard" }),
        json!({ "password": "short" }),
        json!({ "access": "company", "password": "long enough" }),
        json!({ "unshared_at": "tomorrow" }),
    ] {
        let reply = desk.put(&path, json!({ "shared_link": wrong }));
        assert_eq!(outcome(&reply), is(400, "bad_request"), "{wrong}");
    }
}
