//! One session for all tabs.

use std::{cell::Cell, future::pending, rc::Rc, time::Duration};

use box_wasm::{Client, Provided, Secret, TabStore, TokenStore as _, Tokens, store::Expected};
use futures_util::future::{join, join_all};
use js_sys::{Array, Function, Promise};
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Emulator;

/// The application's server, which counts.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) emulator: Rc<Emulator>,
    asked: Rc<Cell<u32>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::of(Emulator::anew().await)
    }

    pub(crate) fn of(emulator: Emulator) -> Self {
        Self { emulator: Rc::new(emulator), asked: Rc::default() }
    }

    pub(crate) fn client(&self, store: TabStore) -> Client {
        let server = self.clone();
        let builder = Client::builder().token_store(store).token_provider(move |_| {
            server.asked.set(server.asked.get() + 1);
            let emulator = Rc::clone(&server.emulator);
            async move {
                let expires_in = Some(Duration::from_secs(3600));
                Ok(Provided { access_token: emulator.token().await.into(), expires_in })
            }
        });
        self.emulator.known_to(builder).build().unwrap()
    }

    pub(crate) async fn expire(&self) {
        self.emulator.control("/expire_tokens", json!({})).await;
    }
}

/// Runs JavaScript with some arguments.
pub(crate) fn script<const N: usize>(body: &str, arguments: [(&str, &JsValue); N]) -> JsValue {
    let names: Vec<_> = arguments.iter().map(|(name, _)| *name).collect();
    let values: Array = arguments.iter().map(|(_, value)| (*value).clone()).collect();
    Function::new_with_args(&names.join(","), body).apply(&JsValue::UNDEFINED, &values).unwrap()
}

pub(crate) async fn until(promise: JsValue) -> JsValue {
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap()
}

/// Holds the lock of a name, and never gives it back.
async fn hold(name: &str) {
    let held = script(
        "return new Promise(held => navigator.locks.request('box-wasm tokens ' + name, () => {
            held(); return new Promise(() => {});
        }).catch(() => {}));",
        [("name", &name.into())],
    );
    until(held).await;
}

pub(crate) async fn all_answer(clients: &[&Client]) {
    let calls = clients.iter().flat_map(|client| (0..20).map(|_| client.users().me().send()));
    let calls = join_all(calls).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
}

#[wasm_bindgen_test]
async fn clients_of_one_name_ask_once_each_time_the_token_ends() {
    let server = Server::start().await;
    let (one, two) = (server.client(TabStore::new("pair")), server.client(TabStore::new("pair")));
    for expiry in 1..=3 {
        all_answer(&[&one, &two]).await;
        assert_eq!(server.asked.get(), expiry);
        server.expire().await;
    }
    let other = server.client(TabStore::new("another user"));
    all_answer(&[&other]).await;
    assert_eq!(server.asked.get(), 4);
}

#[wasm_bindgen_test]
async fn a_lock_that_is_never_given_back_is_stolen_by_one() {
    let server = Server::start().await;
    hold("frozen").await;
    let store = || TabStore::new("frozen").stealing_after(Duration::from_millis(200));
    let (one, two) = (server.client(store()), server.client(store()));
    all_answer(&[&one, &two]).await;
    assert_eq!(server.asked.get(), 1);
    server.expire().await;
    all_answer(&[&one, &two]).await;
    assert_eq!(server.asked.get(), 2);
}

#[wasm_bindgen_test]
async fn a_server_that_never_answers_one_client_holds_up_no_other() {
    let server = Server::start().await;
    let store = || TabStore::new("hangs").stealing_after(Duration::from_millis(200));
    let builder = Client::builder().token_store(store()).token_provider(|_| pending());
    let hangs = server.emulator.known_to(builder.provider_timeout(Duration::from_secs(2))).build().unwrap();
    let other = server.client(store());
    let goes_on = async {
        // The lock is taken by then.
        until(script("return new Promise(done => setTimeout(done, 150))", [])).await;
        all_answer(&[&other]).await;
    };
    let (hung, ()) = join(hangs.users().me().send(), goes_on).await;
    // It has learned of the other's token, and the failure of its own provider no longer matters.
    hung.unwrap();
    assert_eq!(server.asked.get(), 1);
}

