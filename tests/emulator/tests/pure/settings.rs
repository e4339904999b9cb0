use box_emulator::{Delivery, Fault, FaultKind, RefreshMode, keys};
use serde_json::{Value, json};

use crate::support::{Desk, text};

#[test]
fn a_clock_that_differs_is_everybodys() {
    for (ahead, created) in
        [(3_600_000, "2023-11-14T15:13:20-08:00"), (-3_600_000, "2023-11-14T13:13:20-08:00")]
    {
        let mut desk = Desk::with(|settings| settings.clock_ahead = ahead);
        let folder = desk.folder("a", "0");
        assert_eq!(desk.get(&format!("/2.0/folders/{folder}")).value()["created_at"], created);
        assert_eq!(desk.emulator.ahead(), 0);
        // The developer token has its hour by that clock, too, and after a reset again.
        desk.emulator.reset(desk.now);
        desk.emulator.advance(3_590_000);
        assert_eq!(desk.get("/2.0/users/me").status, 200);
        desk.emulator.advance(10_000);
        assert_eq!(desk.get("/2.0/users/me").status, 401);
    }
    for ahead in [i64::MIN, i64::MAX] {
        let mut desk = Desk::new();
        let reply = desk.control("POST", "/options", json!({ "clock_ahead": ahead }));
        assert_eq!(reply.status, 200);
        assert!(reply.header("date").unwrap().ends_with(" GMT"));
    }
}

#[test]
fn answers_are_late() {
    let mut desk = Desk::new();
    let late = |desk: &mut Desk, path: &str| {
        let Delivery { delay_head, .. } = desk.get(path).delivery;
        delay_head
    };
    assert_eq!(late(&mut desk, "/2.0/users/me"), 0);
    let delays = json!({ "users.me": 5, "*": 7, "unknown": 9 });
    assert_eq!(desk.control("POST", "/options", json!({ "delays": delays })).delivery.delay_head, 0);
    for _ in 0..2 {
        assert_eq!(late(&mut desk, "/2.0/users/me"), 5);
        assert_eq!(late(&mut desk, "/2.0/folders/0"), 7);
        assert_eq!(late(&mut desk, "/2.0/nothing"), 9);
    }
    desk.emulator.fail(Fault::new("users.me", FaultKind::Delay { delay_ms: 100 }));
    desk.emulator.fail(Fault::status("users.me", 503));
    assert_eq!((late(&mut desk, "/2.0/users/me"), late(&mut desk, "/2.0/users/me")), (105, 5));
    assert_eq!(desk.control("POST", "/options", json!({ "delays": { "users.mee": 5 } })).status, 400);
    desk.emulator.settings_mut().delays.clear();
    assert_eq!(late(&mut desk, "/2.0/users/me"), 0);
}

#[test]
fn the_configuration_of_the_console() {
    let mut desk = Desk::new();
    let forms = [
        ("", keys::PLAIN, ""),
        ("?key=plain", keys::PLAIN, ""),
        ("?key=pkcs1", keys::PKCS1, ""),
        ("?key=aes256", keys::AES256, keys::PASSPHRASE),
        ("?key=aes256-sha1", keys::AES256_SHA1, keys::PASSPHRASE),
        ("?key=3des", keys::TRIPLE_DES, keys::PASSPHRASE),
        ("?key=other", keys::OTHER, ""),
    ];
    for (query, key, passphrase) in forms {
        let config = desk.control("GET", &format!("/config{query}"), Value::Null).value();
        let auth = json!({ "publicKeyID": keys::KEY_ID, "privateKey": key, "passphrase": passphrase });
        let expected = json!({
            "boxAppSettings": {
                "clientID": "emulated-client-id",
                "clientSecret": "emulated-client-secret",
                "appAuth": auth,
            },
            "enterpriseID": "900100",
        });
        assert_eq!(config, expected, "{query}");
        let given = Some(passphrase).filter(|passphrase| !passphrase.is_empty());
        let text = desk.emulator.settings().addresses.config_json(key, given);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    }
    assert_eq!(desk.control("GET", "/config?key=another", Value::Null).status, 400);
}

#[test]
fn replays_of_refresh_tokens_are_counted() {
    for (mode, statuses) in [
        (RefreshMode::Strict, [200, 400, 400]),
        (RefreshMode::GraceSame, [200, 200, 200]),
        (RefreshMode::GraceDistinct, [200, 200, 200]),
    ] {
        let mut desk = Desk::with(|settings| settings.refresh_mode = mode);
        let code = desk.emulator.authorize(desk.now, None).unwrap();
        let pair = desk.form("/oauth2/token", &format!("grant_type=authorization_code&code={code}")).value();
        let form = format!("grant_type=refresh_token&refresh_token={}", text(&pair["refresh_token"]));
        assert_eq!(desk.form("/oauth2/token", "grant_type=refresh_token&refresh_token=x").status, 400);
        desk.emulator.fail(Fault::status("oauth.refresh", 503));
        assert_eq!(desk.form("/oauth2/token", &form).status, 503);
        assert_eq!([0; 3].map(|_| desk.form("/oauth2/token", &form).status), statuses);
        assert_eq!(desk.emulator.counters().refresh_replays, 2);
        assert_eq!(desk.control("GET", "/counters", Value::Null).value()["refresh_replays"], 2);
        desk.emulator.reset_counters();
        assert_eq!(desk.emulator.counters().refresh_replays, 0);
    }
}
