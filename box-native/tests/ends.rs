//! Whatever the network does, a call ends, once, and says how.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use box_emulator::{Emulator, Fault, FaultKind};
use box_native::{
    ErrorKind, Rate, RateLimits, Source, TryStreamExt,
    box_core::{
        event::{AuditOutcome, Event},
        models::Reference,
        timeouts::Timeouts,
    },
};
use support::{Native, content, soon, until};

/// Limits of time that a test can wait for.
fn impatient() -> Timeouts {
    let mut timeouts = Timeouts::default();
    (timeouts.first_byte, timeouts.first_byte_of_write) =
        (Duration::from_millis(300), Duration::from_millis(300));
    timeouts.idle = Duration::from_secs(1);
    timeouts
}

#[tokio::test]
async fn a_write_whose_reply_is_lost_is_done_once_and_is_the_answer() {
    let native = Native::start().await;
    let faults: [fn(&str) -> Fault; 4] = [
        |operation| Fault::new(operation, FaultKind::Drop).after_effect(),
        |operation| Fault::status(operation, 503).after_effect(),
        |operation| Fault::new(operation, FaultKind::Drop),
        |operation| Fault::status(operation, 502),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let name = format!("folder {number}");
        native.fail(fault("folders.create"));
        let folder = native.client.folders().create(&*name, Reference::new("0")).await.unwrap();
        assert_eq!((folder.name.as_deref(), native.effects("folders.create")), (Some(&*name), 1));

        native.fail(fault("files.upload"));
        let file = native.client.upload(&folder.id, "a.bin", content(1000)).send().await.unwrap();
        native.fail(fault("files.upload_version"));
        let version = native.client.upload_version(&file.id, content(2000)).send().await.unwrap();
        assert_eq!((version.size, &version.id), (Some(2000), &file.id));
        assert_eq!((native.effects("files.upload"), native.effects("files.upload_version")), (1, 1));

        native.fail(fault("files.update"));
        let moved = native.client.files().update(&file.id).name("b.bin").await.unwrap();
        assert_eq!(moved.name.as_deref(), Some("b.bin"));
        native.fail(fault("folders.delete"));
        native.client.folders().delete(&folder.id).recursive(true).await.unwrap();
        assert_eq!((native.effects("files.update"), native.effects("folders.delete")), (1, 1));
        native.control(Emulator::reset_counters);
    }
}

#[tokio::test]
async fn a_commit_whose_reply_is_lost_is_found_by_its_file() {
    let native = Native::start().await;
    native.control(|emulator| {
        emulator.settings_mut().min_session_size = 100_000;
        emulator.settings_mut().max_simple_upload = 100_000;
        emulator.settings_mut().part_size = Some(8_000_000);
    });
    let bytes = content(60_000_000);
    native.fail(Fault::new("upload_sessions.commit", FaultKind::Drop).after_effect());
    let file = native.client.upload("0", "big.bin", Source::bytes(bytes.clone())).send().await.unwrap();
    native.fail(Fault::status("upload_sessions.commit", 503).after_effect());
    let version = native.client.upload_version(&file.id, Source::bytes(bytes)).send().await.unwrap();
    assert_eq!((version.id, version.size), (file.id, Some(60_000_000)));
    assert_eq!(native.effects("upload_sessions.commit"), 2);
}

#[tokio::test]
async fn what_nobody_can_know_is_said_so() {
    let native = Native::start().await;
    native.fail(Fault::new("upload_sessions.create", FaultKind::Drop).after_effect());
    let error = native.client.upload_sessions().create("0", 30_000_000, "a").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error:?}");
    assert_eq!((native.effects("upload_sessions.create"), error.attempts().len()), (1, 1));
}

