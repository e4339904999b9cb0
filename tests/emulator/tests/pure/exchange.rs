use box_emulator::{Reply, Request};
use serde_json::{Value, json};

use crate::support::{Desk, is, outcome, text};

pub(crate) const EXCHANGE: &str = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange\
     &subject_token_type=urn:ietf:params:oauth:token-type:access_token";

/// Exchanges the desk's token.
pub(crate) fn exchange(desk: &mut Desk, more: &str) -> Reply {
    let form = format!("{EXCHANGE}&subject_token={}&{more}", desk.token);
    desk.form("/oauth2/token", &form)
}

pub(crate) fn granted(desk: &mut Desk, more: &str) -> String {
    let reply = exchange(desk, more);
    assert_eq!(reply.status, 200, "{more}: {}", reply.value());
    text(&reply.value()["access_token"])
}

fn refused(reply: &Reply) -> (u16, String) {
    (reply.status, text(&reply.value()["error"]))
}

/// A folder with a folder and a file in it, and a file beside it.
struct Items {
    folder: String,
    inner: String,
    file: String,
    outside: String,
}

impl Items {
    fn make(desk: &mut Desk) -> Self {
        let folder = desk.folder("folder", "0");
        Self {
            inner: desk.folder("inner", &folder),
            file: desk.file("file", &folder, b"abc"),
            outside: desk.file("outside", "0", b"abc"),
            folder,
        }
    }

    fn resource(&self) -> String {
        format!("resource=https%3A%2F%2Fapi.box.com%2F2.0%2Ffolders%2F{}", self.folder)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "callers write json!(..) in place")]
fn share(desk: &mut Desk, path: &str, link: Value) -> String {
    let reply = desk.put(path, json!({ "shared_link": link }));
    text(&reply.value()["shared_link"]["url"])
}

