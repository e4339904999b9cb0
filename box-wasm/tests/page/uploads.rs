//! Uploads that tell how far they are, that are given up, and that come from streams.

use std::{cell::Cell, pin::pin};

use box_wasm::{ErrorKind, Source};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use serde_json::json;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Blob;

use crate::{content, downloads::noting, support::Web};

const MB: u64 = 1_000_000;

/// As much as goes in one request, and more than a system keeps in the buffers of a connection.
const SIMPLE: u64 = 48 * MB;

const SESSION: u64 = 25 * MB;

fn megabyte() -> Vec<u8> {
    content(1_000_000)
}

/// The same megabyte again and again.
pub(crate) fn blob(size: u64) -> Blob {
    let part = js_sys::Uint8Array::from(&*megabyte());
    let parts: js_sys::Array = (0..size / MB).map(|_| part.clone()).collect();
    Blob::new_with_blob_sequence(&parts).unwrap()
}

/// Lets the emulator read so slowly that what was sent can be seen.
async fn throttle(web: &Web, bytes_per_second: Option<u32>) {
    web.emulator.control("/options", json!({"throttle": bytes_per_second})).await;
}

#[wasm_bindgen_test]
async fn progress_is_told_within_a_request() {
    let web = Web::over_fetch().await;
    throttle(&web, Some(12_000_000)).await;
    let (seen, watch) = noting();
    web.client.upload("0", "slow", blob(SIMPLE)).progress(watch).send().await.unwrap();
    let seen = seen.borrow();
    let within = seen.iter().filter(|at| (1..SIMPLE).contains(&at.transferred));
    assert!(within.count() >= 3, "{seen:?}");
    assert!(seen.is_sorted_by_key(|at| at.transferred), "{seen:?}");
    assert_eq!(seen.last().map(|at| at.transferred), Some(SIMPLE));
}

/// Drops an upload when some of it has gone out.
async fn leave_midway(web: &Web, source: Source) {
    let (sender, moved) = oneshot::channel();
    let sender = Cell::new(Some(sender));
    let upload = web.client.upload("0", "left", source).progress(move |_| {
        if let Some(sender) = sender.take() {
            sender.send(()).unwrap();
        }
    });
    match select(pin!(upload.send()), moved).await {
        Either::Left((result, _)) => panic!("it ended: {result:?}"),
        Either::Right((moved, _)) => moved.unwrap(),
    }
}

#[wasm_bindgen_test]
async fn an_upload_that_is_dropped_is_aborted() {
    let web = Web::over_fetch().await;
    throttle(&web, Some(12_000_000)).await;
    leave_midway(&web, blob(SIMPLE).into()).await;
    throttle(&web, None).await;
    // What went on would be in the way of this.
    web.client.upload("0", "left", blob(SIMPLE)).send().await.unwrap();
    assert_eq!(web.emulator.count("requests", "files.upload").await, 1);
}

#[wasm_bindgen_test]
async fn a_session_that_is_dropped_is_given_up() {
    let web = Web::over_fetch().await;
    leave_midway(&web, Source::stream(blob(SESSION).stream(), SESSION)).await;
    web.emulator.until_effect("upload_sessions.abort").await;
    assert_eq!(web.emulator.count("effects", "upload_sessions.commit").await, 0);
}

#[wasm_bindgen_test]
async fn a_stream_goes_by_session() {
    let web = Web::over_fetch().await;
    let source = Source::stream(blob(SESSION).stream(), SESSION);
    let file = web.client.upload("0", "stream", source).send().await.unwrap();
    assert_eq!(web.emulator.count("effects", "upload_sessions.upload_part").await, 3);
    let (bytes, megabyte) = (web.client.download(file.id).bytes().await.unwrap(), megabyte());
    assert_eq!(bytes.len() as u64, SESSION);
    assert!(bytes.chunks(megabyte.len()).all(|part| part == megabyte));
}

#[wasm_bindgen_test]
async fn a_stream_of_another_length_gives_its_session_up() {
    for said in [SESSION + 1, SESSION - 1] {
        let web = Web::over_fetch().await;
        let source = Source::stream(blob(SESSION).stream(), said);
        let error = web.client.upload("0", "odd", source).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        web.emulator.until_effect("upload_sessions.abort").await;
        assert_eq!(web.emulator.count("effects", "upload_sessions.commit").await, 0);
    }
}

#[wasm_bindgen_test]
async fn a_stream_may_end_with_an_empty_chunk() {
    const CHUNKS: &str = "return new ReadableStream({ start(to) {
        for (const size of [2, 0, 3, 0]) to.enqueue(new Uint8Array(size));
        to.close();
    } })";
    let web = Web::over_fetch().await;
    let stream = js_sys::Function::new_no_args(CHUNKS).call0(&JsValue::NULL).unwrap();
    let source = Source::stream(stream.unchecked_into(), 5);
    let file = web.client.upload("0", "chunks", source).send().await.unwrap();
    assert_eq!(web.client.download(file.id).bytes().await.unwrap(), [0; 5].as_slice());
}
