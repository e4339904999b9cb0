//! The world in which every case begins: items, sessions and tokens under names.

use std::collections::BTreeMap;

use box_core::{
    call::CallConfig,
    session::{ClientCredentials, Grant, OAuthApp, Subject, Tokens},
};
use box_emulator::{Body, Content, Emulator, FileDigest, Part, PartBody, Reply, Request, Seed, Settings};
use serde_json::{Value, json};

use crate::{
    client::Client,
    clock::Clock,
    page,
    wire::{Network, Wire},
};

/// When every case begins: 2023-11-14T22:13:20Z.
pub const START: u64 = 1_700_000_000_000;

/// When the stage is prepared: what is there was not made by the calls of a case.
const BEFORE: u64 = START - 30 * 60 * 1000;

/// The content of the files of the stage.
pub const CONTENT: &[u8] = b"0123456789abcdefghijKLMNO";

/// Bytes of a part of its upload sessions.
pub const PART: usize = 10;

/// A prepared emulator and what is in it.
#[derive(Clone, Debug)]
pub struct Stage {
    emulator: Emulator,
    ids: BTreeMap<&'static str, String>,
    parts: Vec<Value>,
}

impl Stage {
    /// Prepares it.
    pub fn new() -> Self {
        let mut settings = Settings::default();
        settings.part_size = Some(PART as u64);
        settings.min_session_size = 20;
        settings.trust_digests = true;
        settings.allow_origins = vec![page::ORIGIN.to_owned()];
        let emulator = Emulator::new(settings, BEFORE);
        let mut stage = Self { emulator, ids: BTreeMap::new(), parts: Vec::new() };
        stage.items();
        stage.trash();
        stage.links();
        stage.sessions();
        stage.tokens();
        stage.emulator.reset_counters();
        stage
    }

    /// The id of what has this name.
    pub fn id(&self, name: &str) -> &str {
        self.ids.get(name).map_or_else(|| panic!("the stage has no {name}"), String::as_str)
    }

    /// The parts of the session that is full.
    pub fn parts(&self) -> &[Value] {
        &self.parts
    }

