//! Layers around every exchange.

use std::{cell::RefCell, rc::Rc};

use box_core::reply::Head;
use box_wasm::{
    Client, ErrorKind, TryStreamExt,
    transport::{HttpBody, HttpReply, HttpRequest, Layer, LocalBoxFuture, Next, TransportError},
};
use futures_util::stream;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    downloads::noting,
    support::{Emulator, Web},
    uploads::blob,
};

type Log = Rc<RefCell<Vec<String>>>;

/// Notes what passes, under a name.
struct Noting(&'static str, Log);

impl Layer for Noting {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        let (name, log) = (self.0, Rc::clone(&self.1));
        let HttpRequest { operation, url_template, resend_count, .. } = &request;
        let template = url_template.unwrap_or("-");
        log.borrow_mut().push(format!("{name} > {operation} {template} {resend_count}"));
        Box::pin(async move {
            let reply = next.send(request).await;
            let status = reply.as_ref().map_or(0, |reply| reply.head.status);
            log.borrow_mut().push(format!("{name} < {status}"));
            reply
        })
    }
}

#[wasm_bindgen_test]
async fn layers_see_every_exchange_in_order() {
    let log = Log::default();
    let builder =
        Client::builder().layer(Noting("outer", Rc::clone(&log))).layer(Noting("inner", Rc::clone(&log)));
    let web = Web::start(builder).await;
    assert!(log.borrow().contains(&"outer > oauth.token /token 0".to_owned()), "{log:?}");
    log.borrow_mut().clear();
    web.emulator.control("/fail", json!({"operation": "folders.get", "kind": "status", "status": 503})).await;
    web.client.folders().get("0").await.unwrap();
    let expected = [
        "outer > folders.get /folders/{folder_id} 0",
        "inner > folders.get /folders/{folder_id} 0",
        "inner < 503",
        "outer < 503",
        "outer > folders.get /folders/{folder_id} 1",
        "inner > folders.get /folders/{folder_id} 1",
        "inner < 200",
        "outer < 200",
    ];
    assert_eq!(*log.borrow(), expected);
}

#[wasm_bindgen_test]
async fn uploads_pass_through_layers_and_tell_how_far_they_are() {
    struct Sized(Rc<RefCell<Vec<f64>>>);

    impl Layer for Sized {
        fn handle(
            &self,
            request: HttpRequest,
            next: Next,
        ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
            if let HttpBody::Blob(blob) = &request.body {
                self.0.borrow_mut().push(blob.size());
            }
            next.send(request)
        }
    }

    let sizes = Rc::new(RefCell::new(Vec::new()));
    let web = Web::start(Client::builder().layer(Sized(Rc::clone(&sizes)))).await;
    let (seen, watch) = noting();
    web.client.upload("0", "layered", blob(2_000_000)).progress(watch).send().await.unwrap();
    assert!(matches!(sizes.borrow()[..], [size] if size > 2_000_000.0), "{sizes:?}");
    assert_eq!(seen.borrow().last().map(|at| at.transferred), Some(2_000_000));
}

/// Keeps the first answer to `users.me`, and gives it to whoever asks next.
#[derive(Default)]
struct Memory(Rc<RefCell<Option<Vec<u8>>>>);

impl Layer for Memory {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
        if request.operation != "users.me" {
            return next.send(request);
        }
        let kept = Rc::clone(&self.0);
        Box::pin(async move {
            let known = kept.borrow().clone();
            if let Some(known) = known {
                let head = Head { status: 200, ..Head::default() };
                return Ok(HttpReply { head, body: bytes::Bytes::from(known).into() });
            }
            let HttpReply { head, body } = next.send(request).await?;
            let bytes: Vec<_> = body.chunks().try_collect().await.map_err(TransportError::after_sending)?;
            *kept.borrow_mut() = Some(bytes.concat());
            let body = box_wasm::Body::from_stream(stream::iter(bytes.into_iter().map(Ok)));
            Ok(HttpReply { head, body })
        })
    }
}

#[wasm_bindgen_test]
async fn a_layer_may_answer_itself() {
    let web = Web::start(Client::builder().layer(Memory::default())).await;
    let first = web.client.users().me().await.unwrap();
    let second = web.client.users().me().await.unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(web.emulator.count("requests", "users.me").await, 1);
}

#[wasm_bindgen_test]
async fn a_layer_may_refuse() {
    struct Offline;

    impl Layer for Offline {
        fn handle(
            &self,
            _: HttpRequest,
            _: Next,
        ) -> LocalBoxFuture<'static, Result<HttpReply, TransportError>> {
            let why = box_wasm::Error::new(ErrorKind::Unsupported, "the layer refuses");
            Box::pin(async move { Err(TransportError::before_sending(why)) })
        }
    }

    let emulator = Emulator::anew().await;
    let client = emulator.known_to(Client::builder().layer(Offline)).access_token("none").build().unwrap();
    let error = client.users().me().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Unsupported, "the layer refuses"));
    let upload = client.upload("0", "refused", blob(1_000_000)).send().await.unwrap_err();
    assert_eq!(upload.kind(), ErrorKind::Unsupported, "{upload}");
}