#[tokio::test]
async fn a_reply_that_never_comes_and_a_body_that_stalls_end_typed() {
    let native = Native::with(|builder| builder.timeouts(impatient())).await;
    let file = native.client.upload("0", "a.bin", content(100_000)).send().await.unwrap();
    native.fail(Fault::stall("files.get", 0).times(9));
    let error = soon("the get", native.client.files().get(&file.id).with_max_attempts(2)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Timeout, 2));
    native.control(Emulator::clear_faults);

    native.fail(Fault::stall("download.content", 5000).at_body());
    let mut stream = native.client.download(&file.id).stream().await.unwrap();
    let ended = soon("the download", async {
        loop {
            match stream.try_next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ended well"),
                Err(error) => break error,
            }
        }
    });
    assert_eq!(ended.await.kind(), ErrorKind::Timeout);

    native.control(|emulator| emulator.settings_mut().stall_uploads_after = Some(2_000_000));
    let upload = native.client.upload("0", "b.bin", content(30_000_000)).with_max_attempts(1);
    let error = soon("the upload", upload.send()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
}

#[tokio::test]
async fn derived_clients_change_nothing_of_their_parent() {
    let native = Native::start().await;
    let reader = native.client.clone().read_only();
    let refused = reader.folders().create("n", Reference::new("0")).await.unwrap_err();
    assert!(refused.is_read_only());
    assert!(reader.upload("0", "n", vec![1]).send().await.unwrap_err().is_read_only());
    assert_eq!((native.requests("folders.create"), native.requests("files.upload")), (0, 0));
    reader.folders().get("0").await.unwrap();
    native.client.folders().create("n", Reference::new("0")).await.unwrap();

    let file = native.client.upload("0", "a.bin", vec![1, 2, 3]).send().await.unwrap();
    let etag = file.etag.clone().unwrap();
    let same = native.client.files().get(&file.id).with_if_none_match(&*etag).await.unwrap_err();
    assert!(same.is_not_modified());
    let other = native.client.files().update(&file.id).name("b").with_if_match("999").await.unwrap_err();
    assert!(other.is_precondition_failed());
}

#[tokio::test]
async fn closing_waits_and_then_ends_what_is_left() {
    let native = Native::start().await;
    native.fail(Fault::stall("folders.get", 0));
    let client = native.client.clone().with_max_attempts(1);
    let stuck = tokio::spawn(async move { client.folders().get("0").await });
    until("the call", || native.requests("folders.get") == 1).await;
    assert!(!soon("closing", native.client.close(Duration::from_millis(50))).await);
    assert_eq!(soon("the call", stuck).await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(native.client.users().me().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_wait_that_is_too_long_fails_at_once_and_says_when_to_come_back() {
    let mut limits = RateLimits::none();
    limits.api = Rate::new(2, 60);
    let native = Native::with(|builder| builder.rate_limits(limits)).await;
    let begun = Instant::now();
    native.client.folders().get("0").await.unwrap();
    native.client.folders().get("0").await.unwrap();
    let late = native.client.folders().get("0").with_timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(late.retry_after().unwrap() > Duration::from_secs(30), "{late:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(native.requests("folders.get"), 2);
}

#[tokio::test]
async fn every_write_is_audited_and_every_request_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&told);
    let native =
        Native::with(|builder| builder.on_event(move |event| keep.lock().unwrap().push(event.clone()))).await;
    told.lock().unwrap().clear();
    native.fail(Fault::status("folders.create", 429).retry_after("0"));
    let folder = native.client.folders().create("n", Reference::new("0")).await.unwrap();
    native.client.folders().create("n", Reference::new("0")).await.unwrap_err();
    native.fail(Fault::stall("folders.delete", 0));
    let client = native.client.clone();
    let left = tokio::spawn(async move { client.folders().delete(folder.id).await });
    until("the delete", || native.requests("folders.delete") == 1).await;
    left.abort();
    assert!(left.await.unwrap_err().is_cancelled());
    let told = told.lock().unwrap();
    let audits: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            Event::Audit(audit) => Some((audit.operation, audit.outcome)),
            _ => None,
        })
        .collect();
    let expected = [
        ("folders.create", AuditOutcome::Done),
        ("folders.create", AuditOutcome::Failed),
        ("folders.delete", AuditOutcome::Cancelled),
    ];
    assert_eq!(audits, expected);
    let requests: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            Event::Request(request) => Some((request.url_template, request.resend_count, request.status)),
            _ => None,
        })
        .collect();
    let create = Some("/folders");
    assert_eq!(requests, [(create, 0, Some(429)), (create, 1, Some(201)), (create, 0, Some(409))]);
}
