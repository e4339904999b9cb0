//! A client that is signed in to the emulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]
#![allow(dead_code, reason = "each test file uses a part of it")]

mod emulator;

use box_scenarios::World;
use box_wasm::{
    Client, ClientBuilder, Error, ResultStream, Source, TryStreamExt,
    models::{File, Item},
};
use serde_json::{Value, json};

pub(crate) use self::emulator::Emulator;

/// The emulator as it starts, and a client that is signed in.
pub(crate) struct Web {
    pub(crate) emulator: Emulator,
    pub(crate) client: Client,
}

impl Web {
    /// Signs in by OAuth, and counts from there on.
    pub(crate) async fn start(builder: ClientBuilder) -> Self {
        let emulator = Emulator::anew().await;
        let (id, secret) = emulator.app();
        let client = emulator.known_to(builder).oauth(id, secret).build().unwrap();
        let sign_in = client.begin_sign_in(None).unwrap();
        let page = client.authorize_url(&sign_in).unwrap();
        let state = page.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap();
        let answer = format!("http://localhost/?code={}&state={state}", emulator.code().await);
        client.finish_sign_in(&sign_in, &answer).await.unwrap();
        emulator.control("/reset_counters", json!({})).await;
        Self { emulator, client }
    }

    /// Over the platform's `fetch`.
    pub(crate) async fn over_fetch() -> Self {
        Self::start(Client::builder()).await
    }
}

impl World for Web {
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
        self.emulator.control(path, body).await
    }

    async fn all<T: Send + 'static>(&self, items: ResultStream<T>) -> Result<Vec<T>, Error> {
        items.try_collect().await
    }

    async fn upload(&self, folder_id: &str, name: &str, bytes: Vec<u8>) -> Result<File, Error> {
        self.client.upload(folder_id, name, Source::bytes(bytes)?).send().await
    }

    async fn upload_version(&self, file_id: &str, bytes: Vec<u8>) -> Result<File, Error> {
        self.client.upload_version(file_id, Source::bytes(bytes)?).send().await
    }

    async fn download(&self, file_id: &str) -> Result<Vec<u8>, Error> {
        self.client.download(file_id).bytes().await.map(Vec::from)
    }

    async fn find(&self, folder_id: &str, name: &str) -> Result<Option<Item>, Error> {
        self.client.find_in_folder(folder_id, name).await
    }
}
