//! Callers that leave.

use std::{cell::Cell, pin::pin, rc::Rc};

use box_wasm::{
    Client, Event, Provided,
    transport::{HttpReply, HttpRequest, Layer, LocalBoxFuture, Next, TransportError},
};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Emulator, Web};

/// Notes the long timers of the page, and gives a function that counts those that are left.
const TIMERS: &str = "
    const { setTimeout: set, clearTimeout: clear } = globalThis, left = new Set();
    globalThis.setTimeout = (call, millis, ...rest) => {
        const id = set(call, millis, ...rest);
        if (millis > 90_000) left.add(id);
        return id;
    };
    globalThis.clearTimeout = (id) => { left.delete(id); clear(id); };
    return () => left.size;";

/// Lets Box ask for a long wait; a page doesn't see that it does.
struct AskedToWait;

impl Layer for AskedToWait {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        Box::pin(async move {
            let mut reply = next.send(request).await?;
            if reply.head.status == 503 {
                reply.head.headers.set("retry-after", "200");
            }
            Ok(reply)
        })
    }
}

#[wasm_bindgen_test]
async fn a_caller_that_leaves_ends_the_wait_at_once() {
    let timers = js_sys::Function::new_no_args(TIMERS).call0(&JsValue::NULL).unwrap();
    let left = || js_sys::Function::from(timers.clone()).call0(&JsValue::NULL).unwrap().as_f64().unwrap();
    let (sender, waits) = oneshot::channel();
    let sender = Cell::new(Some(sender));
    let web = Web::start(Client::builder().layer(AskedToWait).on_event(move |event| {
        if let Event::Retry(_) = event
            && let Some(sender) = sender.take()
        {
            sender.send(()).unwrap();
        }
    }))
    .await;
    let busy = json!({"operation": "folders.get", "kind": "status", "status": 503});
    web.emulator.control("/fail", busy).await;
    let call = web.client.folders().get("0").send();
    match select(call, pin!(waits)).await {
        Either::Left((result, _)) => panic!("it ended: {result:?}"),
        Either::Right((waits, call)) => {
            waits.unwrap();
            drop(call);
        }
    }
    assert_eq!(left(), 0.0);
    assert_eq!(web.emulator.count("requests", "folders.get").await, 1);
}

#[wasm_bindgen_test]
async fn a_caller_that_leaves_takes_nobodys_token() {
    let emulator = Rc::new(Emulator::anew().await);
    let (asked, count) = {
        let asked = Rc::new(Cell::new(0));
        (Rc::clone(&asked), asked)
    };
    let (release, released) = oneshot::channel::<()>();
    let released = Cell::new(Some(released));
    let server = Rc::clone(&emulator);
    let builder = Client::builder().token_provider(move |_| {
        count.set(count.get() + 1);
        let (server, released) = (Rc::clone(&server), released.take());
        async move {
            if let Some(released) = released {
                released.await.unwrap();
            }
            Ok(Provided { access_token: server.token().await.into(), expires_in: None })
        }
    });
    let client = emulator.known_to(builder).build().unwrap();
    let (stays, leaves) = (client.users().me().send(), client.users().me().send());
    let asks = async {
        while asked.get() == 0 {
            emulator.count("requests", "users.me").await;
        }
    };
    let stays = match select(stays, select(leaves, pin!(asks))).await {
        Either::Left((result, _)) => panic!("it ended: {result:?}"),
        Either::Right((Either::Left((result, _)), _)) => panic!("it ended: {result:?}"),
        // The other one is dropped here.
        Either::Right((Either::Right(_), stays)) => stays,
    };
    release.send(()).unwrap();
    stays.await.unwrap();
    assert_eq!(asked.get(), 1);
    assert_eq!(emulator.count("requests", "users.me").await, 1);
}
