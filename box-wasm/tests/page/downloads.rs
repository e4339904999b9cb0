//! Content as a `Blob` and as it comes.

use std::{cell::RefCell, rc::Rc};

use box_wasm::{Progress, TryStreamExt};
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{content, support::Web};
use box_scenarios::World as _;

/// Notes what is told of a transfer.
pub(crate) fn noting() -> (Rc<RefCell<Vec<Progress>>>, impl Fn(Progress) + 'static) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    (seen, move |at| log.borrow_mut().push(at))
}

fn assert_complete(seen: &RefCell<Vec<Progress>>, total: usize) {
    let (seen, total) = (seen.borrow(), total as u64);
    assert!(seen.iter().all(|at| at.total == Some(total)), "{seen:?}");
    assert!(seen.is_sorted_by(|one, two| one.transferred < two.transferred), "{seen:?}");
    assert_eq!(seen.last().map(|at| at.transferred), Some(total));
}

#[wasm_bindgen_test]
async fn content_comes_as_a_blob() {
    let web = Web::over_fetch().await;
    let bytes = content(3_000_000);
    let file = web.upload("0", "blob", bytes.clone()).await.unwrap();
    let (seen, watch) = noting();
    let blob = web.client.download(file.id).progress(watch).blob().await.unwrap();
    let buffer = JsFuture::from(blob.array_buffer()).await.unwrap();
    assert!(Uint8Array::new(&buffer).to_vec() == bytes);
    assert_complete(&seen, bytes.len());
}

#[wasm_bindgen_test]
async fn content_comes_in_pieces() {
    let web = Web::over_fetch().await;
    let bytes = content(3_000_000);
    let file = web.upload("0", "stream", bytes.clone()).await.unwrap();
    let (seen, watch) = noting();
    let stream = web.client.download(file.id).progress(watch).stream().await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    assert!(pieces.len() > 1, "all at once");
    assert!(pieces.concat() == bytes);
    assert_complete(&seen, bytes.len());
}