#[test]
fn what_it_answers() {
    let mut desk = Desk::new();
    let items = Items::make(&mut desk);
    let reply =
        exchange(&mut desk, &format!("scope=item_preview+item_share+item_preview&{}", items.resource()));
    let value = reply.value();
    assert_eq!(reply.status, 200, "{value}");
    let mut members: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    members.sort();
    assert_eq!(members, ["access_token", "expires_in", "issued_token_type", "restricted_to", "token_type"]);
    assert_eq!(value["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    let restricted_to = value["restricted_to"].as_array().unwrap();
    let scopes: Vec<_> = restricted_to.iter().map(|entry| text(&entry["scope"])).collect();
    assert_eq!(scopes, ["item_preview", "item_share"]);
    for entry in restricted_to {
        let object = &entry["object"];
        assert_eq!((&object["type"], &object["id"]), (&json!("folder"), &json!(items.folder)));
        assert_eq!(object["name"], "folder");
    }
    assert_eq!(exchange(&mut desk, "scope=item_read").value()["restricted_to"], json!([]));
    let counters = desk.emulator.counters();
    assert_eq!(counters.grants["urn:ietf:params:oauth:grant-type:token-exchange"], 2);
    assert_eq!(counters.effects("oauth.token"), 2);
}

#[test]
fn requests_that_are_refused() {
    let mut desk = Desk::new();
    let items = Items::make(&mut desk);
    desk.delete(&format!("/2.0/files/{}", items.outside));
    let link = share(&mut desk, &format!("/2.0/folders/{}", items.folder), json!({}));
    let url = |rest: String| format!("scope=item_read&resource=https%3A%2F%2Fapi.box.com%2F2.0%2F{rest}");
    let cases = [
        (String::new(), "invalid_request"),
        ("scope=+".into(), "invalid_request"),
        ("scope=item_read+item_eat".into(), "invalid_scope"),
        (url(format!("files/{}", items.folder)), "invalid_resource"),
        (url(format!("folders/{}", items.file)), "invalid_resource"),
        (url(format!("files/{}", items.outside)), "invalid_resource"),
        (url(format!("files/{}/content", items.file)), "invalid_resource"),
        (url("files/1".into()), "invalid_resource"),
        (url("web_links/1".into()), "invalid_resource"),
        (format!("scope=item_read&resource=files%2F{}", items.file), "invalid_resource"),
        ("scope=item_read&box_shared_link=https%3A%2F%2Fapp.box.com%2Fs%2Fnone".into(), "invalid_resource"),
        (format!("scope=item_read&box_shared_link={link}&{}", items.resource()), "invalid_request"),
        ("scope=item_read&actor_token=x".into(), "invalid_request"),
        (
            "scope=item_read&actor_token_type=urn:ietf:params:oauth:token-type:id_token".into(),
            "invalid_request",
        ),
    ];
    for (more, error) in cases {
        assert_eq!(refused(&exchange(&mut desk, &more)), (400, error.into()), "{more}");
    }
    let token = desk.token.clone();
    let grant = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&scope=item_read";
    for (form, error) in [
        (EXCHANGE.to_owned() + "&scope=item_read", "invalid_request"),
        (format!("{grant}&subject_token={token}"), "invalid_request"),
        (format!("{grant}&subject_token={token}&subject_token_type=access_token"), "invalid_request"),
        (format!("{EXCHANGE}&scope=item_read&subject_token=x"), "invalid_grant"),
    ] {
        assert_eq!(refused(&desk.form("/oauth2/token", &form)), (400, error.into()), "{form}");
    }
    desk.emulator.advance(3_600_000);
    let late = exchange(&mut desk, "scope=item_read");
    assert_eq!(late.value()["error_description"], "The subject_token provided is invalid");
}

#[test]
fn the_application_may_stay_unnamed() {
    let mut desk = Desk::new();
    for (client, status) in [
        ("", 200),
        ("&client_id=emulated-client-id", 200),
        ("&client_id=emulated-client-id&client_secret=emulated-client-secret", 200),
        ("&client_id=another", 400),
        ("&client_id=emulated-client-id&client_secret=guess", 400),
        ("&client_secret=guess", 400),
    ] {
        let form = format!("{EXCHANGE}&scope=item_read&subject_token={}{client}", desk.token);
        let reply = desk.raw(&Request::new("POST", "https://api.box.com/oauth2/token").with_form(form));
        assert_eq!(reply.status, status, "{client}");
        assert!(status == 200 || reply.value()["error"] == "invalid_client");
    }
    desk.emulator.settings_mut().app_authorized = false;
    assert_eq!(refused(&exchange(&mut desk, "scope=item_read")), (400, "unauthorized_client".into()));
}

/// Which of ten deeds within the folder are allowed.
fn deeds(desk: &mut Desk, items: &Items) -> String {
    let (file, inner) = (format!("/2.0/files/{}", items.file), format!("/2.0/folders/{}", items.inner));
    let name = desk.now.to_string();
    let session =
        json!({ "folder_id": items.folder, "file_name": format!("big {name}"), "file_size": 20_000_000 });
    let session = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(session);
    let copy = json!({ "name": format!("copy {name}"), "parent": { "id": items.folder } });
    let replies = [
        ('r', desk.get(&file)),
        ('l', desk.get(&format!("/2.0/folders/{}/items", items.folder))),
        ('d', desk.get(&format!("{file}/content"))),
        ('u', desk.upload(&name, &items.folder, b"x")),
        ('s', desk.raw(&session)),
        ('c', desk.post(&format!("{file}/copy"), copy)),
        ('n', desk.put(&file, json!({ "name": format!("file {name}") }))),
        ('h', desk.put(&inner, json!({ "shared_link": {} }))),
        ('b', desk.put(&inner, json!({ "shared_link": {}, "description": "x" }))),
        ('x', desk.delete(&inner)),
    ];
    let allowed = replies.iter().filter(|(_, reply)| reply.status != 403);
    for (_, reply) in replies.iter().filter(|(_, reply)| reply.status >= 400) {
        assert_eq!(outcome(reply), is(403, "insufficient_scope"));
        assert!(reply.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
    }
    allowed.map(|(deed, _)| deed).collect()
}

#[test]
fn scopes_are_enforced() {
    for (scope, allowed) in [
        ("item_read", "rl"),
        ("item_preview", "rl"),
        ("item_download", "rld"),
        ("base_explorer", "rld"),
        ("base_picker", "rld"),
        ("base_preview", "rld"),
        ("base_upload", "rldusc"),
        ("item_upload", "usc"),
        ("item_rename", "n"),
        ("item_share", "h"),
        ("item_rename+item_share", "nhb"),
        ("item_delete", "x"),
        ("annotation_edit+annotation_view_all+annotation_view_self", ""),
        ("root_readonly", "rld"),
        ("root_readwrite", "rlduscnhbx"),
        ("item_read item_delete", "rlx"),
    ] {
        for restricted in [false, true] {
            let mut desk = Desk::new();
            let items = Items::make(&mut desk);
            let resource = if restricted { items.resource() } else { String::new() };
            desk.token = granted(&mut desk, &format!("scope={}&{resource}", scope.replace(' ', "%20")));
            assert_eq!(deeds(&mut desk, &items), allowed, "{scope}");
            assert_eq!(desk.get("/2.0/users/me").status, 200);
            assert_eq!(outcome(&desk.get("/2.0/users")), is(403, "insufficient_scope"));
        }
    }
    let mut desk = Desk::new();
    desk.token = granted(&mut desk, "scope=manage_managed_users");
    assert_eq!((desk.get("/2.0/users").status, desk.get("/2.0/folders/0").status), (200, 403));
    // What the application may not do, no token of its may.
    let mut desk = Desk::new();
    desk.token = granted(&mut desk, "scope=root_readwrite");
    desk.emulator.settings_mut().scopes = Some(vec!["root_readonly".into()]);
    let create = json!({ "name": "a", "parent": { "id": "0" } });
    assert_eq!((desk.get("/2.0/folders/0").status, desk.post("/2.0/folders", create).status), (200, 403));
}

#[test]
fn nothing_outside_of_the_item_is_reached() {
    let mut desk = Desk::new();
    let items = Items::make(&mut desk);
    let trashed = desk.file("trashed", "0", b"x");
    desk.delete(&format!("/2.0/files/{trashed}"));
    desk.emulator.settings_mut().min_session_size = 1;
    let session = json!({ "folder_id": "0", "file_name": "big", "file_size": 1 });
    let session = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(session);
    let session = text(&desk.raw(&session).value()["id"]);
    desk.token = granted(&mut desk, &format!("scope=root_readwrite&{}", items.resource()));

    let denied = || is(403, "insufficient_scope");
    let to = |parent: &str| json!({ "name": "new", "parent": { "id": parent } });
    let outside = format!("/2.0/files/{}", items.outside);
    let within = format!("/2.0/files/{}", items.file);
    let replies = [
        desk.get(&outside),
        desk.get(&format!("{outside}/content")),
        desk.get("/2.0/folders/0"),
        desk.get("/2.0/folders/0/items"),
        desk.put(&outside, json!({ "name": "g" })),
        desk.put(&within, json!({ "parent": { "id": "0" } })),
        desk.delete(&outside),
        desk.post("/2.0/folders", to("0")),
        desk.post(&format!("{within}/copy"), to("0")),
        desk.upload("new", "0", b"x"),
        desk.get(&format!("/2.0/files/{trashed}/trash")),
        desk.raw(&desk.upload_host("GET", &format!("/2.0/files/upload_sessions/{session}"))),
    ];
    for (place, reply) in replies.iter().enumerate() {
        assert_eq!(outcome(reply), denied(), "{place}");
    }
    assert_eq!(outcome(&desk.get("/2.0/files/1")), is(404, "not_found"));
    assert_eq!(desk.get("/2.0/search?query=outside").value()["total_count"], 0);
    assert_eq!(desk.get("/2.0/search?query=file").value()["total_count"], 1);
    assert_eq!(desk.get("/2.0/folders/trash/items").value()["total_count"], 0);
    let folder = items.folder.as_str();
    assert_eq!(desk.get(&format!("/2.0/folders/{folder}")).status, 200);
    let made = desk.folder("deep", &items.inner);
    desk.file("deeper", &made, b"x");
    assert_eq!(desk.put(&within, json!({ "parent": { "id": made } })).status, 200);
    assert_eq!(desk.delete(&format!("/2.0/folders/{folder}?recursive=true")).status, 204);
    assert_eq!(outcome(&desk.get(&within)), is(404, "trashed"));

    let mut desk = Desk::new();
    let items = Items::make(&mut desk);
    let file = format!("resource=https%3A%2F%2Fapi.box.com%2F2.0%2Ffiles%2F{}", items.file);
    desk.token = granted(&mut desk, &format!("scope=item_read&{file}"));
    assert_eq!(desk.get(&format!("/2.0/files/{}", items.file)).status, 200);
    assert_eq!(outcome(&desk.get(&format!("/2.0/folders/{}", items.folder))), denied());
}

#[test]
fn a_shared_link_opens_what_is_anothers() {
    let mut desk = Desk::new();
    let items = Items::make(&mut desk);
    let path = format!("/2.0/folders/{}", items.folder);
    let link = share(&mut desk, &path, json!({}));
    let owner = desk.token.clone();
    desk.become_subject("user", "1000102");
    assert_eq!(desk.get(&path).status, 404);
    let user = desk.token.clone();
    let asked = format!("scope=base_preview+item_delete&box_shared_link={link}");
    let value = exchange(&mut desk, &asked).value();
    assert_eq!(value["restricted_to"][1]["object"]["id"], json!(items.folder));
    let token = text(&value["access_token"]);
    desk.token.clone_from(&token);
    let file = format!("/2.0/files/{}", items.file);
    let reads = |desk: &mut Desk| {
        let paths = [path.clone(), format!("{path}/items"), file.clone(), format!("{file}/content")];
        paths.map(|path| desk.get(&path).status)
    };
    assert_eq!(reads(&mut desk), [200, 200, 200, 302]);
    // A link changes nothing, and opens nothing beside it.
    assert_eq!(desk.delete(&file).status, 404);
    assert_eq!(desk.get(&format!("/2.0/files/{}", items.outside)).status, 404);

    let change = |desk: &mut Desk, link: Value| {
        desk.token.clone_from(&owner);
        share(desk, &path, link);
    };
    change(&mut desk, json!({ "permissions": { "can_download": false } }));
    desk.token.clone_from(&token);
    assert_eq!(reads(&mut desk), [200, 200, 200, 403]);
    for link in [json!({ "access": "collaborators" }), json!({ "access": "open", "password": "12345678" })] {
        change(&mut desk, link.clone());
        desk.token.clone_from(&user);
        assert_eq!(refused(&exchange(&mut desk, &asked)), (400, "invalid_resource".into()), "{link}");
    }
    change(&mut desk, Value::Null);
    desk.token.clone_from(&token);
    assert_eq!(reads(&mut desk), [404; 4]);
}

#[test]
fn a_token_of_a_token_is_never_wider() {
    let mut desk = Desk::new();
    let items = Items::make(&mut desk);
    desk.token = granted(&mut desk, &format!("scope=item_read+item_delete&{}", items.resource()));
    let outside =
        format!("scope=item_read&resource=https%3A%2F%2Fapi.box.com%2F2.0%2Ffiles%2F{}", items.outside);
    assert_eq!(refused(&exchange(&mut desk, &outside)), (400, "invalid_resource".into()));
    assert_eq!(refused(&exchange(&mut desk, "scope=item_upload")), (400, "invalid_scope".into()));
    let value = exchange(&mut desk, "scope=item_delete").value();
    assert_eq!(value["restricted_to"][0]["object"]["id"], json!(items.folder));
    desk.token = text(&value["access_token"]);
    assert_eq!(desk.get(&format!("/2.0/files/{}", items.file)).status, 403);
    assert_eq!(desk.delete(&format!("/2.0/files/{}", items.outside)).status, 403);
    assert_eq!(desk.delete(&format!("/2.0/files/{}", items.file)).status, 204);
}

#[test]
fn it_lives_no_longer_and_dies_alone() {
    let mut desk = Desk::new();
    desk.become_subject("enterprise", "900100");
    let parent = desk.token.clone();
    desk.emulator.advance(3_000_000);
    let value = exchange(&mut desk, "scope=item_read").value();
    assert_eq!(value["expires_in"], 599);
    let child = text(&value["access_token"]);
    let works = |desk: &mut Desk, token: &str| {
        let request = Request::new("GET", "https://api.box.com/2.0/folders/0").with_token(token);
        desk.raw(&request).status == 200
    };
    let other = granted(&mut desk, "scope=item_read");
    let revoke = |desk: &mut Desk, token: &str| desk.form("/oauth2/revoke", &format!("token={token}")).status;
    assert_eq!(revoke(&mut desk, &other), 200);
    assert!(!works(&mut desk, &other) && works(&mut desk, &child) && works(&mut desk, &parent));
    assert_eq!(revoke(&mut desk, &parent), 200);
    assert!(!works(&mut desk, &parent) && works(&mut desk, &child));
    let as_user = Request::new("GET", "https://api.box.com/2.0/users/me").with_token(&child);
    assert_eq!(desk.raw(&as_user.with_header("as-user", "1000102")).status, 403);
    desk.emulator.advance(600_000);
    assert!(!works(&mut desk, &child));
}
