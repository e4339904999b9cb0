//! Lists over the emulator: the next page ahead of time, and where a list can't go on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use box_emulator::{Fault, FaultKind, Seed};
use box_native::{
    ErrorKind, ResultStream, TryStreamExt,
    models::{Item, Items},
    transport::{BoxFuture, Http, HttpReply, HttpRequest, HttpSettings, Transport, TransportError},
};
use support::{Native, soon, until};

const LIST: &str = "folders.list_items";

/// Counts the requests that are neither answered nor given up.
struct Counting {
    http: Http,
    open: Arc<AtomicUsize>,
}

struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Counting {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        self.open.fetch_add(1, Ordering::SeqCst);
        let (open, reply) = (Open(Arc::clone(&self.open)), self.http.send(request));
        Box::pin(async move {
            let _open = open;
            reply.await
        })
    }
}

/// An emulator with a folder of 35 files.
async fn seeded() -> (Native, Arc<AtomicUsize>) {
    let open = Arc::new(AtomicUsize::new(0));
    let http = Http::new(&HttpSettings::default()).unwrap();
    let transport = Counting { http, open: Arc::clone(&open) };
    let native = Native::with(|builder| builder.transport(transport)).await;
    seed(&native, 35);
    (native, open)
}

fn seed(native: &Native, files: u64) {
    let mut seed = Seed::default();
    seed.files = files;
    native.control(|emulator| emulator.seed(0, &seed)).unwrap();
}

fn pages(native: &Native, prefetch: bool) -> ResultStream<Items> {
    let list = native.client.folders().list_items("0").limit(10);
    if prefetch { list.with_prefetch().pages() } else { list.pages() }
}

fn len(page: Option<Items>) -> usize {
    page.unwrap().entries.unwrap().len()
}

#[tokio::test]
async fn without_prefetch_a_page_is_asked_for_when_it_is_wanted() {
    let (native, open) = seeded().await;
    let mut pages = pages(&native, false);
    assert_eq!(native.requests(LIST), 0);
    for page in 1..=4 {
        assert!(pages.try_next().await.unwrap().is_some());
        native.client.users().me().await.unwrap();
        assert_eq!((native.requests(LIST), open.load(Ordering::SeqCst)), (page, 0));
    }
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn prefetch_asks_for_one_page_while_the_application_works() {
    let (native, _) = seeded().await;
    let mut list = pages(&native, true);
    assert_eq!(native.requests(LIST), 0);
    let mut lens = Vec::new();
    for ahead in [2, 3, 4, 4] {
        lens.push(len(list.try_next().await.unwrap()));
        // Nobody polls the list here.
        until("the page ahead", || native.requests(LIST) == ahead).await;
        native.client.users().me().await.unwrap();
        assert_eq!(native.requests(LIST), ahead, "at most one");
    }
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!((lens, native.requests(LIST)), (vec![10, 10, 10, 5], 4));

    // The same items come.
    let items = || native.client.folders().list_items("0").fields(["name"]).limit(7);
    let plain: Vec<Item> = items().items().try_collect().await.unwrap();
    let ahead: Vec<Item> = items().with_prefetch().items().try_collect().await.unwrap();
    assert_eq!((plain.len(), &plain), (35, &ahead));
}

#[tokio::test]
async fn dropping_a_list_gives_the_page_ahead_up() {
    let (native, open) = seeded().await;
    native.fail(Fault::new(LIST, FaultKind::Delay { delay_ms: 600_000 }).skip(1));
    let mut items = native.client.folders().list_items("0").limit(10).with_prefetch().items();
    assert!(items.try_next().await.unwrap().is_some());
    until("the page ahead", || native.requests(LIST) == 2).await;
    assert_eq!(open.load(Ordering::SeqCst), 1);
    drop(items);
    until("the end of its request", || open.load(Ordering::SeqCst) == 0).await;
    native.client.users().me().await.unwrap();
    assert_eq!(native.requests(LIST), 2);
}

#[tokio::test]
async fn errors_of_the_page_ahead_come_behind_the_items_before_it() {
    let (native, _) = seeded().await;
    native.fail(Fault::status(LIST, 404).skip(2));
    let mut items = native.client.folders().list_items("0").limit(10).with_prefetch().items();
    let mut count = 0;
    let error = loop {
        match items.try_next().await {
            Ok(item) => count += usize::from(item.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!((count, error.status(), error.operation()), (20, Some(404), Some(LIST)));
    assert!(items.try_next().await.unwrap().is_none());
    assert_eq!(native.requests(LIST), 3);
}

#[test]
fn a_page_ahead_whose_runtime_has_ended_is_an_error() {
    // Works by itself: the connections of the client live in it.
    let emulator = tokio::runtime::Runtime::new().unwrap();
    let (native, _) = emulator.block_on(seeded());
    let first = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut list = pages(&native, true);
    assert_eq!(len(first.block_on(list.try_next()).unwrap()), 10);
    drop(first);
    let next = emulator.block_on(async { soon("the page", list.try_next()).await });
    assert_eq!(next.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn offsets_that_box_takes_none_of_end_a_list_with_a_typed_error() {
    let native = Native::start().await;
    seed(&native, 10_300);
    for prefetch in [false, true] {
        native.control(|emulator| emulator.reset_counters());
        let search = native.client.search().query().query("seeded").offset(9_000).limit(200);
        let mut items = if prefetch { search.with_prefetch() } else { search }.items();
        let mut count = 0;
        let error = loop {
            match items.try_next().await {
                Ok(Some(_)) => count += 1,
                Ok(None) => panic!("the list was cut off in silence"),
                Err(error) => break error,
            }
        };
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Paging, Some("search.query")));
        assert!(error.message().contains("10200"), "{error}");
        assert_eq!((count, native.requests("search.query")), (1_200, 6));
    }
    let mut sorted = native.client.users().list().offset(10_001).items();
    let error = sorted.try_next().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Paging && error.message().contains("usemarker"), "{error}");
    assert_eq!(native.requests("users.list"), 0);
}
