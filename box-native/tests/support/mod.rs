//! An emulator and a client that is signed in to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod egress;

use std::{
    future::IntoFuture,
    sync::{Arc, Mutex},
    time::Duration,
};

use box_emulator::{
    Emulator,
    server::{Options, Server},
};
use box_native::{
    Client, ClientBuilder, Error, Hosts, ResultStream, RetryPolicy, Source, Tokens, TryStreamExt,
    models::{File, Item},
};
use box_scenarios::World;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};

/// A server whose name can't be: one label is longer than 63 bytes, so no server of names is asked.
pub(crate) const NO_NAME: &str =
    "http://a-name-that-is-longer-than-the-sixty-three-bytes-that-a-label-may-have.invalid";

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
        requests(&self.server, operation)
    }

    /// Requests of all operations.
    pub(crate) fn all_requests(&self) -> u64 {
        self.control(|emulator| emulator.counters().requests.values().sum())
    }

    pub(crate) fn effects(&self, operation: &str) -> u64 {
        self.control(|emulator| emulator.counters().effects(operation))
    }

    pub(crate) fn fail(&self, fault: box_emulator::Fault) {
        self.control(|emulator| emulator.fail(fault));
    }

    pub(crate) fn control<R>(&self, work: impl FnOnce(&mut Emulator) -> R) -> R {
        self.server.control(work)
    }

    /// Names in the root folder.
    pub(crate) async fn names(&self) -> Vec<String> {
        let items = self.client.folders().list_items("0").items();
        let items: Vec<Item> = items.try_collect().await.unwrap();
        let name = |item| match item {
            Item::File(file) => file.name.unwrap(),
            other => panic!("{other:?}"),
        };
        items.into_iter().map(name).collect()
    }
}

/// A client whose `tokens_changed` tells that it runs and waits to be let go on.
pub(crate) struct Gated {
    pub(crate) native: Native,
    pub(crate) entered: Arc<Notify>,
    pub(crate) gate: Arc<Semaphore>,
}

impl Gated {
    pub(crate) async fn start() -> Self {
        let (entered, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(1)));
        let (inside, door) = (Arc::clone(&entered), Arc::clone(&gate));
        let native = Native::with(|builder| {
            builder.tokens_changed(move |_| {
                let (inside, door) = (Arc::clone(&inside), Arc::clone(&door));
                async move {
                    inside.notify_one();
                    door.acquire().await.unwrap().forget();
                }
            })
        })
        .await;
        entered.notified().await;
        native.control(|emulator| emulator.revoke_tokens(false));
        Self { native, entered, gate }
    }
}

pub(crate) fn requests(server: &Server, operation: &str) -> u64 {
    server.control(|emulator| emulator.counters().requests(operation))
}

/// Tokens of a user who has signed in.
pub(crate) async fn kept_tokens(server: &Server) -> Tokens {
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let builder = builder(server).tokens_changed(move |tokens| {
        *keep.lock().unwrap() = Some(tokens);
        async {}
    });
    sign_in(&builder.build().unwrap()).await;
    kept.lock().unwrap().take().unwrap()
}

/// Waits for what another task or the emulator does, without a fixed time.
pub(crate) async fn until(what: &str, done: impl Fn() -> bool) {
    let poll = async {
        while !done() {
            tokio::task::yield_now().await;
        }
    };
    soon(what, poll).await;
}

/// The result of what must not hang.
pub(crate) async fn soon<T>(what: &str, work: impl IntoFuture<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_secs(20), work).await;
    done.unwrap_or_else(|_| panic!("{what}: hangs"))
}

/// Bytes that differ from place to place.
pub(crate) fn content(len: usize) -> Vec<u8> {
    let byte = |i: usize| ((i % 251) ^ (i >> 12)) & 0xff;
    (0..len).map(|i| u8::try_from(byte(i)).unwrap()).collect()
}

/// A client that goes to emulators only, and to what [`egress::open`] names.
pub(crate) fn client() -> ClientBuilder {
    Client::builder().layer(egress::Egress::default())
}

pub(crate) fn hosts(server: &Server) -> Hosts {
    let at = server.addresses();
    for url in [&at.api, &at.upload, &at.oauth2, &at.download] {
        egress::open(url);
    }
    Hosts::new(&at.api, &at.upload, &at.oauth2).unwrap()
}

pub(crate) fn builder(server: &Server) -> ClientBuilder {
    let at = server.addresses();
    // Tests wait for what happens, not for the time between two tries.
    let mut retry = RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    client().hosts(hosts(server)).retry(retry).oauth(&at.client_id, at.client_secret.as_str())
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
    plain_http(reqwest::redirect::Policy::default())
}

fn plain_http(redirects: reqwest::redirect::Policy) -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).redirect(redirects).build().unwrap()
}

/// Follows redirects, as a browser does.
pub(crate) async fn browse(page: &str) -> String {
    http().get(page).send().await.unwrap().text().await.unwrap()
}

/// Where a page leads at once.
pub(crate) async fn browse_to(page: &str) -> String {
    let reply = plain_http(reqwest::redirect::Policy::none()).get(page).send().await.unwrap();
    reply.headers()["location"].to_str().unwrap().to_owned()
}

impl World for Native {
    type Client = Client;

    fn client(&self) -> Client {
        self.client.clone()
    }

    fn as_user(&self, user_id: &str) -> Client {
        self.client.clone().with_as_user(user_id)
    }

    fn read_only(&self) -> Client {
        self.client.clone().read_only()
    }

    async fn control(&self, path: &str, body: Value) -> Value {
        let transport = http();
        let url = format!("{}{path}", self.server.addresses().control);
        let request =
            if body.is_null() { transport.get(url) } else { transport.post(url).body(body.to_string()) };
        let reply = request.header("content-type", "application/json").send().await.unwrap();
        assert!(reply.status().is_success(), "{path}: {}", reply.status());
        serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
    }

    async fn all<T: Send + 'static>(&self, items: ResultStream<T>) -> Result<Vec<T>, Error> {
        items.try_collect().await
    }

    async fn upload(&self, folder_id: &str, name: &str, bytes: Vec<u8>) -> Result<File, Error> {
        self.client.upload(folder_id, name, Source::bytes(bytes)).send().await
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
