//! Transfers that their caller ends: a typed error, and nothing is left behind, here or at Box.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{io::Cursor, path::Path, sync::Arc};

use box_emulator::{Fault, FaultKind};
use box_native::{CancelToken, Error, ErrorKind, Source, TryStreamExt};
use futures_util::FutureExt;
use support::{Native, content, soon, until};
use tokio::sync::Notify;

const ABORT: &str = "upload_sessions.abort";

fn is_cancelled<T>(result: Result<T, Error>) {
    let error = result.err().expect("it was cancelled");
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error:?}");
}

fn sources() -> [(Source, u64); 2] {
    let (small, large) = (content(40_000_000), content(20_000_000));
    [(Source::bytes(small), 0), (Source::reader(Cursor::new(large), 20_000_000), 1)]
}

#[tokio::test]
async fn a_token_cancels_an_upload_in_the_middle() {
    let native = Native::start().await;
    for (source, aborts) in sources() {
        let cancel = CancelToken::new();
        let end = cancel.clone();
        let upload = native.client.upload("0", "n", source).cancel(&cancel);
        let upload = upload.progress(move |at| {
            if at.transferred > 9_000_000 {
                end.cancel();
            }
        });
        is_cancelled(soon("the upload", upload.send()).await);
        until("the abort", || native.effects(ABORT) == aborts).await;
        assert!(native.names().await.is_empty());
    }
}

#[tokio::test]
async fn dropping_an_upload_gives_its_session_up_even_while_the_client_closes() {
    for closes in [false, true] {
        let native = Native::start().await;
        for (source, aborts) in sources() {
            let begun = Arc::new(Notify::new());
            let told = Arc::clone(&begun);
            let upload = native.client.upload("0", "n", source);
            let upload = upload.progress(move |at| {
                if at.transferred > 9_000_000 {
                    told.notify_one();
                }
            });
            let upload = tokio::spawn(upload.send());
            soon("the upload", begun.notified()).await;
            upload.abort();
            assert!(upload.await.unwrap_err().is_cancelled());
            if closes && aborts == 1 {
                assert!(native.client.close(std::time::Duration::from_secs(60)).await);
            }
            until("the abort", || native.effects(ABORT) == aborts).await;
            assert_eq!(native.effects("files.upload") + native.effects("upload_sessions.commit"), 0);
        }
    }
}

#[tokio::test]
async fn what_was_cancelled_before_is_not_begun() {
    let native = Native::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, partial) = (folder.path().join("a"), folder.path().join("a.partial"));
    std::fs::write(&partial, "somebody else's").unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let client = &native.client;
    is_cancelled(client.upload("0", "n", vec![1]).cancel(&cancel).send().await);
    is_cancelled(client.download("1").cancel(&cancel).to_path(&path).await);
    is_cancelled(client.download("1").cancel(&cancel).stream().await);
    assert_eq!(native.all_requests(), 0);
    assert_eq!(std::fs::read(&partial).unwrap(), b"somebody else's");
}

/// A download whose body comes to a halt at its start.
async fn halted() -> (Native, String) {
    let native = Native::start().await;
    let file = native.client.upload("0", "n", content(3_000_000)).send().await.unwrap();
    let halt = FaultKind::Delay { delay_ms: 600_000 };
    native.fail(Fault::new("download.content", halt).at_body());
    (native, file.id)
}

fn listed(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_token_wakes_and_cancels_a_download_that_halts() {
    let (native, id) = halted().await;
    let folder = tempfile::tempdir().unwrap();
    let cancel = CancelToken::new();
    let download = native.client.download(&id).cancel(&cancel).to_path(folder.path().join("a"));
    let download = tokio::spawn(download);
    until("the body", || native.requests("download.content") == 1).await;
    assert_eq!(listed(folder.path()), ["a.partial"]);
    cancel.cancel();
    is_cancelled(soon("the download", download).await.unwrap());
    assert!(listed(folder.path()).is_empty());

    let (native, id) = halted().await;
    let cancel = CancelToken::new();
    let mut content = native.client.download(&id).cancel(&cancel).stream().await.unwrap();
    let next = tokio::spawn(async move { content.try_next().await });
    tokio::task::yield_now().await;
    cancel.cancel();
    is_cancelled(soon("the stream", next).await.unwrap());
}

#[tokio::test]
async fn dropping_a_download_removes_what_it_wrote() {
    let (native, id) = halted().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, "old").unwrap();
    let download = tokio::spawn(native.client.download(&id).to_path(path.clone()));
    until("the body", || native.requests("download.content") == 1).await;
    download.abort();
    assert!(download.await.unwrap_err().is_cancelled());
    assert_eq!(listed(folder.path()), ["a"]);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
}

#[test]
fn a_download_dropped_while_its_file_is_made_leaves_none() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let (native, id) = halted().await;
        let folder = tempfile::tempdir().unwrap();
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || held.recv().unwrap());
        let download = native.client.download(&id).to_path(folder.path().join("a"));
        assert!(download.now_or_never().is_none());
        hold.send(()).unwrap();
        busy.await.unwrap();
        // The only blocking thread works in turn, so what was begun before this is done.
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        assert!(listed(folder.path()).is_empty());
    });
}