#[wasm_bindgen_test]
async fn tokens_outlive_a_page_only_if_the_application_says_so() {
    let server = Server::start().await;
    for (name, kept) in [("kept", true), ("not kept", false)] {
        let store = || if kept { TabStore::new(name).keep_in_indexed_db() } else { TabStore::new(name) };
        let before = server.asked.get();
        store().clear().await.unwrap();
        for _ in 0..3 {
            // The page's own memory of a name goes with its last client.
            let client = server.client(store());
            all_answer(&[&client]).await;
            assert!(client.close(Duration::from_secs(5)).await);
        }
        assert_eq!(server.asked.get() - before, if kept { 1 } else { 3 }, "{name}");
        store().clear().await.unwrap();
        all_answer(&[&server.client(store())]).await;
        assert_eq!(server.asked.get() - before, if kept { 2 } else { 4 }, "{name}");
        store().clear().await.unwrap();
    }
}

/// Another tab: it shows what it has, answers who asks, and remembers what it hears.
struct Tab {
    heard: Array,
    channel: JsValue,
    leave: JsValue,
    _answer: Closure<dyn Fn(JsValue) -> JsValue>,
}

impl Tab {
    async fn open(name: &str, tokens: Option<&Tokens>) -> Self {
        let tab = Self::with(name, tokens, tokens.map_or(0, |tokens| tokens.generation));
        until(script("return new Promise(done => setTimeout(done, 20))", [])).await;
        tab
    }

    fn with(name: &str, tokens: Option<&Tokens>, generation: u64) -> Self {
        let heard = Array::new();
        let leave = script(
            "let leave; const left = new Promise(done => leave = done);
            navigator.locks.request(`box-wasm tokens ${name} of ${generation}`, { mode: 'shared' }, () => left);
            return leave;",
            [("name", &name.into()), ("generation", &generation.to_string().into())],
        );
        let answer = tokens.map(|tokens| json!({"New": tokens}).to_string());
        let answer = Closure::<dyn Fn(JsValue) -> JsValue>::new(move |_| answer.as_deref().into());
        let channel = script(
            "const channel = new BroadcastChannel('box-wasm tokens ' + name);
            channel.onmessage = ({ data }) => {
                heard.push(data);
                const said = data.includes('Ask') ? answer() : undefined;
                if (said) channel.postMessage(said);
            };
            return channel;",
            [("name", &name.into()), ("heard", &heard), ("answer", answer.as_ref())],
        );
        Self { heard, channel, leave, _answer: answer }
    }

