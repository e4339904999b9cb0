use box_emulator::{Counters, Fault, RefreshMode, Reply, Request};
use serde_json::{Value, json};

use crate::support::{Desk, text};

const USER: &str = "/2.0/users/me";

/// What a life of the emulator hands out.
struct Life {
    access: String,
    refresh: String,
    code: String,
    folder: String,
    session: String,
    download: String,
}

impl Life {
    fn live(desk: &mut Desk) -> Self {
        let code = desk.emulator.authorize(desk.now, None).unwrap();
        let pair = desk.form("/oauth2/token", &format!("grant_type=authorization_code&code={code}")).value();
        let folder = desk.folder("a", "0");
        let file = desk.file("f", &folder, b"x");
        let redirect = desk.get(&format!("/2.0/files/{file}/content"));
        let session = json!({ "folder_id": folder, "file_name": "g", "file_size": 20_000_000 });
        let session = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(session);
        Self {
            access: text(&pair["access_token"]),
            refresh: text(&pair["refresh_token"]),
            code: desk.emulator.authorize(desk.now, None).unwrap(),
            folder,
            session: text(&desk.raw(&session).value()["id"]),
            download: redirect.header("location").unwrap().to_owned(),
        }
    }

    /// Which of these things still work.
    fn remains(&self, desk: &mut Desk) -> [bool; 6] {
        let access = Request::new("GET", format!("https://api.box.com{USER}")).with_token(&self.access);
        let refresh = format!("grant_type=refresh_token&refresh_token={}", self.refresh);
        let code = format!("grant_type=authorization_code&code={}", self.code);
        let session = format!("/2.0/files/upload_sessions/{}", self.session);
        let session = desk.upload_host("GET", &session);
        let works = |reply: Reply| reply.status == 200;
        [
            works(desk.raw(&access)),
            works(desk.form("/oauth2/token", &refresh)),
            works(desk.form("/oauth2/token", &code)),
            works(desk.get(&format!("/2.0/folders/{}", self.folder))),
            works(desk.raw(&session)),
            works(desk.raw(&Request::new("GET", &self.download))),
        ]
    }
}

fn reset(desk: &mut Desk) {
    let reply = desk.control("POST", "/reset", Value::Null);
    assert_eq!((reply.status, reply.value()), (200, json!({})));
}

#[test]
fn nothing_survives_a_reset() {
    let mut desk = Desk::new();
    let first = Life::live(&mut desk);
    reset(&mut desk);
    assert_eq!(desk.emulator.counters(), &Counters::default());
    // The very same calls again, so that ids which begin anew would come back.
    let second = Life::live(&mut desk);
    assert_eq!(first.remains(&mut desk), [false; 6]);
    assert_eq!(second.remains(&mut desk), [true; 6]);
}

#[test]
fn a_reset_brings_the_start_back() {
    let mut desk = Desk::with(|settings| settings.expose_headers = true);
    desk.folder("a", "0");
    let at_start = desk.control("GET", "/options", Value::Null).value();
    let options = json!({ "refresh_mode": "grace-same", "expose_headers": false, "throttle": 1 });
    assert_eq!(desk.control("POST", "/options", options).status, 200);
    desk.emulator.fail(Fault::status("any", 500).times(100));
    desk.emulator.revoke_tokens(true);
    desk.emulator.advance(7_200_000);

    reset(&mut desk);
    assert_eq!(desk.control("GET", "/options", Value::Null).value(), at_start);
    assert_eq!(desk.emulator.settings().refresh_mode, RefreshMode::Strict);
    assert_eq!(desk.get(USER).status, 200);
    assert!(desk.names("0").is_empty());
    assert_eq!(desk.emulator.ahead(), 0);
    desk.emulator.advance(3_599_000);
    assert_eq!(desk.get(USER).status, 200);
    desk.emulator.advance(1_000);
    assert_eq!(desk.get(USER).status, 401);

    desk.emulator.settings_mut().auto_approve = true;
    desk.emulator.reset(desk.now);
    assert!(!desk.emulator.settings().auto_approve);
    assert_eq!(desk.get(USER).status, 200);
}

#[test]
fn the_throttle_is_an_option() {
    let mut desk = Desk::new();
    for (throttle, expected) in [(json!(2_000_000), Some(2_000_000)), (Value::Null, None)] {
        let reply = desk.control("POST", "/options", json!({ "throttle": throttle }));
        assert_eq!((reply.status, &reply.value()["throttle"]), (200, &throttle));
        assert_eq!(desk.emulator.settings().throttle, expected);
    }
    assert_eq!(desk.control("POST", "/options", json!({ "throttle": -1 })).status, 400);
}

#[test]
fn the_clock_goes_forward_once() {
    let mut desk = Desk::new();
    let reply = desk.control("POST", "/advance", json!({ "seconds": 1800 }));
    assert_eq!(reply.header("date"), Some("Tue, 14 Nov 2023 22:43:20 GMT"));
    let seeded = desk.control("POST", "/seed", json!({ "folders": 1 })).value();
    let folder = desk.get(&format!("/2.0/folders/{}", text(&seeded["folders"][0]))).value();
    assert_eq!(folder["created_at"], "2023-11-14T14:43:20-08:00");
}
