use box_emulator::{Emulator, RefreshMode, Reply, Request};
use serde_json::{Value, json};

use crate::support::{Desk, text};

const REDIRECT: &str = "http%3A%2F%2F127.0.0.1%3A9%2Fcallback";

fn authorize(desk: &mut Desk, redirect: &str, more: &str) -> Reply {
    let url = format!(
        "https://account.box.com/api/oauth2/authorize?response_type=code&client_id=emulated-client-id\
         &redirect_uri={redirect}&state=a%26b{more}"
    );
    desk.raw(&Request::new("GET", url))
}

fn code(desk: &mut Desk) -> String {
    let reply = authorize(desk, REDIRECT, "&decision=approve");
    let location = reply.header("location").unwrap().to_owned();
    let (_, query) = location.split_once("?code=").unwrap();
    query.split_once('&').unwrap().0.to_owned()
}

fn sign_in(desk: &mut Desk) -> (String, String) {
    let code = code(desk);
    let reply = desk.form("/oauth2/token", &format!("grant_type=authorization_code&code={code}"));
    pair(&reply)
}

fn refresh(desk: &mut Desk, token: &str) -> Reply {
    desk.form("/oauth2/token", &format!("grant_type=refresh_token&refresh_token={token}"))
}

fn pair(reply: &Reply) -> (String, String) {
    assert_eq!(reply.status, 200, "{}", reply.value());
    let value = reply.value();
    (text(&value["access_token"]), text(&value["refresh_token"]))
}

fn works(desk: &mut Desk, token: &str) -> bool {
    let request = Request::new("GET", "https://api.box.com/2.0/users/me").with_token(token);
    desk.raw(&request).status == 200
}

fn error(reply: &Reply) -> (u16, String) {
    (reply.status, text(&reply.value()["error"]))
}

#[test]
fn the_page_asks_and_redirects() {
    let mut desk = Desk::new();
    let page = authorize(&mut desk, REDIRECT, "");
    assert_eq!(page.status, 200);
    assert!(String::from_utf8_lossy(&page.bytes().unwrap()).contains("value=\"approve\""));

    let denied = authorize(&mut desk, REDIRECT, "&decision=deny");
    let location = denied.header("location").unwrap();
    assert!(location.starts_with("http://127.0.0.1:9/callback?error=access_denied&"), "{location}");
    assert!(location.ends_with("&state=a%26b"), "{location}");

    desk.emulator.settings_mut().auto_approve = true;
    assert_eq!(authorize(&mut desk, REDIRECT, "").status, 302);
    for elsewhere in ["https%3A%2F%2Fexample.com%2F", "http%3A%2F%2F127.0.0.1%40example.com%2F", ""] {
        let reply = authorize(&mut desk, elsewhere, "");
        assert_eq!(reply.status, 400, "{elsewhere}");
        assert!(reply.header("content-type").unwrap().starts_with("text/html"));
    }
}

#[test]
fn a_code_works_once_and_for_half_a_minute() {
    let mut desk = Desk::new();
    let fresh = code(&mut desk);
    let form = format!("grant_type=authorization_code&code={fresh}");
    let (access, _) = pair(&desk.form("/oauth2/token", &form));
    assert!(works(&mut desk, &access));
    assert_eq!(error(&desk.form("/oauth2/token", &form)), (400, "invalid_grant".into()));

    let old = code(&mut desk);
    desk.emulator.advance(30_000);
    let reply = desk.form("/oauth2/token", &format!("grant_type=authorization_code&code={old}"));
    assert_eq!(text(&reply.value()["error_description"]), "The authorization code has expired");
}

