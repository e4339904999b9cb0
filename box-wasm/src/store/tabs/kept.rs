//! Access tokens in the origin's IndexedDB, for applications that ask for it.

use std::{cell::Cell, rc::Rc};

use box_core::session::Tokens;
use futures_channel::oneshot;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

use crate::platform::global;

const DATABASE: &str = "box-wasm tokens";
const STORE: &str = "tokens";

#[wasm_bindgen]
extern "C" {
    type Factory;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Factory, name: &str, version: u32) -> Result<Request, JsValue>;

    type Request;
    #[wasm_bindgen(method, getter)]
    fn result(this: &Request) -> JsValue;

    type Database;
    #[wasm_bindgen(method, catch, js_name = createObjectStore)]
    fn create_store(this: &Database, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Database,
        store: &str,
        mode: &str,
        options: &Object,
    ) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Database);

    type Transaction;
    #[wasm_bindgen(method, catch, js_name = objectStore)]
    fn store(this: &Transaction, name: &str) -> Result<Store, JsValue>;

    type Store;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Store, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Store, value: &str, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Store, key: &str) -> Result<Request, JsValue>;
}

/// The database, open for one use. Whatever fails is as if there were none: tokens can be had anew.
pub(super) struct Kept(Database);

impl Kept {
    /// What is kept under a name.
    pub(super) async fn read(name: &str) -> Option<Tokens> {
        let kept = Self::open().await?;
        let store = kept.transaction("readonly")?.store(STORE).ok()?;
        value(&store, name).await
    }

    /// Keeps tokens, unless newer ones are there: then it answers their generation.
    pub(super) async fn write(name: &str, tokens: &Tokens) -> Option<u64> {
        let kept = Self::open().await?;
        let transaction = kept.transaction("readwrite")?;
        let done = Settled::of(&transaction, "oncomplete", ["onerror", "onabort"]);
        let store = transaction.store(STORE).ok()?;
        let found = value(&store, name).await.map_or(0, |tokens| tokens.generation);
        if found >= tokens.generation {
            return Some(found);
        }
        store.put(&serde_json::to_string(tokens).ok()?, name).ok()?;
        done.well().await;
        None
    }

    /// Forgets what is kept under a name.
    pub(super) async fn clear(name: &str) -> Option<()> {
        let kept = Self::open().await?;
        let transaction = kept.transaction("readwrite")?;
        let done = Settled::of(&transaction, "oncomplete", ["onerror", "onabort"]);
        transaction.store(STORE).ok()?.delete(name).ok()?;
        done.well().await;
        Some(())
    }

    async fn open() -> Option<Self> {
        let factory = global("indexedDB");
        if !factory.is_object() {
            return None;
        }
        let request = factory.unchecked_into::<Factory>().open(DATABASE, 1).ok()?;
        let opening = JsValue::from(&request);
        let make = Closure::once(move || {
            // If it fails, no transaction will begin.
            let _ =
                opening.unchecked_into::<Request>().result().unchecked_into::<Database>().create_store(STORE);
        });
        set(&request, "onupgradeneeded", make.as_ref());
        let opened = Settled::of(&request, "onsuccess", ["onerror", "onblocked"]).well().await;
        opened.then(|| Self(request.result().unchecked_into()))
    }

    fn transaction(&self, mode: &str) -> Option<Transaction> {
        let options = Object::new();
        set(&options, "durability", &"strict".into());
        self.0.transaction(STORE, mode, &options).ok()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // It waits for the transactions that have begun.
        self.0.close();
    }
}

/// The tokens of a name.
async fn value(store: &Store, name: &str) -> Option<Tokens> {
    let request = store.get(name).ok()?;
    let read = Settled::of(&request, "onsuccess", ["onerror"]).well().await;
    let text = request.result().as_string().filter(|_| read)?;
    serde_json::from_str(&text).ok()
}

/// How a request or a transaction ends.
struct Settled {
    outcome: oneshot::Receiver<bool>,
    _listeners: [Closure<dyn FnMut()>; 2],
}

impl Settled {
    /// Listens at once, so that nothing is missed.
    fn of<const N: usize>(target: &JsValue, well: &str, badly: [&str; N]) -> Self {
        let (sender, outcome) = oneshot::channel();
        let sender = Rc::new(Cell::new(Some(sender)));
        let tell = |outcome: bool| {
            let sender = Rc::clone(&sender);
            Closure::<dyn FnMut()>::new(move || {
                if let Some(sender) = sender.take() {
                    // Nobody may wait any more.
                    let _ = sender.send(outcome);
                }
            })
        };
        let listeners = [tell(true), tell(false)];
        let [good, bad] = &listeners;
        set(target, well, good.as_ref());
        for event in badly {
            set(target, event, bad.as_ref());
        }
        Self { outcome, _listeners: listeners }
    }

    /// Whether it ended well.
    async fn well(self) -> bool {
        self.outcome.await.unwrap_or(false)
    }
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // The platform's objects take their own members.
    let _ = Reflect::set(target, &name.into(), value);
}
