use box_emulator::{Cut, Emulator, Fault, FaultBody, FaultKind, Stall};
use serde_json::{Value, json};

use crate::support::{Desk, is, outcome};

#[test]
fn statuses() {
    let mut desk = Desk::new();
    desk.emulator.fail(Fault::status("users.me", 503).skip(1).times(2).retry_after("7"));
    let seen: Vec<_> = (0..4).map(|_| desk.get("/2.0/users/me").status).collect();
    assert_eq!(seen, [200, 503, 503, 200]);
    assert_eq!(desk.emulator.counters().statuses("users.me", 503), 2);

    desk.emulator.fail(Fault::status("any", 502).body(FaultBody::Html));
    let reply = desk.get("/2.0/folders/0");
    assert!(reply.header("content-type").unwrap().starts_with("text/html"));
    desk.emulator.fail(Fault::status("folders.get", 409).code("name_temporarily_reserved"));
    assert_eq!(outcome(&desk.get("/2.0/folders/0")), is(409, "name_temporarily_reserved"));
    desk.emulator.fail(Fault::status("folders.get", 401));
    let reply = desk.get("/2.0/folders/0");
    assert!(reply.header("www-authenticate").is_some() && reply.bytes().unwrap().is_empty());
    desk.emulator.fail(Fault::status("oauth.refresh", 429));
    let reply = desk.form("/oauth2/token", "grant_type=refresh_token&refresh_token=x");
    assert_eq!(reply.value()["error"], "temporarily_unavailable");
}

#[test]
fn effects_before_and_after() {
    let cases = [
        (Fault::new("folders.create", FaultKind::Drop), 0, Some(Cut::Head)),
        (Fault::new("folders.create", FaultKind::Drop).after_effect(), 1, Some(Cut::Head)),
        (Fault::new("folders.create", FaultKind::Truncate { bytes: 5 }), 1, Some(Cut::Body(5))),
        (Fault::status("folders.create", 500), 0, None),
        (Fault::status("folders.create", 500).after_effect(), 1, None),
        (Fault::new("folders.create", FaultKind::Delay { delay_ms: 9 }), 1, None),
    ];
    for (fault, made, cut) in cases {
        let mut desk = Desk::new();
        desk.emulator.fail(fault.clone());
        let reply = desk.post("/2.0/folders", json!({ "name": "a", "parent": { "id": "0" } }));
        assert_eq!((desk.names("0").len(), reply.delivery.cut), (made, cut), "{fault:?}");
        assert_eq!(desk.emulator.counters().effects("folders.create"), made as u64, "{fault:?}");
    }
    let mut desk = Desk::new();
    desk.emulator.fail(Fault::new("users.me", FaultKind::Drop).at_body());
    assert!(matches!(desk.get("/2.0/users/me").delivery.cut, Some(Cut::Body(half)) if half > 0));
}

#[test]
fn answers_that_stall_or_trickle() {
    let create = || json!({ "name": "a", "parent": { "id": "0" } });
    let cases = [
        (Fault::stall("folders.create", 0), 0, Some(Stall::Head), None),
        (Fault::stall("folders.create", 0).after_effect(), 1, Some(Stall::Head), None),
        (Fault::stall("folders.create", 9).at_body(), 1, Some(Stall::Body(9)), None),
        (Fault::trickle("folders.create", 3), 1, None, Some(3)),
    ];
    for (fault, made, stall, rate) in cases {
        let mut desk = Desk::new();
        desk.emulator.fail(fault.clone());
        let reply = desk.post("/2.0/folders", create());
        assert_eq!((reply.delivery.stall, reply.delivery.rate), (stall, rate), "{fault:?}");
        assert_eq!(desk.emulator.counters().effects("folders.create"), made, "{fault:?}");
        let unanswered = desk.emulator.counters().statuses("folders.create", 0);
        assert_eq!(unanswered == 1, stall == Some(Stall::Head), "{fault:?}");
    }
}

