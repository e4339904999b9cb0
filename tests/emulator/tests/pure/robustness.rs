use box_emulator::{Body, Request, routes};
use serde_json::json;

use crate::support::{Desk, attributes_part, file_part};

const QUERIES: [&str; 6] = [
    "",
    "?limit=18446744073709551615&offset=300000&fields=,,a,size&query=x",
    "?usemarker=true&limit=0&marker=MTs&query=%ff%00",
    "?sort=size&direction=DESC&recursive=TRUE&version=0&query=a&file_extensions=,",
    "?&=&a=b=c&%=%zz&limit=-1",
    "?response_type=code&client_id=emulated-client-id&redirect_uri=http://[::1&state=%0d%0a&decision=approve",
];

const HEADERS: [(&str, &str); 8] = [
    ("range", "bytes=-0"),
    ("range", "bytes=18446744073709551615-18446744073709551615"),
    ("content-range", "bytes 0-18446744073709551614/18446744073709551615"),
    ("content-range", "bytes 18446744073709551610-18446744073709551614/18446744073709551615"),
    ("digest", "sha=AAAA"),
    ("if-match", "\"\"\""),
    ("origin", "null"),
    ("as-user", "1000102"),
];

fn bodies() -> Vec<Body> {
    let texts = [
        "null".to_owned(),
        "{\"name\":null,\"parent\":[],\"size\":-1,\"file_size\":1e300}".to_owned(),
        json!({ "name": "x", "parent": { "id": 0 }, "folder_id": 0, "file_name": "y", "file_size": u64::MAX }).to_string(),
        json!({ "parts": [{ "offset": 0 }], "attributes": 1 }).to_string(),
        "[".repeat(5000),
        "grant_type=refresh_token&client_id=emulated-client-id&client_secret=emulated-client-secret".to_owned(),
        "\u{0}%".to_owned(),
    ];
    let mut bodies: Vec<_> = texts.into_iter().map(|text| Body::Small(text.into())).collect();
    let attributes =
        attributes_part(&json!({ "name": "z", "parent": { "id": "0" }, "content_created_at": "0000" }));
    bodies.extend([Body::Empty, Body::Malformed(String::new()), Body::Parts(Vec::new())]);
    bodies.push(Body::Parts(vec![attributes, file_part(b"")]));
    bodies
}

/// Whatever is sent, there is an answer, and it is not the emulator's fault.
#[test]
fn nothing_panics() {
    let mut desk = Desk::new();
    let folder = desk.folder("a", "0");
    let file = desk.file("b", &folder, b"x");
    let body = json!({ "folder_id": "0", "file_name": "c", "file_size": u64::MAX });
    let request = desk.upload_host("POST", "/2.0/files/upload_sessions").with_json(body);
    let session = desk.raw(&request).value()["id"].as_str().unwrap().to_owned();
    let addresses = desk.emulator.settings().addresses.clone();
    let hosts = [addresses.api, addresses.upload, addresses.oauth2, addresses.download, addresses.control];
    for route in routes() {
        for value in ["0", "me", "%2e%2e", "18446744073709551616", &folder, &file, &session] {
            let path: Vec<_> =
                route.path.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect();
            for (n, body) in bodies().into_iter().enumerate() {
                for (m, header) in HEADERS.iter().enumerate() {
                    let host = if m == 0 { &hosts[n % hosts.len()] } else { &hosts[route.host as usize] };
                    let url = format!("{host}{}{}", path.join("/"), QUERIES[(n + m) % QUERIES.len()]);
                    let request = Request::new(route.method, url)
                        .with_token(&desk.token)
                        .with_header(header.0, header.1)
                        .with_body(body.clone());
                    let reply = desk.raw(&request);
                    assert!(reply.status < 500 || reply.status == 501, "{} {request:?}", reply.status);
                }
            }
        }
    }
}

#[test]
fn folders_may_nest_deeply() {
    let mut desk = Desk::new();
    let top = desk.folder("top", "0");
    let mut parent = top.clone();
    for _ in 0..3000 {
        let request = desk.api("POST", "/2.0/folders?fields=id");
        let reply = desk.raw(&request.with_json(json!({ "name": "n", "parent": { "id": parent } })));
        parent = reply.value()["id"].as_str().unwrap().to_owned();
    }
    let copy = desk.post(
        &format!("/2.0/folders/{top}/copy?fields=size"),
        json!({ "name": "c", "parent": { "id": "0" } }),
    );
    assert_eq!(copy.status, 201);
    assert_eq!(desk.delete(&format!("/2.0/folders/{top}?recursive=true")).status, 204);
    assert_eq!(desk.delete(&format!("/2.0/folders/{top}/trash")).status, 204);
}
