use box_emulator::{Request, keys};
use serde_json::{Value, json};

use crate::{
    jwt::{BEARER, changed, claims, grant, grant_for, header, refusal, sign},
    support::{Desk, text},
};

const TOO_FAR: &str = "Please check the 'exp' claim. The 'exp' value exceeds the maximum value of 60 seconds beyond the issue time.";
const PAST: &str = "Current date time must be before the expiration date time listed in the 'exp' claim.";
const USED: &str = "Please check the 'jti' claim. A unique 'jti' value is required.";

fn me(desk: &mut Desk, token: &str, as_user: Option<&str>) -> Value {
    let mut request = Request::new("GET", "https://api.box.com/2.0/users/me").with_token(token);
    if let Some(user) = as_user {
        request = request.with_header("as-user", user);
    }
    desk.raw(&request).value()
}

#[test]
fn subjects() {
    let mut desk = Desk::new();
    let user = |id: &str| json!({ "box_sub_type": "user", "sub": id });
    for (changes, login, may_act) in [
        (json!({}), "AutomationUser_1_emulated@boxdevedition.com", true),
        (user("1000102"), "ben@emulator.invalid", false),
        (user("1000001"), "ada@emulator.invalid", false),
    ] {
        let asked = changed(claims(&desk, 60), changes);
        let reply = grant_for(&mut desk, &asked);
        let value = reply.value();
        assert_eq!(reply.status, 200, "{value}");
        assert!(value.get("refresh_token").is_none());
        assert_eq!((&value["expires_in"], &value["token_type"]), (&json!(3600), &json!("bearer")));
        assert_eq!(value["restricted_to"], json!([]));
        let token = text(&value["access_token"]);
        assert_eq!(me(&mut desk, &token, None)["login"], login);
        let other = me(&mut desk, &token, Some("1000203"));
        assert_eq!(other["name"] == "Cleo Copywriter", may_act, "{other}");
    }
    let grants = &desk.emulator.counters().grants;
    assert_eq!(grants["urn:ietf:params:oauth:grant-type:jwt-bearer"], 3);
}

#[test]
fn algorithms_and_headers() {
    let mut desk = Desk::new();
    let cases = [
        (json!({}), None),
        (json!({ "alg": "RS384" }), None),
        (json!({ "alg": "RS512" }), None),
        (json!({ "typ": null }), None),
        (json!({ "typ": "jwt" }), None),
        (json!({ "typ": "at+jwt" }), Some("Please check the 'typ' header.")),
        (json!({ "alg": "none" }), Some("Please check the 'alg' header.")),
        (json!({ "alg": "HS256" }), Some("Please check the 'alg' header.")),
        (json!({ "alg": null }), Some("Please check the 'alg' header.")),
        (json!({ "kid": "another" }), Some("Please check the 'kid' header.")),
        (json!({ "kid": null }), Some("Please check the 'kid' header.")),
    ];
    for (changes, complaint) in cases {
        let assertion = sign(keys::PLAIN, &changed(header(), changes.clone()), &claims(&desk, 30));
        let reply = grant(&mut desk, &assertion);
        match complaint {
            None => assert_eq!(reply.status, 200, "{changes}: {}", reply.value()),
            Some(complaint) => {
                let (error, description) = refusal(&reply);
                assert_eq!(error, "invalid_grant");
                assert!(description.starts_with(complaint), "{changes}: {description}");
            }
        }
    }
}