    /// Whether it has heard something that holds a text.
    fn has_heard(&self, text: &str) -> bool {
        self.heard.iter().any(|message| message.as_string().unwrap().contains(text))
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        script("channel.close(); leave();", [("channel", &self.channel), ("leave", &self.leave)]);
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_opens_gets_the_token_of_the_others_and_tells_them_of_newer_ones() {
    let server = Server::start().await;
    let mut tokens = Tokens::new(None, Some(server.emulator.token().await.into()));
    (tokens.generation, tokens.owner) = (7, Some("a token provider".to_owned()));
    let tab = Tab::open("opens", Some(&tokens)).await;
    let client = server.client(TabStore::new("opens"));
    all_answer(&[&client]).await;
    assert_eq!(server.asked.get(), 0);

    server.expire().await;
    all_answer(&[&client]).await;
    assert_eq!(server.asked.get(), 1);
    assert!(tab.has_heard(r#""generation":8"#) && !tab.has_heard(r#""refresh_token":""#));
}

#[wasm_bindgen_test]
async fn a_tab_that_is_frozen_with_newer_tokens_is_counted_on_from() {
    let server = Server::start().await;
    let frozen = Tab::with("thaws", None, 4);
    let client = server.client(TabStore::new("thaws"));
    all_answer(&[&client]).await;
    assert_eq!(server.asked.get(), 1);
    assert!(frozen.has_heard(r#""generation":5"#));
}

#[wasm_bindgen_test]
async fn news_of_another_tab_spares_a_request() {
    let server = Server::start().await;
    let client = server.client(TabStore::new("news"));
    all_answer(&[&client]).await;
    server.expire().await;
    let mut tokens = Tokens::new(None, Some(server.emulator.token().await.into()));
    (tokens.generation, tokens.owner) = (9, Some("a token provider".to_owned()));
    let tab = Tab::open("news", None).await;
    let text = json!({"New": tokens}).to_string();
    script("channel.postMessage(text)", [("channel", &tab.channel), ("text", &text.into())]);
    all_answer(&[&client]).await;
    assert_eq!(server.asked.get(), 1);
}

#[wasm_bindgen_test]
async fn what_one_tab_clears_the_others_forget() {
    let server = Server::start().await;
    let store = TabStore::new("cleared");
    let (one, two) = (server.client(store.clone()), server.client(TabStore::new("cleared")));
    let tab = Tab::open("cleared", None).await;
    all_answer(&[&one, &two]).await;
    store.clear().await.unwrap();
    assert!(store.load().await.unwrap().unwrap().access_token.is_none());
    let token = one.access_token().await.unwrap();
    assert_eq!(two.access_token().await.unwrap().access_token, token.access_token);
    assert_eq!(server.asked.get(), 2);

    // Another tab does so.
    let owner = "a token provider";
    let nothing =
        json!({"New": {"access_token": null, "generation": 10_u64.pow(15), "owner": owner}}).to_string();
    script("channel.postMessage(text)", [("channel", &tab.channel), ("text", &nothing.into())]);
    until(script("return new Promise(done => setTimeout(done, 50))", [])).await;
    assert_ne!(one.access_token().await.unwrap().access_token, token.access_token);
    assert_eq!(server.asked.get(), 3);
}

#[wasm_bindgen_test]
async fn a_store_is_written_only_by_who_knows_what_is_in_it() {
    let tokens = Tokens::new(None, Some(Secret::new("t")));
    let store = TabStore::new("written");
    store.store(Expected::new(0, 0), tokens.clone()).await.unwrap();
    let conflict = store.store(Expected::new(0, 0), tokens).await.unwrap_err();
    assert_eq!(conflict.code(), Some("generation_conflict"));
}

#[wasm_bindgen_test]
async fn nobody_waits_for_tabs_that_are_not_there() {
    let store = TabStore::new("no others");
    let before = js_sys::Date::now();
    for _ in 0..20 {
        assert!(store.load().await.unwrap().is_none());
    }
    let took = js_sys::Date::now() - before;
    assert!(took < 500.0, "20 looks took {took} ms");
}

/// A platform without something, until it is dropped.
struct Without(&'static str, &'static str);

impl Without {
    fn new(object: &'static str, name: &'static str) -> Self {
        let shadow = format!(
            "Object.defineProperty({object}, '{name}', {{ value: undefined, configurable: true, writable: true }})"
        );
        if object == "globalThis" {
            script("globalThis['kept ' + name] = globalThis[name]", [("name", &name.into())]);
        }
        script(&shadow, []);
        Self(object, name)
    }
}

impl Drop for Without {
    fn drop(&mut self) {
        let Self(object, name) = self;
        if *object == "globalThis" {
            script("globalThis[name] = globalThis['kept ' + name]", [("name", &(*name).into())]);
        } else {
            script(&format!("delete {object}.{name}"), []);
        }
    }
}

#[wasm_bindgen_test]
async fn without_web_locks_the_clients_of_a_page_still_ask_once() {
    let server = Server::start().await;
    let shadow = Without::new("navigator", "locks");
    assert!(script("return navigator.locks", []).is_undefined());
    let store = || TabStore::new("no locks").stealing_after(Duration::from_millis(200));
    let (one, two) = (server.client(store()), server.client(store()));
    for expiry in 1..=2 {
        all_answer(&[&one, &two]).await;
        assert_eq!(server.asked.get(), expiry);
        server.expire().await;
    }
    let builder = Client::builder().token_store(store()).token_provider(|_| pending());
    let hangs = server.emulator.known_to(builder.provider_timeout(Duration::from_secs(2))).build().unwrap();
    let goes_on = async {
        until(script("return new Promise(done => setTimeout(done, 150))", [])).await;
        all_answer(&[&one, &two]).await;
    };
    join(hangs.users().me().send(), goes_on).await.0.unwrap();
    assert_eq!(server.asked.get(), 3);
    drop(shadow);
    assert!(script("return navigator.locks", []).is_object());
}

#[wasm_bindgen_test]
async fn without_channels_and_databases_a_page_is_on_its_own() {
    let server = Server::start().await;
    let _shadows = [Without::new("globalThis", "BroadcastChannel"), Without::new("globalThis", "indexedDB")];
    let store = || TabStore::new("alone").keep_in_indexed_db();
    let (one, two) = (server.client(store()), server.client(store()));
    all_answer(&[&one, &two]).await;
    server.expire().await;
    all_answer(&[&one, &two]).await;
    assert_eq!(server.asked.get(), 2);
}
