//! An emulator and a client that is signed in to it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "support of tests"
)]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::Arc;

use box_emulator::server::{Options, Server};
use box_native::{
    Client, ClientBuilder, Error, Hosts, ResultStream, Source, TryStreamExt,
    models::{File, Item},
};
use box_scenarios::World;
use serde_json::Value;

pub(crate) struct Native {
    pub(crate) server: Server,
    pub(crate) client: Client,
}

impl Native {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    /// An emulator and a client of its own, signed in by OAuth, with some settings changed.
    pub(crate) async fn with(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let server = Server::start(Options::default()).await.unwrap();
        let client = change(builder(&server)).build().unwrap();
        sign_in(&client).await;
        server.control(|emulator| emulator.reset_counters());
        Self { server, client }
    }

    pub(crate) fn requests(&self, operation: &str) -> u64 {
        self.server
            .control(|emulator| emulator.counters().requests(operation))
    }

    pub(crate) fn effects(&self, operation: &str) -> u64 {
        self.server
            .control(|emulator| emulator.counters().effects(operation))
    }

    pub(crate) fn fail(&self, fault: box_emulator::Fault) {
        self.server.control(|emulator| emulator.fail(fault));
    }
}

pub(crate) fn hosts(server: &Server) -> Hosts {
    let at = server.addresses();
    Hosts::new(&at.api, &at.upload, &at.oauth2).unwrap()
}

pub(crate) fn builder(server: &Server) -> ClientBuilder {
    let at = server.addresses();
    Client::builder()
        .hosts(hosts(server))
        .oauth(&at.client_id, at.client_secret.as_str())
}

/// Signs in as a browser would: opens the page, which the emulator approves, and comes back.
pub(crate) async fn sign_in(client: &Client) {
    let (sender, page) = tokio::sync::oneshot::channel();
    let show = |page: &str| sender.send(page.to_owned()).unwrap();
    let browse = async { browse(&page.await.unwrap()).await };
    let (signed, _) = tokio::join!(client.sign_in_on_loopback(0, show), browse);
    signed.unwrap();
}

/// Plain HTTP, without the library under test.
pub(crate) fn http() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .build()
        .unwrap()
}

/// Follows redirects, as a browser does.
pub(crate) async fn browse(page: &str) -> String {
    http().get(page).send().await.unwrap().text().await.unwrap()
}

impl World for Native {
    type Client = Client;

    fn client(&self) -> Client {
        self.client.clone()
    }

    async fn control(&self, path: &str, body: Value) -> Value {
        let transport = http();
        let url = format!("{}{path}", self.server.addresses().control);
        let request = if body.is_null() {
            transport.get(url)
        } else {
            transport.post(url).body(body.to_string())
        };
        let reply = request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap();
        assert!(reply.status().is_success(), "{path}: {}", reply.status());
        serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
    }

    async fn all<T: Send + 'static>(&self, items: ResultStream<T>) -> Result<Vec<T>, Error> {
        items.try_collect().await
    }

    async fn upload(&self, folder_id: &str, name: &str, bytes: Vec<u8>) -> Result<File, Error> {
        self.client
            .upload(folder_id, name, Source::bytes(bytes))
            .send()
            .await
    }

    async fn upload_version(&self, file_id: &str, bytes: Vec<u8>) -> Result<File, Error> {
        self.client.upload_version(file_id, bytes).send().await
    }

    async fn download(&self, file_id: &str) -> Result<Vec<u8>, Error> {
        let mut content = self.client.download(file_id).stream().await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = content.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    async fn find(&self, folder_id: &str, name: &str) -> Result<Option<Item>, Error> {
        self.client.find_in_folder(folder_id, name).await
    }
}