#[test]
fn redirects() {
    let mut desk = Desk::new();
    desk.emulator.fail(Fault::new("users.me", FaultKind::RedirectLoop));
    let reply = desk.get("/2.0/users/me");
    assert_eq!((reply.status, reply.header("location")), (302, Some("https://api.box.com/2.0/users/me")));
    desk.emulator.fail(Fault::new("users.me", FaultKind::RedirectElsewhere));
    let reply = desk.get("/2.0/users/me");
    assert_eq!(reply.header("location"), Some("https://dl.boxcloud.com/elsewhere"));
    for (fault, status) in [
        (json!({ "kind": "redirect", "location": "https://example.invalid/x" }), 302),
        (json!({ "kind": "redirect", "location": "https://example.invalid/x", "status": 308 }), 308),
    ] {
        desk.control("POST", "/fail", fault);
        let reply = desk.get("/2.0/users/me");
        assert_eq!((reply.status, reply.header("location")), (status, Some("https://example.invalid/x")));
    }
}

#[test]
fn everything_over_the_control_endpoint() {
    let mut desk = Desk::new();
    let fault = json!({ "operation": "users.me", "kind": "status", "status": 429, "retry_after": "3" });
    assert_eq!(desk.control("POST", "/fail", fault).status, 200);
    assert_eq!(desk.get("/2.0/users/me").header("retry-after"), Some("3"));
    for fault in [
        json!({ "kind": "drop", "effect": "after", "at": "head" }),
        json!({ "kind": "delay", "delay_ms": 1, "at": "body" }),
        json!({ "kind": "truncate", "bytes": 3, "times": 2 }),
        json!({ "kind": "stall", "at": "body", "bytes": 3 }),
        json!({ "kind": "trickle", "bytes_per_second": 3 }),
        json!({ "kind": "redirect_loop" }),
        json!({ "kind": "redirect_elsewhere" }),
    ] {
        assert_eq!(desk.control("POST", "/fail", fault.clone()).status, 200, "{fault}");
    }
    desk.control("POST", "/clear_faults", Value::Null);
    for fault in
        [json!({ "operation": "users.mine", "kind": "drop" }), json!({ "kind": "unheard" }), json!([])]
    {
        assert_eq!(desk.control("POST", "/fail", fault.clone()).status, 400, "{fault}");
    }

    let counters = desk.control("GET", "/counters", Value::Null).value();
    assert_eq!(counters["statuses"]["users.me"]["429"], 1);
    desk.control("POST", "/reset_counters", Value::Null);
    assert_eq!(desk.emulator.counters().requests("users.me"), 0);

    let seeded = desk.control("POST", "/seed", json!({ "folder_id": "0", "files": 3, "folders": 2 })).value();
    assert_eq!(seeded["files"].as_array().unwrap().len(), 3);
    assert_eq!(desk.names("0").len(), 5);

    let options = json!({ "refresh_mode": "grace-same", "page_end": "empty", "access_token_ttl": 10 });
    let reply = desk.control("POST", "/options", options).value();
    assert_eq!((&reply["refresh_mode"], &reply["access_token_ttl"]), (&json!("grace-same"), &json!(10)));
    for options in [json!({ "refresh_mod": 1 }), json!({ "page_end": "unheard" }), json!({ "addresses": {} })]
    {
        assert_eq!(desk.control("POST", "/options", options.clone()).status, 400, "{options}");
    }

    assert_eq!(desk.control("POST", "/advance", json!({ "seconds": 3601 })).status, 200);
    assert_eq!(desk.get("/2.0/users/me").status, 401);
    assert_eq!(desk.control("POST", "/unheard", Value::Null).status, 404);
}

#[test]
fn operations_have_routes_with_distinct_ids() {
    let operations = Emulator::operations();
    let mut ids = operations.implemented.clone();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), operations.implemented.len());
    let reply = Desk::new().control("GET", "/operations", Value::Null).value();
    assert_eq!(reply["implemented"].as_array().unwrap().len(), ids.len());
}

#[test]
fn the_same_calls_give_the_same_answers() {
    let run = || {
        let mut desk = Desk::new();
        let folder = desk.folder("a", "0");
        desk.file("f", &folder, b"x");
        let reply = desk.get(&format!("/2.0/folders/{folder}"));
        (reply.headers.clone(), reply.bytes().unwrap())
    };
    assert_eq!(run(), run());
}

#[test]
fn absurd_times_do_no_harm() {
    let mut desk = Desk::new();
    desk.emulator.settings_mut().access_token_ttl = u64::MAX;
    desk.emulator.advance(u64::MAX);
    desk.now = u64::MAX - 1;
    let form = "grant_type=client_credentials&box_subject_type=user&box_subject_id=1000001";
    let reply = desk.form("/oauth2/token", form);
    assert_eq!(reply.status, 200);
}