#[test]
fn a_code_without_the_page() {
    let mut desk = Desk::new();
    let exchange = |code: &str, more: &str| format!("grant_type=authorization_code&code={code}{more}");
    let cases = [
        (json!({}), "", "Ada Admin"),
        (json!({ "user_id": null }), "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F", "Ada Admin"),
        (json!({ "user_id": "1000102" }), "", "Ben Builder"),
    ];
    for (body, more, name) in cases {
        let code = text(&desk.control("POST", "/authorize", body).value()["code"]);
        let (access, refresh_token) = pair(&desk.form("/oauth2/token", &exchange(&code, more)));
        let me = Request::new("GET", "https://api.box.com/2.0/users/me").with_token(&access);
        assert_eq!(desk.raw(&me).value()["name"], name);
        pair(&refresh(&mut desk, &refresh_token));
        assert_eq!(error(&desk.form("/oauth2/token", &exchange(&code, more))), (400, "invalid_grant".into()));
    }
    assert_eq!(desk.emulator.counters().requests("oauth.authorize"), 0);

    let of_the_page = code(&mut desk);
    let elsewhere = exchange(&of_the_page, "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F");
    assert_eq!(error(&desk.form("/oauth2/token", &elsewhere)), (400, "redirect_uri_mismatch".into()));

    desk.emulator.advance(3_600_000);
    let late = desk.emulator.authorize(desk.now, None).unwrap();
    desk.emulator.advance(30_000);
    assert_eq!(error(&desk.form("/oauth2/token", &exchange(&late, ""))), (400, "invalid_grant".into()));
    let fresh = desk.emulator.authorize(desk.now, None).unwrap();
    pair(&desk.form("/oauth2/token", &exchange(&fresh, "")));

    for nobody in ["1", "1000900", "", "x"] {
        let reply = desk.control("POST", "/authorize", json!({ "user_id": nobody }));
        assert_eq!(reply.status, 404, "{nobody}");
    }
    assert_eq!(desk.control("POST", "/authorize", json!({ "user": "1000102" })).status, 400);
}

#[test]
fn grants_that_are_refused() {
    let cases = [
        ("grant_type=client_credentials&box_subject_type=enterprise&box_subject_id=1", "invalid_grant"),
        ("grant_type=client_credentials&box_subject_type=user&box_subject_id=1", "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=unheard", "invalid_grant"),
        ("grant_type=urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type"),
        ("x=y", "invalid_request"),
    ];
    let mut desk = Desk::new();
    for (form, expected) in cases {
        assert_eq!(error(&desk.form("/oauth2/token", form)), (400, expected.into()), "{form}");
    }
    let url = "https://api.box.com/oauth2/token";
    let wrong = "client_id=emulated-client-id&client_secret=guess&grant_type=client_credentials";
    assert_eq!(error(&desk.raw(&Request::new("POST", url).with_form(wrong))), (400, "invalid_client".into()));
    let json = Request::new("POST", url).with_json(Value::Null);
    assert_eq!(error(&desk.raw(&json)), (400, "invalid_client".into()));
}

#[test]
fn credentials_stand_for_a_service_account_or_a_user() {
    let mut desk = Desk::new();
    let form = "grant_type=client_credentials&box_subject_type=enterprise&box_subject_id=900100";
    let reply = desk.form("/oauth2/token", form);
    assert!(reply.value().get("refresh_token").is_none());
    let service = text(&reply.value()["access_token"]);
    let as_user = |token: &str| {
        Request::new("GET", "https://api.box.com/2.0/users/me")
            .with_token(token)
            .with_header("as-user", "1000102")
    };
    assert_eq!(desk.raw(&as_user(&service)).value()["name"], "Ben Builder");

    let form = "grant_type=client_credentials&box_subject_type=user&box_subject_id=1000203";
    let user = text(&desk.form("/oauth2/token", form).value()["access_token"]);
    let me = Request::new("GET", "https://api.box.com/2.0/users/me").with_token(&user);
    assert_eq!(desk.raw(&me).value()["name"], "Cleo Copywriter");
    assert_eq!(desk.raw(&as_user(&user)).status, 403);
}

#[test]
fn the_old_access_token_dies_when_the_new_one_is_used() {
    let mut desk = Desk::new();
    let (first, refresh_token) = sign_in(&mut desk);
    let (second, _) = pair(&refresh(&mut desk, &refresh_token));
    assert!(works(&mut desk, &first));
    assert!(works(&mut desk, &second));
    assert!(!works(&mut desk, &first));
}

