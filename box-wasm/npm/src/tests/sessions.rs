//! Sessions: stores and signers of the application's, derived clients, and what is told of tokens.

use serde_json::{Value, json};

use super::{Script, token};

const PAIR: &str = r#"{"access_token":"a1","refresh_token":"r1","expires_in":3600}"#;

/// A person's client that brought a store.
fn person() -> Value {
    json!({"clientId": "id", "clientSecret": "s", "seams": true, "keeps": true, "shares": true, "warns": true})
}

impl Script {
    /// The next step that the session of the first client wants: its turn, and what it was given.
    fn step(&mut self, name: &str) -> (Value, Vec<Value>) {
        let output = self.hears("session");
        assert_eq!(output[3], name, "{output}");
        (output[2].clone(), output.as_array().unwrap()[4..].to_vec())
    }

    /// Carries a step out, which still counts.
    #[allow(clippy::needless_pass_by_value, reason = "a value is written where it is needed")]
    fn does(&mut self, name: &str, value: Value) -> Vec<Value> {
        let (turn, given) = self.step(name);
        let answer = self.tell(json!(["session", 1, "did", turn, null, value])).hears("answer");
        assert_eq!(answer[1], true);
        given
    }

    /// A token request is answered.
    fn grants(&mut self, body: &str) -> String {
        let send = self.hears("send");
        self.head(&(send[1].clone(), send[2].clone()), 200);
        self.tell(json!(["body", send[1], send[2], body]));
        send[8].as_str().unwrap().to_owned()
    }
}

fn stored(generation: u64) -> Value {
    json!({"accessToken": "a0", "refreshToken": "r0", "expiresAt": 1, "refreshAt": 1, "generation": generation})
}

#[test]
fn a_store_is_locked_and_read_and_told_before_and_after() {
    let mut script = Script::new(&[person()]);
    script.call(10, 1);
    assert_eq!(script.does("lock", json!("free")), [json!(false), json!(90_000)]);
    script.does("load", stored(4));
    let [record, expected] = &script.does("store", json!(true))[..] else { panic!() };
    assert_eq!(
        (&record["refreshToken"], &record["generation"], expected),
        (&json!("r0"), &json!(4), &json!(4))
    );
    assert_eq!(record["intent"], json!({"startedAt": script.now}));
    assert!(script.grants(PAIR).contains("refresh_token=r0"));
    let [record, expected] = &script.does("store", json!(true))[..] else { panic!() };
    assert_eq!(
        (&record["refreshToken"], &record["generation"], expected),
        (&json!("r1"), &json!(5), &json!(4))
    );
    assert_eq!((&record["intent"], &record["owner"]), (&json!(null), &json!("oauth of id")));
    assert_eq!(script.hears("changed")[2]["refreshToken"], "r1");
    script.tell(json!(["announced", 1]));
    script.step("unlock");
    script.sends("a1");
    script.nothing();
}

#[test]
fn a_store_that_holds_something_newer_is_read_again() {
    let mut script = Script::new(&[person()]);
    script.call(10, 1);
    script.does("lock", json!("free"));
    script.does("load", stored(4));
    script.does("store", json!(false));
    script.step("unlock");
    script.does("lock", json!("free"));
    let newer = json!({"accessToken": "a5", "refreshToken": "r5", "generation": 5, "owner": "oauth of id"});
    script.does("load", newer);
    script.step("unlock");
    script.sends("a5");
}

#[test]
fn steps_have_a_deadline_and_what_comes_late_does_not_count() {
    let mut script = Script::new(&[person()]);
    script.call(10, 1);
    let (turn, _) = script.step("lock");
    assert_eq!(script.next, 1_000_000 + 100_000);
    script.now = script.next.as_u64().unwrap();
    let fail = script.tell(json!(["tick"])).hears("fail");
    assert_eq!(fail[2]["kind"], "session");
    // No answer: the lock is given back by whoever got it.
    script.tell(json!(["session", 1, "did", turn, null, "free"])).nothing();

    script.call(11, 1);
    script.does("lock", json!("free"));
    script.step("load");
    script.now += 10_000;
    script.tell(json!(["tick"]));
    script.step("unlock");
    assert!(script.hears("fail")[2]["message"].as_str().unwrap().contains("took too long"));
    script.nothing();
}

