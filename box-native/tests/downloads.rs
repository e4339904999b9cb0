//! Downloads: the file is whole and verified, or it stays as it was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use box_emulator::{Fault, FaultKind};
use box_native::{
    Error, ErrorKind, Subject, TryStreamExt,
    transport::{BoxFuture, Http, HttpReply, HttpRequest, HttpSettings, Transport, TransportError},
};
use bytes::Bytes;
use futures_util::{StreamExt, future::join_all};
use support::{Native, content, soon, until};

const CONTENT: &str = "download.content";
const LEN: usize = 3_000_000;

struct Story {
    native: Native,
    id: String,
    folder: tempfile::TempDir,
}

impl Story {
    async fn start() -> Self {
        let native = Native::start().await;
        let file = native.client.upload("0", "n", content(LEN)).send().await.unwrap();
        Self { native, id: file.id, folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("a.bin")
    }

    fn listed(&self) -> Vec<String> {
        listed(self.folder.path())
    }

    /// A download that must fail and leave the old file and nothing else.
    async fn fails(&self) -> Error {
        std::fs::write(self.path(), "old").unwrap();
        let download = self.native.client.download(&self.id).to_path(self.path());
        let error = soon("the download", download).await.unwrap_err();
        assert_eq!(self.listed(), ["a.bin"], "{error:?}");
        assert_eq!(std::fs::read(self.path()).unwrap(), b"old");
        error
    }
}

fn listed(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_file_takes_its_place_when_it_is_whole() {
    let story = Story::start().await;
    let path = story.path();
    std::fs::write(&path, "old").unwrap();
    std::fs::write(path.with_extension("bin.partial"), content(2 * LEN)).unwrap();
    let (seen, target) = (Arc::new(Mutex::new(Vec::new())), path.clone());
    let log = Arc::clone(&seen);
    let download = story.native.client.download(&story.id).progress(move |at| {
        assert_eq!(std::fs::read(&target).unwrap(), b"old");
        log.lock().unwrap().push((at.transferred, at.total));
    });
    let received = download.to_path(&path).await.unwrap();
    assert_eq!(received.size, LEN as u64);
    assert!(std::fs::read(&path).unwrap() == content(LEN));
    assert_eq!(story.listed(), ["a.bin"]);
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted() && seen.iter().all(|at| at.1 == Some(LEN as u64)), "{seen:?}");
    assert_eq!(seen.last().unwrap().0, LEN as u64);
}

#[tokio::test]
async fn what_is_not_whole_is_not_kept() {
    let story = Story::start().await;
    for fault in [FaultKind::Truncate { bytes: 100 }, FaultKind::Drop] {
        story.native.fail(Fault::new(CONTENT, fault).at_body());
        let error = story.fails().await;
        assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    }
    story.native.fail(Fault::new("files.download", FaultKind::RedirectLoop).times(10));
    assert_eq!(story.fails().await.kind(), ErrorKind::Redirect);
    story.native.control(|emulator| emulator.clear_faults());
    story.native.fail(Fault::new("files.download", FaultKind::RedirectElsewhere));
    assert_eq!(story.fails().await.status(), Some(404));
    story.native.fail(Fault::status(CONTENT, 503).retry_after("0").times(10));
    assert_eq!(story.fails().await.status(), Some(503));
}

#[tokio::test]
async fn a_lost_beginning_is_asked_for_again() {
    let story = Story::start().await;
    story.native.fail(Fault::new(CONTENT, FaultKind::Drop));
    story.native.fail(Fault::status("files.download", 202).retry_after("0"));
    story.native.fail(Fault::status(CONTENT, 503).retry_after("0"));
    story.native.client.download(&story.id).to_path(story.path()).await.unwrap();
    assert!(std::fs::read(story.path()).unwrap() == content(LEN));
}

#[tokio::test]
async fn what_cannot_be_written_is_not_asked_for() {
    let story = Story::start().await;
    let (folder, before) = (story.folder.path(), story.native.all_requests());
    std::fs::create_dir(folder.join("b.partial")).unwrap();
    for name in ["missing/a", "b"] {
        let download = story.native.client.download(&story.id).to_path(folder.join(name));
        let error = download.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
        assert!(error.message().contains(name), "{error}");
    }
    assert_eq!(story.native.all_requests(), before);
    // What is in the way at the end can't be known at the start.
    std::fs::create_dir_all(folder.join("c/d")).unwrap();
    let error = story.native.client.download(&story.id).to_path(folder.join("c")).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_downloads_to_one_path_never_mix() {
    let story = Story::start().await;
    let other = story.native.client.upload("0", "o", vec![7; LEN]).send().await.unwrap();
    // The first comes to a halt; the second is told that it is there.
    story.native.fail(Fault::new(CONTENT, FaultKind::Delay { delay_ms: 600_000 }).at_body());
    let first = story.native.client.download(&story.id).to_path(story.path());
    let first = tokio::spawn(first);
    until("the first", || story.native.requests(CONTENT) == 1).await;
    let second = story.native.client.download(&other.id).to_path(story.path()).await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::Io, "{second:?}");
    assert_eq!(story.listed(), ["a.bin.partial"], "that of the first");
    first.abort();
    first.await.unwrap_err();
    assert!(story.listed().is_empty());
    // In a rush, whoever wins wins whole.
    for _ in 0..10 {
        let ids = [&story.id, &other.id].repeat(4);
        let rush = ids.into_iter().map(|id| {
            let download = story.native.client.download(id).to_path(story.path());
            tokio::spawn(download)
        });
        let done: Vec<_> = join_all(rush).await.into_iter().map(|done| done.unwrap()).collect();
        assert!(done.iter().any(Result::is_ok));
        assert!(done.iter().flat_map(|done| done.as_ref().err()).all(|e| e.kind() == ErrorKind::Io));
        let bytes = std::fs::read(story.path()).unwrap();
        assert!(bytes == content(LEN) || bytes == vec![7; LEN], "a mixture");
        assert_eq!(story.listed(), ["a.bin"]);
    }
}

/// Turns one bit of what comes from the download origin.
struct Flip(Http);

impl Transport for Flip {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let is_content = request.url.contains("/d/1/");
        let reply = self.0.send(request);
        Box::pin(async move {
            let mut reply = reply.await?;
            if is_content {
                let mut first = true;
                reply.body = Box::pin(reply.body.map_ok(move |bytes| {
                    let mut bytes = bytes.to_vec();
                    *bytes.first_mut().unwrap() ^= u8::from(std::mem::take(&mut first));
                    Bytes::from(bytes)
                }));
            }
            Ok(reply)
        })
    }
}

