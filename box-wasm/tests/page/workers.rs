//! One session for a page and its workers: each has a module, a memory and a clock of its own.

use std::{future::pending, time::Duration};

use box_wasm::{Client, TabStore};
use futures_util::future::join_all;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    support::Emulator,
    tabs::{Server, all_answer, script, until},
};

/// How long anybody may hold the lock.
const PATIENCE: Duration = Duration::from_millis(300);

#[wasm_bindgen(inline_js = "export function asks(freezes) { postMessage('asks'); while (freezes); }")]
extern "C" {
    /// Tells the page that this worker asks its server, and then perhaps nothing any more.
    fn asks(freezes: bool);
}

/// What a worker does: 20 calls, or it asks its server and never hears of it.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "wasm-bindgen exports public functions only")]
pub async fn in_worker(addresses: String, name: String, what: String) {
    let server = Server::of(Emulator::at(&addresses));
    let store = TabStore::new(name).stealing_after(PATIENCE);
    if what == "calls" {
        return all_answer(&[&server.client(store)]).await;
    }
    let builder = Client::builder().token_store(store).token_provider(move |_| {
        asks(what == "freezes");
        pending()
    });
    let _ = server.emulator.known_to(builder).build().unwrap().users().me().await;
}

/// A worker of this page.
struct Worker(JsValue);

impl Worker {
    /// Starts it, and waits until it has asked its server, or has made its calls.
    async fn start(server: &Server, name: &str, what: &str) -> Self {
        let worker = script(
            "const glue = `${location.origin}/wasm-bindgen-test`;
            const text = `import init, { in_worker } from '${glue}';
                onmessage = async ({ data }) => {
                    await init({ module_or_path: '${glue}_bg.wasm' });
                    await in_worker(...data);
                    postMessage('done');
                };`;
            const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
            return new Worker(url, { type: 'module' });",
            [],
        );
        let said = script(
            "return new Promise((said, failed) => {
                worker.onmessage = ({ data }) => said(data);
                worker.onerror = ({ message }) => failed(message);
                worker.postMessage([addresses, name, what]);
            });",
            [
                ("worker", &worker),
                ("addresses", &server.emulator.addresses().into()),
                ("name", &name.into()),
                ("what", &what.into()),
            ],
        );
        let said = until(said).await.as_string();
        assert_eq!(said.as_deref(), Some(if what == "calls" { "done" } else { "asks" }));
        Self(worker)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        script("worker.terminate()", [("worker", &self.0)]);
    }
}

/// How often a server was asked for a token.
async fn asked(server: &Server) -> u64 {
    server.emulator.count("requests", "oauth.token").await
}

#[wasm_bindgen_test]
async fn a_page_and_its_workers_ask_once_each_time_the_token_ends() {
    let server = Server::start().await;
    let client = server.client(TabStore::new("workers"));
    for expiry in 1..=2 {
        let workers = (0..3).map(|_| Worker::start(&server, "workers", "calls"));
        let (workers, ()) = futures_util::future::join(join_all(workers), all_answer(&[&client])).await;
        assert_eq!((asked(&server).await, workers.len()), (expiry, 3));
        server.expire().await;
    }
}

#[wasm_bindgen_test]
async fn a_worker_that_ends_in_mid_refresh_frees_the_others() {
    let server = Server::start().await;
    let worker = Worker::start(&server, "ends", "hangs").await;
    let client = server.client(TabStore::new("ends").stealing_after(Duration::from_secs(60)));
    let (ends, ()) = futures_util::future::join(async { drop(worker) }, all_answer(&[&client])).await;
    let () = ends;
    assert_eq!(asked(&server).await, 1);
}

#[wasm_bindgen_test]
async fn a_worker_that_freezes_or_hangs_in_mid_refresh_loses_the_lock_to_one() {
    for what in ["freezes", "hangs"] {
        let server = Server::start().await;
        let _worker = Worker::start(&server, what, what).await;
        let client = || server.client(TabStore::new(what).stealing_after(PATIENCE));
        let (one, two) = (client(), client());
        let others = (0..2).map(|_| Worker::start(&server, what, "calls"));
        let calls = futures_util::future::join(join_all(others), all_answer(&[&one, &two])).await;
        assert_eq!((asked(&server).await, calls.0.len()), (1, 2), "{what}");
    }
}
