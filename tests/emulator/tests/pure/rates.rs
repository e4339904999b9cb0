use serde_json::json;

use crate::support::{Desk, is, outcome};

#[test]
fn a_thousand_calls_a_minute() {
    let mut desk = Desk::with(|settings| settings.rate_limits = true);
    for _ in 0..1000 {
        assert_eq!(desk.get("/2.0/users/me").status, 200);
    }
    let refused = desk.get("/2.0/users/me");
    assert_eq!(outcome(&refused), is(429, "rate_limit_exceeded"));
    assert_eq!(refused.header("retry-after"), Some("59"));
    assert_eq!(desk.upload("f", "0", b"x").status, 201);
    let owner = desk.token.clone();
    desk.become_subject("user", "1000102");
    assert_eq!(desk.get("/2.0/users/me").status, 200);

    desk.token = owner;
    desk.now += 58_000;
    assert_eq!(desk.get("/2.0/users/me").header("retry-after"), Some("1"));
    desk.now += 1_000;
    assert_eq!(desk.get("/2.0/users/me").status, 200);
    assert_eq!(desk.emulator.counters().statuses("users.me", 429), 2);
}

#[test]
fn uploads_and_searches_have_limits_of_their_own() {
    let mut desk = Desk::new();
    desk.control("POST", "/options", json!({ "rate_limits": true }));
    let uploads: Vec<_> = (0..241).map(|n| desk.upload(&n.to_string(), "0", b"x").status).collect();
    assert_eq!((uploads[239], uploads[240]), (201, 429));

    let search = |desk: &mut Desk| desk.get("/2.0/search?query=x").status;
    let ada = desk.token.clone();
    assert_eq!([(); 7].map(|()| search(&mut desk)), [200, 200, 200, 200, 200, 200, 429]);
    desk.become_subject("user", "1000102");
    assert_eq!([(); 7].map(|()| search(&mut desk)), [200, 200, 200, 200, 200, 200, 429]);
    desk.become_subject("user", "1000203");
    assert_eq!(search(&mut desk), 429);

    desk.token = ada;
    for _ in 0..9 {
        desk.now += 1_100;
        assert_eq!([(); 6].map(|()| search(&mut desk)), [200; 6]);
    }
    desk.now += 1_100;
    assert_eq!(search(&mut desk), 429);
}