#[tokio::test]
async fn other_bytes_than_box_holds_are_an_integrity_error() {
    let flip = Flip(Http::new(&HttpSettings::default()).unwrap());
    let native = Native::with(|builder| builder.transport(flip)).await;
    let file = native.client.upload("0", "n", content(LEN)).send().await.unwrap();
    let story = Story { native, id: file.id, folder: tempfile::tempdir().unwrap() };
    assert_eq!(story.fails().await.kind(), ErrorKind::Integrity);
    let client = &story.native.client;
    let stream = client.download(&story.id).stream().await.unwrap();
    let all: Vec<_> = stream.collect().await;
    let (last, bytes) = all.split_last().unwrap();
    assert_eq!(last.as_ref().unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(bytes.iter().map(|bytes| bytes.as_ref().unwrap().len()).sum::<usize>(), LEN);
    // Who doesn't want to know isn't told, and saves a request.
    story.native.control(|emulator| emulator.reset_counters());
    client.download(&story.id).verify(false).to_path(story.path()).await.unwrap();
    assert_eq!(story.native.requests("files.get"), 0);
    assert_eq!(std::fs::read(story.path()).unwrap()[0], content(1)[0] ^ 1);
}

#[tokio::test]
async fn ranges_and_other_users_leak_nothing_to_the_origin_of_contents() {
    let story = Story::start().await;
    let download = story.native.client.files().download(&story.id);
    let stream = download.range("bytes=1000-1999").stream().await.unwrap();
    assert_eq!(stream.size(), Some(1000));
    let all: Vec<Bytes> = stream.try_collect().await.unwrap();
    assert!(all.concat() == content(2000)[1000..]);
    let beyond = story.native.client.files().download(&story.id).range("bytes=3000000-");
    assert_eq!(beyond.stream().await.unwrap_err().status(), Some(416));

    let at = story.native.server.addresses();
    let app = box_native::Client::builder().hosts(support::hosts(&story.native.server));
    let enterprise = Subject::Enterprise(at.enterprise_id.clone());
    let app = app.client_credentials(&at.client_id, at.client_secret.as_str(), enterprise);
    let download = app.build().unwrap().files().download(&story.id).with_as_user(&at.user_id);
    let download = download
        .with_header("boxapi", "shared_link=https://box.com/s/1&shared_link_password=p")
        .with_header("box-version", "2024.0");
    assert!(download.await.unwrap() == content(LEN));
    assert_eq!(story.native.requests(CONTENT), 3);
    story.native.control(|emulator| assert_eq!(emulator.counters().leaks(), 0));
}
