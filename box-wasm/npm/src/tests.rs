//! The engine as a script: what JavaScript would say, and what it must hear.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "scripts are tests")]

use serde_json::{Value, json};

mod sessions;

use crate::engine::Engine;

const ROW: &str = "get GET /folders/{folder_id} q:fields";

struct Script {
    engine: Engine,
    now: u64,
    next: Value,
    out: Vec<Value>,
}

impl Script {
    /// An engine with a client of each of these settings, numbered from 1, and a row with the number 100.
    fn new(clients: &[Value]) -> Self {
        let mut script = Self { engine: Engine::new(), now: 1_000_000, next: Value::Null, out: Vec::new() };
        for (id, settings) in (1..).zip(clients) {
            script.tell(json!(["client", id, 7 * id, settings])).nothing();
        }
        script.tell(json!(["row", 100, "folders", ROW])).nothing();
        script
    }

    fn tell(&mut self, command: Value) -> &mut Self {
        let Value::Array(mut command) = command else { panic!("a command is a list") };
        command.insert(1, self.now.into());
        let output = self.engine.run(Value::Array(command).to_string().as_bytes());
        let Ok(Value::Array(mut output)) = serde_json::from_str(&output) else { panic!("{output}") };
        self.next = output.remove(0);
        self.out.extend(output);
        self
    }

    fn call(&mut self, id: u32, client: u32) -> &mut Self {
        self.tell(json!(["call", id, client, 100, ["0", "id"], {}]))
    }

    /// The next output, which has this name.
    fn hears(&mut self, name: &str) -> Value {
        assert!(!self.out.is_empty(), "expected {name}, heard nothing");
        let output = self.out.remove(0);
        assert_eq!(output[0], name, "{output}");
        output
    }

    fn nothing(&mut self) {
        assert_eq!(self.out, [] as [Value; 0]);
    }

    /// A request is sent with this token; answers its key and number.
    fn sends(&mut self, token: &str) -> (Value, Value) {
        let send = self.hears("send");
        let bearer = json!(["authorization", format!("Bearer {token}")]);
        assert!(send[7].as_array().unwrap().contains(&bearer), "{send}");
        (send[1].clone(), send[2].clone())
    }

    fn head(&mut self, (key, request): &(Value, Value), status: u16) -> Value {
        self.tell(json!(["head", key, request, status, []])).hears("plan")[1].clone()
    }
}

fn token(token: &str) -> Value {
    json!({"accessToken": token})
}

#[test]
fn clients_never_mix_their_tokens() {
    let mut script = Script::new(&[token("one"), token("two")]);
    script.call(10, 1).call(11, 2);
    let (one, two) = (script.sends("one"), script.sends("two"));
    for (id, request) in [(11, two), (10, one)] {
        assert_eq!(script.head(&request, 200), "keep");
        script.tell(json!(["kept", request.0, request.1]));
        let done = script.hears("done");
        assert_eq!((&done[1], &done[2], &done[4]), (&json!(id), &json!(200), &request.0));
    }
    script.nothing();
}

#[test]
fn a_provider_is_asked_once_and_has_a_deadline() {
    let mut script = Script::new(&[json!({"provider": true, "authTimeout": 50})]);
    for id in 10..210 {
        script.call(id, 1);
    }
    assert_eq!(script.hears("ask"), json!(["ask", 1, "missing"]));
    script.nothing();
    script.tell(json!(["provided", 1, "a1", 3600]));
    for _ in 0..200 {
        script.sends("a1");
    }

    let mut script = Script::new(&[json!({"provider": true, "authTimeout": 50})]);
    script.call(10, 1).hears("ask");
    assert_eq!(script.next, 1_000_050);
    script.now += 50;
    let fail = script.tell(json!(["tick"])).hears("fail");
    assert_eq!(
        (&fail[1], &fail[2]["kind"], &fail[2]["class"]),
        (&json!(10), &json!("session"), &json!("Auth"))
    );
    assert_eq!(script.next, Value::Null);
    // Too late: nobody waits for it.
    script.tell(json!(["provided", 1, "late", null])).nothing();
}

#[test]
fn what_nobody_wants_any_more_leaves_nothing_behind() {
    let mut script = Script::new(&[token("t")]);
    script.call(10, 1);
    let request = script.sends("t");
    script.tell(json!(["lost", request.0, request.1, "transport", "gone"])).nothing();
    assert!(script.next.is_u64(), "a wait before the next try");
    let cancel = script.tell(json!(["drop", 10])).hears("cancel");
    assert_eq!((&cancel[1], &script.next), (&request.0, &Value::Null));
    // What comes of it afterwards is nobody's.
    script.tell(json!(["head", request.0, request.1, 200, []])).nothing();
}

