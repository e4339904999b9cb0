//! The commonest causes of errors, each brought about as it comes about in life.

use box_emulator::{Fault, FaultKind, Request};
use serde_json::{Value, json};

use crate::support::{Desk, is, outcome, text};

const SERVICE: &str = "grant_type=client_credentials&box_subject_type=enterprise&box_subject_id=900100";

fn grant_error(desk: &mut Desk, form: &str) -> (u16, String, String) {
    let reply = desk.form("/oauth2/token", form);
    let value = reply.value();
    (reply.status, text(&value["error"]), text(&value["error_description"]))
}

#[test]
fn a_service_account_sees_nothing_of_others() {
    let mut desk = Desk::new();
    let (folder, file) = (desk.folder("a", "0"), desk.file("f", "0", b"x"));
    desk.become_subject("enterprise", "900100");
    for path in [format!("/2.0/folders/{folder}"), format!("/2.0/files/{file}")] {
        assert_eq!(outcome(&desk.get(&path)), is(404, "not_found"));
        assert_eq!(outcome(&desk.delete(&path)), is(404, "not_found"));
    }
}

#[test]
fn an_application_that_nobody_authorised() {
    let mut desk = Desk::new();
    desk.control("POST", "/options", json!({ "app_authorized": false }));
    let (status, error, _) = grant_error(&mut desk, SERVICE);
    assert_eq!((status, error.as_str()), (400, "unauthorized_client"));
    desk.emulator.settings_mut().app_authorized = true;
    assert_eq!(desk.form("/oauth2/token", SERVICE).status, 200);
}

#[test]
fn scopes() {
    let mut desk = Desk::new();
    let file = desk.file("f", "0", b"x");
    let mut statuses = |scopes: Value| {
        desk.control("POST", "/options", json!({ "scopes": scopes }));
        let get = desk.get(&format!("/2.0/files/{file}"));
        let put = desk.put(&format!("/2.0/files/{file}"), json!({ "name": "g" }));
        let users = desk.get("/2.0/users");
        for reply in [&get, &put, &users].into_iter().filter(|reply| reply.status != 200) {
            assert_eq!(outcome(reply), is(403, "insufficient_scope"));
            assert!(reply.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
        }
        assert_eq!(desk.get("/2.0/users/me").status, 200);
        [get.status, put.status, users.status]
    };
    assert_eq!(statuses(json!([])), [403, 403, 403]);
    assert_eq!(statuses(json!(["root_readonly"])), [200, 403, 403]);
    assert_eq!(statuses(json!(["root_readwrite"])), [200, 200, 403]);
    assert_eq!(statuses(json!(["root_readwrite", "manage_managed_users"])), [200, 200, 200]);
    assert_eq!(statuses(Value::Null), [200, 200, 200]);
}

#[test]
fn a_page_that_is_not_listed() {
    let mut desk = Desk::new();
    let request = desk.api("GET", "/2.0/folders/0").with_header("origin", "https://app.invalid");
    assert_eq!(outcome(&desk.raw(&request)), is(403, "cors_origin_not_whitelisted"));
}

#[test]
fn tokens_that_ended() {
    let mut desk = Desk::new();
    desk.emulator.advance(3_600_000);
    let late = desk.get("/2.0/users/me");
    assert_eq!(late.status, 401);
    assert!(late.header("www-authenticate").unwrap().contains("invalid_token"));

    let pair = |desk: &mut Desk| {
        let code = desk.emulator.authorize(desk.now, None).unwrap();
        let reply = desk.form("/oauth2/token", &format!("grant_type=authorization_code&code={code}"));
        format!("grant_type=refresh_token&refresh_token={}", text(&reply.value()["refresh_token"]))
    };
    let is = |description: &str| (400, "invalid_grant".to_owned(), description.to_owned());
    let raced = pair(&mut desk);
    assert_eq!(desk.form("/oauth2/token", &raced).status, 200);
    assert_eq!(grant_error(&mut desk, &raced), is("Invalid refresh token"));
    let revoked = pair(&mut desk);
    desk.emulator.revoke_tokens(true);
    assert_eq!(grant_error(&mut desk, &revoked), is("Invalid refresh token"));
    let old = pair(&mut desk);
    desk.emulator.advance(60 * 24 * 3_600_000);
    assert_eq!(grant_error(&mut desk, &old), is("Refresh token has expired"));
}

#[test]
fn a_wrong_clock() {
    let mut desk = Desk::new();
    desk.control("POST", "/fail", json!({ "operation": "oauth.token", "kind": "wrong_clock" }));
    let (status, error, description) = grant_error(&mut desk, SERVICE);
    assert_eq!((status, error.as_str()), (400, "invalid_grant"));
    assert!(description.contains("'exp' claim"), "{description}");
    desk.emulator.fail(Fault::status("oauth.token", 400).message("Please check the 'exp' claim."));
    assert_eq!(grant_error(&mut desk, SERVICE).2, "Please check the 'exp' claim.");
    desk.emulator.fail(Fault::new("oauth.token", FaultKind::WrongClock).after_effect());
    assert_eq!(grant_error(&mut desk, SERVICE).0, 400);
    assert_eq!(desk.emulator.counters().effects("oauth.token"), 1);
}

#[test]
fn a_full_storage() {
    let mut desk = Desk::with(|settings| {
        settings.storage_limit = Some(10);
        settings.min_session_size = 1;
    });
    let full = || is(403, "storage_limit_exceeded");
    let file = desk.file("f", "0", b"123456");
    assert_eq!(outcome(&desk.upload("g", "0", b"12345")), full());
    let to_root = json!({ "name": "h", "parent": { "id": "0" } });
    assert_eq!(outcome(&desk.post(&format!("/2.0/files/{file}/copy"), to_root)), full());
    let session = json!({ "folder_id": "0", "file_name": "g", "file_size": 5 });
    let session = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(session);
    assert_eq!(outcome(&desk.raw(&session)), full());
    let ask = |size: u64| json!({ "name": "g", "size": size, "parent": { "id": "0" } });
    let mut preflight = |size| {
        let request: Request = desk.api("OPTIONS", "/2.0/files/content").with_json(ask(size));
        desk.raw(&request)
    };
    assert_eq!((outcome(&preflight(5)), preflight(4).status), (full(), 200));
    assert_eq!(desk.get("/2.0/users/me").value()["space_amount"], 10);

    desk.delete(&format!("/2.0/files/{file}"));
    assert_eq!(outcome(&desk.upload("g", "0", b"12345")), full());
    desk.delete(&format!("/2.0/files/{file}/trash"));
    desk.file("g", "0", b"12345");
}
