//! Uploads: what arrives is what was sent, or an error says why not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{
    io::Cursor,
    sync::{Arc, Mutex},
};

use box_emulator::{Fault, FaultKind};
use box_native::{Error, ErrorKind, Progress, Source, models::File};
use sha1::Digest;
use support::{Native, content};

const PART: usize = 8 * 1024 * 1024;
const LARGE: usize = 20_000_000;

/// An upload of some bytes that checks what it is told of its progress, and what Box says it stored.
async fn upload(native: &Native, name: &str, source: Source, bytes: &[u8]) -> Result<File, Error> {
    let seen = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let log = Arc::clone(&seen);
    let upload = native.client.upload("0", name, source);
    let file = upload.progress(move |at| log.lock().unwrap().push(at)).send().await?;
    let (seen, total) = (seen.lock().unwrap(), bytes.len() as u64);
    assert!(seen.iter().all(|at| at.total == Some(total)), "{name}: the total is known");
    assert!(seen.is_sorted_by_key(|at| at.transferred), "{name}: progress falls");
    let last = seen.last().map_or(0, |at| at.transferred);
    assert_eq!(last, total, "{name}: progress ends early");
    assert_eq!(file.sha1.as_deref(), Some(hex(bytes).as_str()), "{name}");
    Ok(file)
}