#[test]
fn errors_have_their_facts() {
    let mut script = Script::new(&[token("t")]);
    script.call(10, 1);
    let request = script.sends("t");
    assert_eq!(script.head(&request, 409), "buffer");
    let body = r#"{"code":"item_name_in_use","message":"a \"b\"","request_id":"r","context_info":{"conflicts":[{"id":"7"}]}}"#;
    let fail = script.tell(json!(["body", request.0, request.1, body])).hears("fail")[2].clone();
    assert_eq!(fail["class"], "Conflict");
    assert_eq!(
        (&fail["status"], &fail["code"], &fail["requestId"]),
        (&json!(409), &json!("item_name_in_use"), &json!("r"))
    );
    assert_eq!(
        (&fail["context"]["conflicts"][0]["id"], &fail["operation"]),
        (&json!("7"), &json!("folders.get"))
    );
    assert!(fail["message"].as_str().unwrap().contains("a \"b\""), "{fail}");
}

#[test]
fn tokens_of_a_sign_in_are_announced_before_they_are_used() {
    let app = json!({"clientId": "id", "clientSecret": "s3cret", "seams": true, "keeps": true});
    let mut script = Script::new(&[app]);
    let begun = script.tell(json!(["session", 0, "begin", 1, [1, 2, 3], null])).hears("answer")[1].clone();
    let state = begun[1].as_str().unwrap();
    assert!(begun[0].as_str().unwrap().ends_with(&format!("&state={state}")));
    script.tell(json!(["session", 10, "finish", 1, format!("http://x/?code=c&state={state}"), null, state]));
    let send = script.hears("send");
    script.head(&(send[1].clone(), send[2].clone()), 200);
    let pair = r#"{"access_token":"a1","refresh_token":"r1","expires_in":3600}"#;
    let changed = script.tell(json!(["body", send[1], send[2], pair])).hears("changed");
    assert_eq!(changed[2]["refreshToken"], "r1");
    script.call(11, 1).nothing();
    script.tell(json!(["announced", 1]));
    script.hears("done");
    script.sends("a1");
    // Another state is another's sign-in.
    script.tell(json!(["session", 12, "finish", 1, "http://x/?code=c&state=x", null, state])).hears("throw");
}

