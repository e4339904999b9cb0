//! What only a transport shows: bytes on the wire, closed connections, bodies that stream.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use box_emulator::{
    Fault, FaultKind, FileDigest,
    server::{Options, Server, StoreKind},
};
use serde_json::{Value, json};

/// One connection, spoken to by hand so that nothing is repaired on the way.
struct Wire(TcpStream);

struct Answer {
    head: String,
    body: Vec<u8>,
    /// The connection ended before the body did.
    cut: bool,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1);
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Wire {
    /// Connects to the origin of a URL and returns its path too.
    fn to(url: &str) -> (Self, String) {
        let rest = url.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let stream = TcpStream::connect(authority).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        (Self(stream), format!("/{path}"))
    }

    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: emulator\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !headers.iter().any(|(name, _)| *name == "content-length") && !body.is_empty() {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        self.0.write_all(head.as_bytes()).unwrap();
        self.0.write_all(body).unwrap();
    }

    /// `None` when the connection closes instead.
    fn receive(&mut self) -> Option<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match self.0.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => return None,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let mut answer = Answer { head, body: Vec::new(), cut: false };
        let len = answer.header("content-length").map_or(0, |len| len.parse().unwrap());
        let mut limited = (&self.0).take(len);
        answer.cut = limited.read_to_end(&mut answer.body).is_err() || (answer.body.len() as u64) < len;
        Some(answer)
    }
}

fn call(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
    let (mut wire, path) = Wire::to(url);
    wire.send(method, &path, headers, body);
    wire.receive()
}

fn bearer(server: &Server) -> String {
    format!("Bearer {}", server.addresses().developer_token)
}

fn multipart(attributes: &Value, file: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--B\r\ncontent-disposition: form-data; name=\"attributes\"\r\n\r\n{attributes}\r\n--B\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"file\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--B--\r\n");
    body
}

const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=B");

async fn start(store: StoreKind) -> Server {
    let mut options = Options::default();
    options.store = store;
    Server::start(options).await.unwrap()
}

#[tokio::test]
async fn only_loopback_addresses() {
    let mut options = Options::default();
    options.listen = "0.0.0.0:0".parse().unwrap();
    let error = Server::start(options).await.unwrap_err();
    assert!(error.to_string().contains("not a loopback address"), "{error}");
}

#[tokio::test]
async fn files_go_up_and_down_on_one_connection() {
    for store in [StoreKind::Memory, StoreKind::TempFile] {
        let server = start(store).await;
        let token = bearer(&server);
        let auth = ("authorization", token.as_str());
        let file: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let (mut wire, base) = Wire::to(&server.addresses().upload);
        let body = multipart(&json!({ "name": "f", "parent": { "id": "0" } }), &file);
        wire.send("POST", &format!("{base}/2.0/files/content"), &[auth, FORM], &body);
        let answer = wire.receive().unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.json());
        let entry = answer.json()["entries"][0].clone();
        assert_eq!(entry["sha1"], FileDigest::of(&file).hex());
        wire.send("POST", &format!("{base}/2.0/files/content"), &[auth, FORM], &body);
        assert_eq!(wire.receive().unwrap().status(), 409);

        let url = format!("{}/2.0/files/{}/content", server.addresses().api, entry["id"].as_str().unwrap());
        let redirect = call("GET", &url, &[auth], b"").unwrap();
        let location = redirect.header("location").unwrap();
        assert!(location.starts_with(&server.addresses().download));
        let (mut wire, path) = Wire::to(location);
        wire.send("GET", &path, &[], b"");
        assert!(wire.receive().unwrap().body == file);
        wire.send("GET", &path, &[("range", "bytes=1000000-2000000")], b"");
        let part = wire.receive().unwrap();
        assert_eq!(part.status(), 206);
        assert!(part.body == file[1_000_000..=2_000_000]);
        assert_eq!(server.control(|emulator| emulator.counters().leaks()), 0);
        server.shutdown().await;
    }
}