#[test]
fn claims_that_are_refused() {
    let mut desk = Desk::new();
    let now = i64::try_from(desk.now / 1000).unwrap();
    let cases = [
        (json!({ "exp": now + 62 }), TOO_FAR),
        (json!({ "exp": now + 3600 }), TOO_FAR),
        (json!({ "exp": now }), PAST),
        (json!({ "exp": now - 30 }), PAST),
        (json!({ "exp": null }), "Please check the 'exp' claim."),
        (json!({ "exp": "soon" }), "Please check the 'exp' claim."),
        (json!({ "exp": i64::MAX }), TOO_FAR),
        (json!({ "exp": i64::MIN }), PAST),
        (json!({ "iat": now + 30 }), "Please check the 'iat' claim."),
        (json!({ "nbf": now + 30 }), "Please check the 'nbf' claim."),
        (json!({ "nbf": "now" }), "Please check the 'nbf' claim."),
        (json!({ "jti": "fifteen-letters" }), USED),
        (json!({ "jti": "x".repeat(129) }), USED),
        (json!({ "jti": null }), USED),
        (json!({ "jti": 1234567890123456789_u64 }), USED),
        (json!({ "iss": "another" }), "Please check the 'iss' claim."),
        (json!({ "iss": null }), "Please check the 'iss' claim."),
        (json!({ "aud": "https://api.box.com/oauth2/token/" }), "Please check the 'aud' claim."),
        (json!({ "aud": ["https://api.box.com/oauth2/token"] }), "Please check the 'aud' claim."),
        (json!({ "sub": "1" }), "Please check the 'sub' claim."),
        (json!({ "sub": "1000102" }), "Please check the 'sub' claim."),
        (json!({ "sub": null }), "Please check the 'sub' claim."),
        (json!({ "box_sub_type": "user" }), "Please check the 'sub' claim."),
        (json!({ "box_sub_type": "external", "name": "E" }), "Please check the 'box_sub_type' claim."),
        (json!({ "box_sub_type": null }), "Please check the 'box_sub_type' claim."),
    ];
    for (changes, complaint) in cases {
        let asked = changed(claims(&desk, 30), changes.clone());
        let (error, description) = refusal(&grant_for(&mut desk, &asked));
        assert_eq!(error, "invalid_grant", "{changes}");
        assert!(description.starts_with(complaint), "{changes}: {description}");
    }
    let counters = desk.emulator.counters();
    assert_eq!((counters.effects("oauth.token"), counters.grants.len()), (0, 0));

    for changes in [
        json!({ "iat": now, "nbf": now }),
        json!({ "iat": now + 3, "nbf": now + 3 }),
        json!({ "jti": "sixteen--letters" }),
        json!({ "jti": "é".repeat(128) }),
        json!({ "more": { "of": ["these"] } }),
    ] {
        let asked = changed(claims(&desk, 30), changes.clone());
        assert_eq!(grant_for(&mut desk, &asked).status, 200, "{changes}");
    }
}

#[test]
fn an_assertion_works_once() {
    let mut desk = Desk::new();
    let asked = changed(claims(&desk, 45), json!({ "jti": "the very same text" }));
    let late = changed(asked.clone(), json!({ "sub": "1" }));
    let assertion = sign(keys::PLAIN, &header(), &asked);
    // What is refused for another reason doesn't use it up.
    assert!(refusal(&grant_for(&mut desk, &late)).1.contains("'sub'"));
    assert_eq!(grant(&mut desk, &assertion).status, 200);
    for again in [assertion, sign(keys::PLAIN, &header(), &changed(asked, json!({ "nbf": 1 })))] {
        assert_eq!(refusal(&grant(&mut desk, &again)), ("invalid_grant".into(), USED.into()));
    }
    desk.now += 7_200_000;
    let much_later = changed(claims(&desk, 45), json!({ "jti": "the very same text" }));
    assert_eq!(grant_for(&mut desk, &much_later).status, 200);
}