#[test]
fn an_upload_asks_for_its_digest_and_sends_ranges_of_its_source() {
    let mut script = Script::new(&[token("t")]);
    let digest = "07".repeat(20);
    script.tell(json!(["upload", 10, 1, {"folderId": "0", "name": "ä.txt", "size": 5}, {}]));
    assert_eq!(script.hears("digest"), json!(["digest", 10, 0, 5]));
    script.tell(json!(["digested", 10, digest]));
    let send = script.hears("send");
    assert_eq!((&send[4], &send[8][2]), (&json!(10), &json!([0, 5])));
    assert!(send[8][0].as_str().unwrap().contains(r#"{"name":"ä.txt","parent":{"id":"0"}}"#), "{send}");
    script.head(&(send[1].clone(), send[2].clone()), 201);
    let file = format!(r#"{{"entries":[{{"id":"1","size":5,"sha1":"{digest}"}}]}}"#);
    let done = script.tell(json!(["body", send[1], send[2], file])).hears("done");
    assert_eq!(done[6], file);

    script.tell(json!(["upload", 11, 1, {"folderId": "0", "name": "n", "size": 5}, {}])).hears("digest");
    let fail = script.tell(json!(["digested", 11, null, "shrank"])).hears("fail");
    assert_eq!((&fail[2]["kind"], &fail[2]["class"]), (&json!("io"), &json!("Transfer")));
}

#[test]
fn nothing_that_is_said_makes_it_panic() {
    let mut script = Script::new(&[token("t")]);
    script.call(10, 1);
    let commands = [
        "client",
        "row",
        "call",
        "raw",
        "pages",
        "page",
        "turn",
        "upload",
        "download",
        "digested",
        "received",
        "head",
        "body",
        "kept",
        "lost",
        "provided",
        "announced",
        "begin",
        "finish",
        "drop",
        "tick",
        "nonsense",
    ];
    let values = [
        json!(null),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!("x"),
        json!([]),
        json!([[1]]),
        json!({"a": []}),
    ];
    for name in commands {
        for value in &values {
            for count in 0..6 {
                let mut command = vec![json!(name)];
                command.extend(std::iter::repeat_n(value.clone(), count));
                script.tell(Value::Array(command));
            }
        }
    }
    for bytes in [&b""[..], b"[", b"[\"call\"", b"{}", b"\xff\xfe", b"[1,2]"] {
        assert!(script.engine.run(bytes).contains("throw"));
    }
}

#[test]
fn lists_are_told_of_their_pages() {
    let mut script = Script::new(&[token("t")]);
    let rows = [
        (101, "events", "list GET /events page:stream exact q:stream_position"),
        (102, "users", "list GET /users page:both q:offset q:limit"),
    ];
    for (id, group, row) in rows {
        script.tell(json!(["row", id, group, row])).nothing();
    }
    let page = |script: &mut Script, id: u32, list: u32| {
        script.tell(json!(["page", id, list, {}]));
        let url = script.hears("send")[6].as_str().unwrap().to_owned();
        script.tell(json!(["drop", id])).hears("cancel");
        url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    };

    script.tell(json!(["pages", 20, 1, 101, ["7"]])).nothing();
    assert_eq!(page(&mut script, 10, 20), "stream_position=7");
    // Text, as JavaScript's numbers end at 2^53.
    let facts = json!({"next_stream_position": "1152922976252290886", "chunk_size": 0, "entries": 0});
    assert_eq!(script.tell(json!(["turn", 20, facts])).hears("answer")[1], true);
    assert_eq!(page(&mut script, 11, 20), "stream_position=1152922976252290886");
    let nothing = json!({"next_stream_position": 0, "entries": 0});
    assert_eq!(script.tell(json!(["turn", 20, nothing])).hears("answer")[1], false);

    script.tell(json!(["pages", 21, 1, 102, ["9000", null]])).nothing();
    assert_eq!(page(&mut script, 12, 21), "offset=9000");
    let facts = json!({"limit": 1000, "total_count": "20000", "entries": 1});
    assert_eq!(script.tell(json!(["turn", 21, facts])).hears("answer")[1], true);
    assert_eq!(page(&mut script, 13, 21), "offset=10000");
    let error = script.tell(json!(["turn", 21, facts])).hears("throw")[1].clone();
    assert_eq!((&error["kind"], &error["operation"]), (&json!("paging"), &json!("users.list")));
    assert!(error["message"].as_str().unwrap().contains("offset 11000"), "{error}");
    script.tell(json!(["drop", 21])).tell(json!(["leave", 1])).hears("left");
}

#[test]
fn only_who_listens_is_told_of_calls() {
    let mut script =
        Script::new(&[token("t"), json!({"accessToken": "t", "observed": true, "retryBase": 0})]);
    script.call(10, 1).call(11, 2);
    let (silent, observed) = (script.sends("t"), script.sends("t"));
    script.head(&silent, 200);
    script.tell(json!(["kept", silent.0, silent.1])).hears("done");
    script.nothing();

    script.head(&observed, 503);
    script.tell(json!(["body", observed.0, observed.1, ""]));
    let request = script.hears("event");
    let facts = json!([
        2,
        observed.0,
        0,
        "folders.get",
        "GET",
        "/folders/{folder_id}",
        "api.box.com",
        443,
        0,
        503,
        "503",
        null,
        0
    ]);
    assert_eq!(request.as_array().unwrap()[1..], facts.as_array().unwrap()[..]);
    let retry = script.hears("event");
    assert_eq!(
        (&retry[3], &retry[4], &retry[6], &retry[7]),
        (&json!(1), &json!("folders.get"), &json!("503"), &json!(1))
    );
    script.nothing();
}

#[test]
fn bodies_must_move() {
    let mut script = Script::new(&[token("t")]);
    // One that is kept: JavaScript tells how far it is when the time has come.
    script.call(10, 1);
    let request = script.sends("t");
    assert_eq!(script.head(&request, 200), "keep");
    for bytes in [100, 200, 300, 400, 500, 600] {
        script.now = script.next.as_u64().unwrap();
        script.tell(json!(["tick", [[request.0, request.1, bytes]]])).nothing();
    }
    for _ in 0..4 {
        script.nothing();
        script.now = script.next.as_u64().unwrap();
        script.tell(json!(["tick", [[request.0, request.1, 600]]]));
    }
    assert_eq!(script.hears("cancel")[1], request.0);

    // One that was handed over.
    script.out.clear();
    let mut next = 0;
    for bytes in [100, 200, 300, 300, 300, 300] {
        script.tell(json!(["pace", 20, 20_000, next, bytes]));
        next = script.hears("answer")[1].as_u64().unwrap();
    }
    script.tell(json!(["pace", 20, 20_000, next, 300]));
    assert_eq!(script.hears("throw")[1]["class"], "Timeout");
}