#[test]
fn strict_refresh_tokens_work_once() {
    let mut desk = Desk::new();
    let (_, first) = sign_in(&mut desk);
    let (_, second) = pair(&refresh(&mut desk, &first));
    assert_eq!(error(&refresh(&mut desk, &first)), (400, "invalid_grant".into()));
    pair(&refresh(&mut desk, &second));
}

#[test]
fn grace_same_answers_again_until_the_pair_is_used() {
    for use_refresh in [false, true] {
        let mut desk = Desk::with(|settings| settings.refresh_mode = RefreshMode::GraceSame);
        let (_, first) = sign_in(&mut desk);
        let once = refresh(&mut desk, &first);
        desk.now += 5000;
        let again = refresh(&mut desk, &first);
        assert_eq!(pair(&once), pair(&again));
        assert_ne!(once.value()["expires_in"], again.value()["expires_in"]);
        let (access, second) = pair(&once);
        if use_refresh {
            pair(&refresh(&mut desk, &second));
        } else {
            assert!(works(&mut desk, &access));
        }
        assert_eq!(error(&refresh(&mut desk, &first)), (400, "invalid_grant".into()));
    }
}

#[test]
fn grace_distinct_answers_pairs_that_all_work() {
    let mut desk = Desk::with(|settings| settings.refresh_mode = RefreshMode::GraceDistinct);
    let (_, first) = sign_in(&mut desk);
    let (a, _) = pair(&refresh(&mut desk, &first));
    let (b, _) = pair(&refresh(&mut desk, &first));
    assert_ne!(a, b);
    assert!(works(&mut desk, &a) && works(&mut desk, &b) && works(&mut desk, &a));
}

#[test]
fn tokens_end_with_their_time() {
    let mut desk = Desk::with(|settings| settings.access_token_ttl = 100);
    let (access, refresh_token) = sign_in(&mut desk);
    desk.emulator.advance(99_000);
    assert!(works(&mut desk, &access));
    desk.emulator.advance(1_000);
    assert!(!works(&mut desk, &access));
    desk.emulator.advance(60 * 24 * 3_600_000);
    let reply = refresh(&mut desk, &refresh_token);
    assert_eq!(text(&reply.value()["error_description"]), "Refresh token has expired");
}

#[test]
fn revoking_ends_the_pair() {
    for revoke_access in [false, true] {
        let mut desk = Desk::new();
        let (access, refresh_token) = sign_in(&mut desk);
        let token = if revoke_access { &access } else { &refresh_token };
        let reply = desk.form("/oauth2/revoke", &format!("token={token}"));
        assert_eq!((reply.status, reply.bytes().unwrap().len()), (200, 0));
        assert!(!works(&mut desk, &access));
        assert_eq!(error(&refresh(&mut desk, &refresh_token)), (400, "invalid_grant".into()));
    }
}

#[test]
fn a_bad_token_gets_an_empty_401() {
    let mut desk = Desk::new();
    let request = Request::new("GET", "https://api.box.com/2.0/users/me").with_token("unheard");
    let reply = desk.raw(&request);
    assert_eq!((reply.status, reply.bytes().unwrap().len()), (401, 0));
    assert!(reply.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
}

#[test]
fn controls_end_tokens() {
    type Control = fn(&mut Emulator);
    let controls: [(Control, bool); 3] = [
        (Emulator::expire_tokens, true),
        (|emulator| emulator.revoke_tokens(false), true),
        (|emulator| emulator.revoke_tokens(true), false),
    ];
    for (end, refreshes) in controls {
        let mut desk = Desk::new();
        let (access, refresh_token) = sign_in(&mut desk);
        end(&mut desk.emulator);
        assert!(!works(&mut desk, &access));
        assert_eq!(refresh(&mut desk, &refresh_token).status == 200, refreshes);
    }
}

#[test]
fn refreshing_has_its_own_operation_id() {
    let mut desk = Desk::new();
    let (_, first) = sign_in(&mut desk);
    refresh(&mut desk, &first);
    let counters = desk.emulator.counters();
    assert_eq!((counters.requests("oauth.token"), counters.requests("oauth.refresh")), (1, 1));
    assert_eq!(counters.grants["authorization_code"], 1);
    assert_eq!(counters.grants["refresh_token"], 1);
}
