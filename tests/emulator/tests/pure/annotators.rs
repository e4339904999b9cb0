//! Tokens that act for somebody outside of Box.

use box_emulator::keys;
use serde_json::{Value, json};

use crate::{
    exchange::{exchange, granted},
    jwt::{changed, claims, header, refusal, sign},
    support::{Desk, text},
};

fn asked(desk: &Desk, key: &str, changes: Value) -> String {
    let external = json!({ "box_sub_type": "external", "sub": "visitor-7", "name": "Vera Visitor" });
    let claims = changed(changed(claims(desk, 30), external), changes);
    let token = sign(key, &header(), &claims);
    let kind = "urn:ietf:params:oauth:token-type:id_token";
    format!("scope=base_upload+item_read&actor_token={token}&actor_token_type={kind}")
}

#[test]
fn what_they_make_bears_the_name() {
    let mut desk = Desk::new();
    let before = desk.folder("before", "0");
    let asked = asked(&desk, keys::PLAIN, json!({}));
    let owner = desk.token.clone();
    desk.token = granted(&mut desk, &asked);
    // A token exchanged once more keeps the name.
    desk.token = granted(&mut desk, "scope=base_upload");
    let folder = desk.folder("a", "0");
    let file = desk.file("f", &folder, b"x");
    let copy = json!({ "name": "c", "parent": { "id": "0" } });
    let copy = text(&desk.post(&format!("/2.0/folders/{folder}/copy"), copy).value()["id"]);
    desk.token = owner;
    let mut names = Vec::new();
    for path in [format!("folders/{folder}"), format!("files/{file}"), format!("folders/{copy}")] {
        let value = desk.get(&format!("/2.0/{path}")).value();
        assert_eq!(value["created_by"]["id"], value["owned_by"]["id"]);
        names.push(text(&value["created_by"]["name"]));
        assert_eq!(value["owned_by"]["name"], "Ada Admin");
    }
    assert_eq!(names, ["Vera Visitor"; 3]);
    let old = desk.get(&format!("/2.0/folders/{before}")).value();
    assert_eq!(old["created_by"]["name"], "Ada Admin");
    // Each assertion works once, whatever it is for.
    assert!(refusal(&exchange(&mut desk, &asked)).1.contains("'jti'"));
}

#[test]
fn assertions_that_are_refused() {
    let mut desk = Desk::new();
    let now = i64::try_from(desk.now / 1000).unwrap();
    for (key, changes, complaint) in [
        (keys::OTHER, json!({}), "signature"),
        (keys::PLAIN, json!({ "name": null }), "'name' claim"),
        (keys::PLAIN, json!({ "name": 7 }), "'name' claim"),
        (keys::PLAIN, json!({ "sub": null }), "'sub' claim"),
        (keys::PLAIN, json!({ "box_sub_type": "user", "sub": "1000102" }), "'box_sub_type' claim"),
        (keys::PLAIN, json!({ "exp": now + 120 }), "'exp' claim"),
        (keys::PLAIN, json!({ "aud": "https://api.box.com" }), "'aud' claim"),
        (keys::PLAIN, json!({ "iss": "another" }), "'iss' claim"),
        (keys::PLAIN, json!({ "jti": "short" }), "'jti' claim"),
    ] {
        let asked = asked(&desk, key, changes.clone());
        let (error, description) = refusal(&exchange(&mut desk, &asked));
        assert_eq!(error, "invalid_grant");
        assert!(description.contains(complaint), "{changes}: {description}");
    }
    let plain = asked(&desk, keys::PLAIN, json!({})).replace("id_token", "access_token");
    assert_eq!(refusal(&exchange(&mut desk, &plain)).0, "invalid_request");
}