#[test]
fn signatures_by_others_and_broken_ones() {
    let mut desk = Desk::new();
    let asked = claims(&desk, 30);
    let good = sign(keys::PLAIN, &header(), &asked);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (head, body) = message.split_once('.').unwrap();
    let foreign = sign(keys::OTHER, &header(), &asked);
    let (_, strange) = foreign.rsplit_once('.').unwrap();
    let other_head = sign(keys::PLAIN, &changed(header(), json!({ "alg": "RS512" })), &asked);
    let other_head = other_head.split_once('.').unwrap().0;
    let unsigned = format!("{message}.");
    for (assertion, description) in [
        (foreign.clone(), "OAuth JWT signature verification failed"),
        (format!("{message}.{strange}"), "OAuth JWT signature verification failed"),
        (format!("{other_head}.{body}.{signature}"), "OAuth JWT signature verification failed"),
        (unsigned, "OAuth JWT signature verification failed"),
        (format!("{message}.{signature}="), "The assertion is not a signed JWT"),
        (format!("{head}.{signature}"), "The assertion is not a signed JWT"),
        (format!("{head}.!.{signature}"), "The assertion is not a signed JWT"),
        (format!("a.{message}.{signature}"), "The assertion is not a signed JWT"),
        ("x".into(), "The assertion is not a signed JWT"),
        ("..".into(), "The assertion is not a signed JWT"),
    ] {
        let reply = grant(&mut desk, &assertion.replace('=', "%3D"));
        assert_eq!(refusal(&reply), ("invalid_grant".into(), description.into()), "{assertion}");
    }
    assert_eq!(refusal(&desk.form("/oauth2/token", BEARER)).0, "invalid_request");
    let url = "https://api.box.com/oauth2/token";
    for client in ["client_id=another&client_secret=emulated-client-secret", "client_id=emulated-client-id"] {
        let form = format!("{client}&{BEARER}&assertion={good}");
        assert_eq!(refusal(&desk.raw(&Request::new("POST", url).with_form(form))).0, "invalid_client");
    }
    desk.emulator.settings_mut().app_authorized = false;
    assert_eq!(refusal(&grant(&mut desk, &good)).0, "unauthorized_client");
    desk.emulator.settings_mut().app_authorized = true;
    assert_eq!(grant(&mut desk, &good).status, 200);
}

#[test]
fn keys_come_and_go() {
    let mut desk = Desk::new();
    let set = |desk: &mut Desk, keys: Value| {
        desk.control("POST", "/options", json!({ "public_keys": keys })).status
    };
    let attempt = |desk: &mut Desk, id: &str| {
        let header = changed(header(), json!({ "kid": id }));
        let assertion = sign(keys::PLAIN, &header, &claims(desk, 30));
        grant(desk, &assertion).status
    };
    assert_eq!(set(&mut desk, json!({ "second": keys::PUBLIC })), 200);
    assert_eq!((attempt(&mut desk, keys::KEY_ID), attempt(&mut desk, "second")), (400, 200));
    for bad in [json!({ "a": "" }), json!({ "a": keys::PLAIN }), json!({ "a": 1 }), json!([])] {
        assert_eq!(set(&mut desk, bad), 400);
    }
    assert_eq!(attempt(&mut desk, "second"), 200);
    assert_eq!(set(&mut desk, json!({})), 200);
    assert_eq!(attempt(&mut desk, "second"), 400);
    desk.emulator.settings_mut().public_keys.insert("third".into(), "no key at all".into());
    assert_eq!(attempt(&mut desk, "third"), 400);
}

#[test]
fn the_clock_that_counts_is_the_emulators() {
    let mut desk = Desk::new();
    let mut attempt = |ahead: i64, seconds: i64| {
        desk.control("POST", "/options", json!({ "clock_ahead": ahead }));
        let asked = claims(&desk, seconds);
        let reply = grant_for(&mut desk, &asked);
        let told = text(&reply.value()["error_description"]);
        (reply.header("date").unwrap().to_owned(), told)
    };
    let ok = String::new;
    assert_eq!(attempt(0, 55), ("Tue, 14 Nov 2023 22:13:20 GMT".into(), ok()));
    assert_eq!(attempt(90_000, 55), ("Tue, 14 Nov 2023 22:14:50 GMT".into(), PAST.into()));
    assert_eq!(attempt(90_000, 55 + 90), ("Tue, 14 Nov 2023 22:14:50 GMT".into(), ok()));
    assert_eq!(attempt(-90_000, 55), ("Tue, 14 Nov 2023 22:11:50 GMT".into(), TOO_FAR.into()));
    assert_eq!(attempt(-90_000, 55 - 90), ("Tue, 14 Nov 2023 22:11:50 GMT".into(), ok()));
}