#[test]
fn a_store_that_fails_is_a_failure_of_its_own() {
    let mut script = Script::new(&[person()]);
    script.call(10, 1);
    script.does("lock", json!("taken"));
    script.does("load", stored(1));
    let (turn, _) = script.step("store");
    script.tell(json!(["session", 1, "did", turn, "the disk is full", null])).hears("answer");
    script.step("unlock");
    let fail = script.hears("fail")[2].clone();
    assert_eq!((&fail["kind"], &fail["class"]), (&json!("persist_failed"), &json!("Auth")));
}

#[test]
fn a_refresh_token_is_told_only_to_who_keeps_it() {
    for keeps in [false, true] {
        let app = json!({"clientId": "id", "clientSecret": "s", "refreshToken": "r0", "seams": true, "keeps": keeps});
        let mut script = Script::new(&[app]);
        script.call(10, 1);
        script.grants(PAIR);
        let told = script.hears("changed");
        assert_eq!(told.to_string().contains("r1"), keeps, "{told}");
        assert_eq!(told[2]["accessToken"], "a1");
    }
}

#[test]
fn a_signer_signs_and_the_signature_is_sent() {
    let app = json!({"clientId": "id", "clientSecret": "s", "keyId": "k", "algorithm": "RS384", "userId": "7", "seams": true});
    let mut script = Script::new(&[app]);
    script.call(10, 1);
    let given = script.does("sign", json!([255, 254]));
    assert_eq!(given[0], "RS384");
    let message = given[1].as_str().unwrap();
    assert_eq!(message.split('.').count(), 2);
    assert!(script.grants(PAIR).contains(&format!("assertion={message}.__4")));
    script.hears("changed");
    // A request that was lost is signed anew, a while later.
    script.tell(json!(["announced", 1]));
    script.sends("a1");
}

#[test]
fn nobody_is_signed_in_and_it_is_told_once() {
    let mut script = Script::new(&[person()]);
    for id in [10, 11] {
        script.call(id, 1);
        script.does("lock", json!("free"));
        script.does("load", json!(null));
        if id == 10 {
            assert_eq!(script.step("needed").1[0], "not_signed_in");
        }
        script.step("unlock");
        assert_eq!(script.hears("fail")[2]["kind"], "sign_in_needed");
    }
    script.nothing();
}

#[test]
fn news_are_taken_over() {
    let mut script = Script::new(&[person()]);
    let news = json!({"accessToken": "a9", "generation": 9, "owner": "oauth of id"});
    script.tell(json!(["session", 1, "news", news])).nothing();
    script.call(10, 1).sends("a9");
}