fn hex(bytes: &[u8]) -> String {
    sha1::Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn reader(bytes: &[u8]) -> Source {
    Source::reader(Cursor::new(bytes.to_vec()), bytes.len() as u64)
}

fn file(folder: &tempfile::TempDir, bytes: &[u8]) -> Source {
    let path = folder.path().join("source.bin");
    std::fs::write(&path, bytes).unwrap();
    Source::path(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_source_of_every_size_arrives() {
    let native = Native::start().await;
    let folder = tempfile::tempdir().unwrap();
    // Bytes, and in how many parts a path, bytes and a reader go; none is one request.
    let cases = [
        (0, [0, 0, 0]),
        (1, [0, 0, 0]),
        (300_000, [0, 0, 0]),
        (LARGE - 1, [0, 0, 0]),
        (LARGE, [0, 0, 3]),
        (3 * PART, [0, 0, 3]),
        (50_000_001, [6, 6, 6]),
    ];
    for (len, parts) in cases {
        let bytes = content(len);
        let sources = [
            ("path", file(&folder, &bytes)),
            ("bytes", Source::bytes(bytes.clone())),
            ("reader", reader(&bytes)),
        ];
        for ((kind, source), parts) in sources.into_iter().zip(parts) {
            native.control(|emulator| emulator.reset_counters());
            let name = format!("{kind}-{len}");
            let file = upload(&native, &name, source, &bytes).await.unwrap();
            assert_eq!(file.size, Some(len as i64), "{name}");
            assert_eq!(native.requests("upload_sessions.upload_part"), parts, "{name}");
            assert_eq!(native.requests("files.upload"), u64::from(parts == 0), "{name}");
            native.client.files().delete(file.id).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_on_the_way_costs_a_replay_and_stores_one_whole_file() {
    let native = Native::start().await;
    let folder = tempfile::tempdir().unwrap();
    let bytes = content(1_000_000);
    let sources = [file(&folder, &bytes), Source::bytes(bytes.clone()), reader(&bytes)];
    for (round, source) in sources.into_iter().enumerate() {
        native.control(|emulator| emulator.revoke_tokens(false));
        upload(&native, &round.to_string(), source, &bytes).await.unwrap();
        assert_eq!(native.requests("files.upload"), 2 * (round as u64 + 1));
        assert_eq!(native.effects("files.upload"), round as u64 + 1);
    }
    // In the middle of a session the token ends between two parts.
    let bytes = content(LARGE);
    native.fail(Fault::status("upload_sessions.upload_part", 401).skip(1));
    upload(&native, "parts", reader(&bytes), &bytes).await.unwrap();
    assert_eq!(native.requests("oauth.refresh"), 4);
    assert_eq!(native.requests("upload_sessions.upload_part"), 4);
    assert_eq!(native.names().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_sent_again_whatever_becomes_of_them() {
    const PART: &str = "upload_sessions.upload_part";
    let drop = || Fault::new(PART, FaultKind::Drop);
    // A fault, and how often parts are sent and listed.
    let cases = [
        ("limited", Fault::status(PART, 429).retry_after("0"), 4, 0),
        ("unavailable", Fault::status(PART, 503), 4, 0),
        ("lost before", drop(), 4, 0),
        ("lost after", drop().after_effect(), 4, 1),
        ("refused after", Fault::status(PART, 500).after_effect(), 4, 1),
        ("cut reply", drop().at_body(), 4, 1),
        ("last lost after", drop().after_effect().skip(2), 4, 1),
    ];
    let native = Native::start().await;
    let bytes = content(LARGE);
    for (name, fault, sent, listed) in cases {
        native.control(|emulator| emulator.reset_counters());
        native.fail(fault);
        upload(&native, name, reader(&bytes), &bytes).await.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(native.requests(PART), sent, "{name}");
        assert_eq!(native.requests("upload_sessions.list_parts"), listed, "{name}");
        assert_eq!(native.effects(PART), 3, "{name}");
        assert_eq!(native.effects("upload_sessions.abort"), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_stays_refused_ends_the_session() {
    let native = Native::start().await;
    native.fail(Fault::status("upload_sessions.upload_part", 400).skip(1));
    let bytes = content(LARGE);
    let error = upload(&native, "n", reader(&bytes), &bytes).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(400)));
    assert_eq!(error.operation(), Some("upload_sessions.upload_part"));
    assert_eq!(native.effects("upload_sessions.abort"), 1);
    assert!(native.names().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_waits_for_box_and_fails_as_box_says() {
    const COMMIT: &str = "upload_sessions.commit";
    let native = Native::start().await;
    let bytes = content(LARGE);
    native.fail(Fault::status(COMMIT, 202).retry_after("0").times(3));
    upload(&native, "late", reader(&bytes), &bytes).await.unwrap();
    assert_eq!(native.requests(COMMIT), 4);

    native.fail(Fault::status(COMMIT, 409).code("item_name_in_use"));
    let error = upload(&native, "refused", reader(&bytes), &bytes).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(409)));
    assert_eq!(native.effects("upload_sessions.abort"), 1);

    // Box may persist a write after its 503 (Box guide "Common errors"), and a reply may be lost: the file tells.
    native.fail(Fault::status(COMMIT, 503).after_effect());
    upload(&native, "unavailable", reader(&bytes), &bytes).await.unwrap();
    native.fail(Fault::new(COMMIT, FaultKind::Drop).after_effect());
    upload(&native, "lost", reader(&bytes), &bytes).await.unwrap();
    assert_eq!(native.effects("upload_sessions.abort"), 1);
    assert_eq!(native.names().await, ["late", "unavailable", "lost"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_stored_is_not_stored_twice() {
    let native = Native::start().await;
    native.fail(Fault::new("files.upload", FaultKind::Drop).after_effect());
    upload(&native, "a", Source::bytes("x"), b"x").await.unwrap();
    native.fail(Fault::status("files.upload", 429).retry_after("0"));
    upload(&native, "b", Source::bytes("x"), b"x").await.unwrap();
    assert_eq!((native.requests("files.upload"), native.effects("files.upload")), (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_stored_over_the_version_it_was_made_from() {
    let native = Native::start().await;
    let file = upload(&native, "v", Source::bytes("1"), b"1").await.unwrap();
    let etag = file.etag.unwrap();
    let large = content(50_000_001);
    for (bytes, status) in [(content(5), Ok(())), (content(6), Err(Some(412))), (large, Err(Some(412)))] {
        let upload = native.client.upload_version(&file.id, bytes).if_match(&etag);
        let stored = upload.send().await;
        assert_eq!(stored.map(drop).map_err(|e| e.status()), status);
    }
    assert_eq!(native.effects("upload_sessions.abort"), 1);
    assert_eq!(native.effects("files.upload_version"), 1);
}