    /// The emulator.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// The same stage with an emulator that behaves in another way.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(self.emulator.settings_mut());
        self
    }

    /// A client of the first user before a copy of the stage.
    pub fn client(&self, network: Network, seed: u64) -> Client {
        self.client_with(network, seed, |_| {})
    }

    /// A client with settings of its own.
    pub fn client_with(&self, network: Network, seed: u64, change: impl FnOnce(&mut CallConfig)) -> Client {
        let mut config = CallConfig::default();
        (config.follows_redirects, config.hides_replies) = (network.page, network.page);
        config.hides_progress = network.page;
        change(&mut config);
        let addresses = &self.emulator.settings().addresses;
        let app = OAuthApp {
            client_id: addresses.client_id.clone(),
            client_secret: addresses.client_secret.clone().into(),
        };
        let subject = Subject::User(addresses.user_id.clone());
        let grant = Grant::ClientCredentials(ClientCredentials { app, subject });
        let tokens = Tokens::new(None, Some(addresses.developer_token.clone().into()));
        let wire = Wire::new(Clock::new(START), self.emulator.clone(), network);
        Client::new(wire, config, seed).signed_in(grant, Some(tokens))
    }

    fn items(&mut self) {
        self.folder("home", "0");
        self.folder("away", "0");
        self.folder("inner", "home");
        self.file("note.txt", "home");
        self.file("deep.txt", "inner");
        let mut many = Seed::default();
        (many.folder_id, many.files, many.folders) = (self.id("away").to_owned(), 7, 3);
        self.emulator.seed(BEFORE, &many).expect("the folder is there");
    }

    fn trash(&mut self) {
        self.folder("old", "home");
        self.file("old.txt", "home");
        for (name, kind) in [("old", "folders"), ("old.txt", "files")] {
            let path = format!("/2.0/{kind}/{}", self.id(name));
            assert_eq!(self.send(&self.api("DELETE", &path)).status, 204);
        }
    }

    fn links(&mut self) {
        self.folder("shared", "away");
        self.file("shared.txt", "away");
        for (name, kind, link) in [("shared", "folders", "folder link"), ("shared.txt", "files", "file link")]
        {
            let path = format!("/2.0/{kind}/{}", self.id(name));
            let body = json!({ "shared_link": { "access": "open" } });
            let shared = self.send(&self.api("PUT", &path).with_json(body)).value();
            let url = shared["shared_link"]["url"].as_str().expect("a shared link");
            self.ids.insert(link, format!("shared_link={}", url.replace(':', "%3A").replace('/', "%2F")));
        }
    }

    fn sessions(&mut self) {
        for name in ["empty session", "full session"] {
            let body = json!({ "folder_id": self.id("home"), "file_name": name, "file_size": CONTENT.len() });
            let opened = self.send(&self.upload("POST", "/2.0/files/upload_sessions").with_json(body));
            self.remember(name, &opened.value());
        }
        for (number, bytes) in CONTENT.chunks(PART).enumerate() {
            let (first, last) = (number * PART, number * PART + bytes.len() - 1);
            let path = format!("/2.0/files/upload_sessions/{}", self.id("full session"));
            let put = self
                .upload("PUT", &path)
                .with_header("content-range", format!("bytes {first}-{last}/{}", CONTENT.len()))
                .with_header("digest", format!("sha={}", FileDigest::of(bytes).base64()))
                .with_body(Body::Content(Content::from_bytes(bytes.to_vec())));
            let part = self.send(&put).value()["part"].clone();
            self.parts.push(part);
        }
    }

    fn tokens(&mut self) {
        let code = self.emulator.authorize(BEFORE, None).expect("the first user is there");
        let addresses = &self.emulator.settings().addresses;
        let form = format!(
            "grant_type=authorization_code&code={code}&client_id={}&client_secret={}",
            addresses.client_id, addresses.client_secret
        );
        let url = format!("{}/oauth2/token", addresses.api);
        let tokens = self.send(&Request::new("POST", url).with_form(form)).value();
        for name in ["access_token", "refresh_token"] {
            self.ids.insert(name, tokens[name].as_str().expect("a token").to_owned());
        }
    }

    fn folder(&mut self, name: &'static str, parent: &str) {
        let parent = self.ids.get(parent).map_or(parent, String::as_str);
        let body = json!({ "name": name, "parent": { "id": parent } });
        let reply = self.send(&self.api("POST", "/2.0/folders").with_json(body));
        self.remember(name, &reply.value());
    }

    fn file(&mut self, name: &'static str, parent: &str) {
        let attributes = json!({ "name": name, "parent": { "id": self.id(parent) } });
        let parts = vec![
            Part {
                name: "attributes".into(),
                filename: None,
                body: PartBody::Small(attributes.to_string().into()),
            },
            Part {
                name: "file".into(),
                filename: Some("file".into()),
                body: PartBody::Content(Content::from_bytes(CONTENT.to_vec())),
            },
        ];
        let reply = self.send(&self.upload("POST", "/2.0/files/content").with_body(Body::Parts(parts)));
        self.remember(name, &reply.value()["entries"][0]);
    }

    fn remember(&mut self, name: &'static str, thing: &Value) {
        let id = thing["id"].as_str().unwrap_or_else(|| panic!("{name} was not made: {thing}"));
        self.ids.insert(name, id.to_owned());
    }

    fn api(&self, method: &str, path: &str) -> Request {
        let addresses = &self.emulator.settings().addresses;
        Request::new(method, format!("{}{path}", addresses.api)).with_token(&addresses.developer_token)
    }

    fn upload(&self, method: &str, path: &str) -> Request {
        let addresses = &self.emulator.settings().addresses;
        Request::new(method, format!("{}{path}", addresses.upload)).with_token(&addresses.developer_token)
    }

    fn send(&mut self, request: &Request) -> Reply {
        self.emulator.handle(BEFORE, request)
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}