#[test]
fn derived_clients_exchange_the_tokens_of_their_parent() {
    let mut script = Script::new(&[json!({"provider": true})]);
    let less = json!({"scopes": ["item_preview"], "item": {"file": "5"}});
    script.tell(json!(["session", 20, "derive", 1, less])).nothing();
    script.call(10, 20).call(11, 20);
    script.hears("ask");
    script.tell(json!(["provided", 1, "wide", 3600]));
    let body = script.grants(r#"{"access_token":"narrow","expires_in":600}"#);
    assert!(body.contains("subject_token=wide") && body.contains("files%2F5"), "{body}");
    script.sends("narrow");
    script.sends("narrow");
    script.tell(json!(["session", 30, "token", 20]));
    let told: Value = serde_json::from_str(script.hears("done")[6].as_str().unwrap()).unwrap();
    assert_eq!(told, json!({"accessToken": "narrow", "expiresIn": 600}));
    script.nothing();

    for wrong in
        [json!({"scopes": ["a"]}), json!({"scopes": [], "item": "none"}), json!({"userId": "7"}), json!(null)]
    {
        script.tell(json!(["session", 21, "derive", 1, wrong])).hears("throw");
    }
}

#[test]
fn an_annotator_has_an_id_and_a_name() {
    let mut script = Script::new(&[
        json!({"clientId": "id", "clientSecret": "s", "keyId": "k", "userId": "7", "seams": true}),
    ]);
    for annotator in
        [json!({"id": "7"}), json!({"name": "Ann"}), json!({}), json!("Ann"), json!({"id": 7, "name": true})]
    {
        let less = json!({"scopes": ["item_preview"], "item": "none", "annotator": annotator});
        let thrown = script.tell(json!(["session", 20, "derive", 1, less])).hears("throw");
        assert_eq!(thrown[1]["kind"], "invalid_input", "{annotator}");
    }
    let less = json!({"scopes": ["item_preview"], "item": "none", "annotator": {"id": "7", "name": "Ann"}});
    script.tell(json!(["session", 20, "derive", 1, less])).nothing();
}

#[test]
fn a_token_that_is_handed_on_has_some_minutes_left() {
    let mut script = Script::new(&[json!({"provider": true})]);
    script.call(10, 1).hears("ask");
    script.tell(json!(["provided", 1, "short", 3600]));
    script.sends("short");
    // Good for a call, but not for somebody who has yet to begin with it.
    script.now += 3_300_000;
    script.call(11, 1).sends("short");
    script.tell(json!(["session", 30, "token", 1]));
    assert_eq!(script.hears("ask"), json!(["ask", 1, "expired"]));
    script.tell(json!(["provided", 1, "next", 3600]));
    assert!(script.hears("done")[6].as_str().unwrap().contains("next"));
}

#[test]
fn box_takes_no_revocation_from_a_page() {
    let page = json!({"clientId": "id", "clientSecret": "s", "userId": "7", "page": true});
    let mut script = Script::new(std::slice::from_ref(&page));
    script.tell(json!(["session", 10, "revoke", 1]));
    let thrown = script.hears("throw");
    assert_eq!(thrown[1]["class"], "Usage", "{thrown}");
    script.nothing();

    let mut elsewhere = page;
    for (name, url) in
        [("api", "https://box.example"), ("upload", "https://box.example"), ("oauth2", "https://box.example")]
    {
        elsewhere[name] = json!(url);
    }
    let mut script = Script::new(&[elsewhere]);
    script.call(10, 1);
    script.grants(PAIR);
    script.sends("a1");
    script.tell(json!(["session", 11, "revoke", 1]));
    script.hears("send");
}

#[test]
fn whose_limits_and_whose_writes_they_are() {
    let person = json!({"clientId": "id", "clientSecret": "s", "userId": "7"});
    let service = json!({"clientId": "id", "clientSecret": "s", "enterpriseId": "9"});
    let mut script = Script::new(&[person, service]);
    let less = json!({"scopes": ["item_preview"], "item": "none"});
    for (id, from, what) in
        [(20, 1, &less), (21, 2, &less), (22, 2, &json!({"userId": "8"})), (23, 22, &less)]
    {
        script.tell(json!(["session", id, "derive", from, what])).nothing();
    }
    for (id, user, is_service) in [
        (1, Some("7"), false),
        (2, None, true),
        (20, Some("7"), false),
        (21, None, true),
        (22, Some("8"), false),
        (23, Some("8"), false),
    ] {
        let config = &script.engine.clients.get(id).unwrap().config;
        assert_eq!((config.user.as_deref(), config.service), (user, is_service), "{id}");
    }
}

#[test]
fn a_session_that_is_revoked_empties_the_store() {
    let mut script = Script::new(&[person()]);
    script.tell(json!(["session", 10, "revoke", 1]));
    script.does("lock", json!("free"));
    script.does("load", stored(3));
    assert!(script.grants("{}").contains("token=r0"));
    script.does("clear", json!(null));
    assert_eq!(script.hears("done")[1], 10);
    script.step("unlock");
    script.nothing();
}

#[test]
fn nothing_that_is_said_of_sessions_makes_it_panic() {
    let mut script = Script::new(&[person(), token("t")]);
    script.call(10, 1);
    let values =
        [json!(null), json!(1), json!(-1), json!(1e300), json!("x"), json!([[1]]), json!({"item": {}})];
    for name in ["did", "news", "derive", "token", "revoke", "begin", "finish", "nonsense"] {
        for value in &values {
            for client in [1, 2, 3] {
                for count in 0..5 {
                    let mut command = vec![json!("session"), json!(client), json!(name)];
                    command.extend(std::iter::repeat_n(value.clone(), count));
                    script.tell(Value::Array(command));
                }
            }
        }
    }
}
