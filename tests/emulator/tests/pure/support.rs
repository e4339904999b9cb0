use box_emulator::{Addresses, Body, Content, Emulator, Part, PartBody, Reply, Request, Settings};
use serde_json::{Value, json};

/// An emulator, the time, and the token that requests carry.
pub(crate) struct Desk {
    pub(crate) emulator: Emulator,
    pub(crate) now: u64,
    pub(crate) token: String,
    addresses: Addresses,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        let now = 1_700_000_000_000;
        let addresses = settings.addresses.clone();
        Self {
            emulator: Emulator::new(settings, now),
            now,
            token: addresses.developer_token.clone(),
            addresses,
        }
    }

    pub(crate) fn raw(&mut self, request: &Request) -> Reply {
        self.now += 1;
        self.emulator.handle(self.now, request)
    }

    /// A request to the API host (`/2.0/...`), with the token.
    pub(crate) fn api(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.addresses.api)).with_token(&self.token)
    }

    /// A request to the upload host, with the token.
    pub(crate) fn upload_host(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.addresses.upload)).with_token(&self.token)
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        let request = self.api("GET", path);
        self.raw(&request)
    }

    pub(crate) fn delete(&mut self, path: &str) -> Reply {
        let request = self.api("DELETE", path);
        self.raw(&request)
    }

    pub(crate) fn post(&mut self, path: &str, body: Value) -> Reply {
        let request = self.api("POST", path).with_json(body);
        self.raw(&request)
    }

    pub(crate) fn put(&mut self, path: &str, body: Value) -> Reply {
        let request = self.api("PUT", path).with_json(body);
        self.raw(&request)
    }

    pub(crate) fn form(&mut self, path: &str, form: &str) -> Reply {
        let client =
            format!("client_id={}&client_secret={}", self.addresses.client_id, self.addresses.client_secret);
        let url = format!("{}{path}", self.addresses.api);
        self.raw(&Request::new("POST", url).with_form(format!("{client}&{form}")))
    }

    pub(crate) fn control(&mut self, method: &str, path: &str, body: Value) -> Reply {
        let url = format!("{}{path}", self.addresses.control);
        self.raw(&Request::new(method, url).with_json(body))
    }

    /// Takes a token by client credentials, of the enterprise's service account or of a user.
    pub(crate) fn become_subject(&mut self, kind: &str, id: &str) {
        let form = format!("grant_type=client_credentials&box_subject_type={kind}&box_subject_id={id}");
        self.token = text(&self.form("/oauth2/token", &form).value()["access_token"]);
    }

    pub(crate) fn folder(&mut self, name: &str, parent: &str) -> String {
        let reply = self.post("/2.0/folders", json!({ "name": name, "parent": { "id": parent } }));
        assert_eq!(reply.status, 201, "{}", reply.value());
        text(&reply.value()["id"])
    }

    pub(crate) fn file(&mut self, name: &str, parent: &str, bytes: &[u8]) -> String {
        let reply = self.upload(name, parent, bytes);
        assert_eq!(reply.status, 201, "{}", reply.value());
        text(&reply.value()["entries"][0]["id"])
    }

    pub(crate) fn upload(&mut self, name: &str, parent: &str, bytes: &[u8]) -> Reply {
        let request = self.upload_request(name, parent, bytes);
        self.raw(&request)
    }

    pub(crate) fn upload_request(&self, name: &str, parent: &str, bytes: &[u8]) -> Request {
        let attributes = json!({ "name": name, "parent": { "id": parent } });
        self.upload_host("POST", "/2.0/files/content")
            .with_body(Body::Parts(vec![attributes_part(&attributes), file_part(bytes)]))
    }

    pub(crate) fn names(&mut self, folder: &str) -> Vec<String> {
        let reply = self.get(&format!("/2.0/folders/{folder}/items?limit=1000"));
        let value = reply.value();
        let entries = value["entries"].as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| text(&entry["name"])).collect()
    }
}

pub(crate) fn attributes_part(attributes: &Value) -> Part {
    Part { name: "attributes".into(), filename: None, body: PartBody::Small(attributes.to_string().into()) }
}

pub(crate) fn file_part(bytes: &[u8]) -> Part {
    Part {
        name: "file".into(),
        filename: Some("file".into()),
        body: PartBody::Content(Content::from_bytes(bytes.to_vec())),
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Status and error code.
pub(crate) fn outcome(reply: &Reply) -> (u16, String) {
    (reply.status, text(&reply.value()["code"]))
}

pub(crate) fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