#[tokio::test]
async fn refused_bodies_are_read_to_their_end() {
    let server = start(StoreKind::Memory).await;
    let (mut wire, base) = Wire::to(&server.addresses().upload);
    let body = multipart(&json!({ "name": "f", "parent": { "id": "0" } }), &vec![7; 3_000_000]);
    for bad in ["Bearer expired", ""] {
        wire.send("POST", &format!("{base}/2.0/files/content"), &[("authorization", bad), FORM], &body);
        assert_eq!(wire.receive().unwrap().status(), 401);
    }
    let token = bearer(&server);
    let auth = ("authorization", token.as_str());
    server.control(|emulator| emulator.fail(Fault::status("files.upload", 500)));
    wire.send("POST", &format!("{base}/2.0/files/content"), &[auth, FORM], &body);
    assert_eq!(wire.receive().unwrap().status(), 500);
    wire.send("POST", &format!("{base}/2.0/files/content"), &[auth, FORM], &body[..body.len() - 9]);
    assert_eq!(wire.receive().unwrap().status(), 400);
    wire.send("POST", &format!("{base}/2.0/files/content"), &[auth], b"");
    assert_eq!(wire.receive().unwrap().status(), 411);
    wire.send("POST", &format!("{base}/2.0/files/content"), &[auth, FORM], &body);
    assert_eq!(wire.receive().unwrap().status(), 201);
}

#[tokio::test]
async fn a_body_that_ends_early_leaves_nothing() {
    let server = start(StoreKind::TempFile).await;
    let token = bearer(&server);
    let (mut wire, base) = Wire::to(&server.addresses().upload);
    let body = multipart(&json!({ "name": "f", "parent": { "id": "0" } }), b"hello");
    let len = (body.len() + 10).to_string();
    let headers = [("authorization", token.as_str()), FORM, ("content-length", len.as_str())];
    wire.send("POST", &format!("{base}/2.0/files/content"), &headers, &body);
    wire.0.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(wire.receive().is_none_or(|answer| answer.status() == 400));
    assert_eq!(server.control(|emulator| emulator.counters().effects("files.upload")), 0);
}

#[tokio::test]
async fn connections_break_where_they_should() {
    let server = start(StoreKind::Memory).await;
    let token = bearer(&server);
    let url = format!("{}/2.0/users/me", server.addresses().api);
    let get = || call("GET", &url, &[("authorization", token.as_str())], b"");
    let whole = get().unwrap().body;

    server.control(|emulator| emulator.fail(Fault::new("users.me", FaultKind::Drop)));
    assert!(get().is_none());
    for (fault, expected) in [
        (Fault::new("users.me", FaultKind::Truncate { bytes: 0 }), 0),
        (Fault::new("users.me", FaultKind::Truncate { bytes: 10 }), 10),
        (Fault::new("users.me", FaultKind::Drop).at_body(), whole.len() / 2),
    ] {
        server.control(|emulator| emulator.fail(fault.clone()));
        let answer = get().unwrap();
        assert_eq!((answer.status(), answer.body.len(), answer.cut), (200, expected, true), "{fault:?}");
    }
    server.control(|emulator| {
        emulator.fail(Fault::new("users.me", FaultKind::Delay { delay_ms: 5 }).at_body());
    });
    assert_eq!(get().unwrap().body, whole);
}

#[tokio::test]
async fn delays_hold_until_they_are_taken_back() {
    let server = start(StoreKind::Memory).await;
    let token = bearer(&server);
    let timed = |url: &str, body: &[u8]| {
        let started = Instant::now();
        let answer = call("POST", url, &[("authorization", token.as_str())], body).unwrap();
        (answer.status(), started.elapsed() >= Duration::from_millis(80))
    };
    let (token_url, options) = {
        let addresses = server.addresses();
        (format!("{}/oauth2/token", addresses.api), format!("{}/options", addresses.control))
    };
    assert_eq!(timed(&options, br#"{"delays":{"oauth.token":80}}"#), (200, false));
    assert_eq!([timed(&token_url, b"x"), timed(&token_url, b"x")], [(400, true); 2]);
    assert_eq!(timed(&options, br#"{"delays":{}}"#), (200, false));
    assert_eq!(server.control(|emulator| emulator.settings().delays.len()), 0);
}

#[tokio::test]
async fn answers_stall_until_the_client_leaves() {
    let server = start(StoreKind::Memory).await;
    let token = bearer(&server);
    let url = format!("{}/2.0/users/me", server.addresses().api);
    let mut seen = Vec::new();
    for fault in [Fault::stall("users.me", 0), Fault::stall("users.me", 10).at_body()] {
        server.control(|emulator| emulator.fail(fault));
        let (mut wire, path) = Wire::to(&url);
        wire.0.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        wire.send("GET", &path, &[("authorization", token.as_str())], b"");
        let started = Instant::now();
        seen.push(wire.receive().map(|answer| (answer.status(), answer.body.len(), answer.cut)));
        assert!(started.elapsed() >= Duration::from_millis(300));
    }
    assert_eq!(seen, [None, Some((200, 10, true))]);
    // Those clients have left, which the server notices soon.
    let alone = || {
        server.control(|emulator| emulator.reset_counters());
        let answer = call("GET", &url, &[("authorization", token.as_str())], b"").unwrap();
        let peak = server.control(|emulator| emulator.counters().peak_in_flight["users.me"]);
        (answer.status(), peak) == (200, 1)
    };
    assert!((0..1000).any(|_| alone()));
    server.shutdown().await;
}

#[tokio::test]
async fn bodies_trickle() {
    let server = start(StoreKind::Memory).await;
    let token = bearer(&server);
    let url = format!("{}/2.0/users/me", server.addresses().api);
    let get = || call("GET", &url, &[("authorization", token.as_str())], b"").unwrap().body;
    let whole = get();
    server.control(|emulator| emulator.fail(Fault::trickle("users.me", whole.len() as u64 * 5)));
    let started = Instant::now();
    assert_eq!(get(), whole);
    assert!(started.elapsed() >= Duration::from_millis(90));
}

#[tokio::test]
async fn parts_are_hashed_before_the_commit() {
    for store in [StoreKind::Memory, StoreKind::TempFile] {
        let mut options = Options::default();
        options.store = store;
        options.settings.part_size = Some(1000);
        options.settings.min_session_size = 1;
        let server = Server::start(options).await.unwrap();
        let token = bearer(&server);
        let auth = ("authorization", token.as_str());
        let file = [1_u8; 1500];
        let url = format!("{}/2.0/files/upload_sessions", server.addresses().upload);
        let body = json!({ "folder_id": "0", "file_name": "f", "file_size": 1500 }).to_string();
        let session = call("POST", &url, &[auth], body.as_bytes()).unwrap().json();
        let endpoint = |name: &str| session["session_endpoints"][name].as_str().unwrap().to_owned();
        let mut parts = Vec::new();
        for (range, bytes) in [("bytes 0-999/1500", &file[..1000]), ("bytes 1000-1499/1500", &file[1000..])] {
            let digest = format!("sha={}", FileDigest::of(bytes).base64());
            let headers = [auth, ("content-range", range), ("digest", digest.as_str())];
            let answer = call("PUT", &endpoint("upload_part"), &headers, bytes).unwrap();
            parts.push(answer.json()["part"].clone());
        }
        let digest = format!("sha={}", FileDigest::of(&file).base64());
        let body = json!({ "parts": parts }).to_string();
        let headers = [auth, ("digest", digest.as_str())];
        let answer = call("POST", &endpoint("commit"), &headers, body.as_bytes()).unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.json());
        assert_eq!(answer.json()["entries"][0]["size"], 1500);
    }
}

#[tokio::test]
async fn the_control_endpoint_answers_over_http() {
    let server = start(StoreKind::Memory).await;
    let control = &server.addresses().control;
    let answer = call("POST", &format!("{control}/advance"), &[], br#"{"seconds":3600}"#).unwrap();
    assert_eq!(answer.json()["ahead_seconds"], 3600);
    let token = bearer(&server);
    let url = format!("{}/2.0/users/me", server.addresses().api);
    assert_eq!(call("GET", &url, &[("authorization", token.as_str())], b"").unwrap().status(), 401);
    assert_eq!(call("PATCH", &url, &[], b"").unwrap().status(), 405);
    let counters = call("GET", &format!("{control}/counters"), &[], b"").unwrap().json();
    assert_eq!(counters["requests"]["users.me"], 1);
}

#[tokio::test]
async fn a_page_signs_in_and_starts_anew() {
    let server = start(StoreKind::TempFile).await;
    let addresses = server.addresses();
    let origin = ("origin", "http://127.0.0.1:1");
    let control = |path: &str| call("POST", &format!("{}{path}", addresses.control), &[origin], b"").unwrap();
    let code = control("/authorize");
    assert_eq!(code.header("access-control-allow-origin"), Some(origin.1));
    let form = format!(
        "grant_type=authorization_code&client_id={}&client_secret={}&code={}",
        addresses.client_id,
        addresses.client_secret,
        code.json()["code"].as_str().unwrap()
    );
    let urlencoded = ("content-type", "application/x-www-form-urlencoded");
    let url = format!("{}/oauth2/token", addresses.api);
    let pair = call("POST", &url, &[urlencoded], form.as_bytes()).unwrap().json();
    let user = format!("Bearer {}", pair["access_token"].as_str().unwrap());
    let me = format!("{}/2.0/users/me", addresses.api);
    let status = |token: &str| call("GET", &me, &[("authorization", token)], b"").unwrap().status();
    assert_eq!(status(&user), 200);
    server.control(|emulator| emulator.advance(7_200_000));

    assert_eq!(control("/reset").status(), 200);
    assert_eq!((status(&user), status(&bearer(&server))), (401, 200));
}

#[tokio::test]
async fn uploads_stall() {
    let server = start(StoreKind::Memory).await;
    let token = bearer(&server);
    server.control(|emulator| emulator.settings_mut().stall_uploads_after = Some(100_000));
    let (mut wire, base) = Wire::to(&server.addresses().upload);
    wire.0.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    wire.0.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let head =
        format!("POST {base}/2.0/files/content HTTP/1.1\r\nhost: emulator\r\nauthorization: {token}\r\n");
    wire.0.write_all(format!("{head}content-length: 900000000\r\n\r\n").as_bytes()).unwrap();
    let chunk = vec![7; 1_000_000];
    let sent = (0..900).take_while(|_| wire.0.write_all(&chunk).is_ok()).count();
    assert!(sent < 900);
    assert!(wire.receive().is_none());
    server.shutdown().await;
}

#[tokio::test]
async fn the_throttle_changes_while_it_serves() {
    let server = start(StoreKind::Memory).await;
    let token = bearer(&server);
    let auth = ("authorization", token.as_str());
    let url = format!("{}/2.0/files/content", server.addresses().upload);
    let upload = |name: &str| {
        let body = multipart(&json!({ "name": name, "parent": { "id": "0" } }), &[7; 200_000]);
        let started = Instant::now();
        assert_eq!(call("POST", &url, &[auth, FORM], &body).unwrap().status(), 201);
        started.elapsed()
    };
    let throttle = |rate: Value| {
        // At one byte per second this would not end before the test gives up.
        let body = format!("{}{}", json!({ "throttle": rate }), " ".repeat(100));
        let options = format!("{}/options", server.addresses().control);
        assert_eq!(call("POST", &options, &[], body.as_bytes()).unwrap().json()["throttle"], rate);
    };
    throttle(json!(1_000_000));
    assert!(upload("slow") >= Duration::from_millis(200));
    throttle(json!(1));
    throttle(Value::Null);
    upload("fast");
}
