//! Answers that aren't the end: 202, 304, lost replies that a look explains.

use box_core::{error::ErrorKind, event::Event, options::CallOptions, reply::Content};
use box_emulator::Fault;

use super::{Play, SECOND};

/// 202 of a download: ask again, as often as it takes, and not as failures.
pub fn a_202_of_a_download_is_polled() {
    let play = Play::new().fails(Fault::status("files.download", 202).retry_after("3").times(20));
    assert!(play.ends(play.download()).is_ok());
    assert!(play.took() >= 60 * SECOND, "{:?}", play.took());
}

/// It is not polled for ever.
pub fn polling_ends() {
    let play = Play::new().fails(Fault::status("files.download", 202).retry_after("100").times(1000));
    let error = play.ends(play.download()).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Timeout, Some(202)));
    assert!(play.took() <= 600 * SECOND, "{:?}", play.took());
    assert_eq!(error.retry_after(), Some(100 * SECOND));
}

/// 304 is an answer of its own kind.
pub fn an_unchanged_item_says_so() {
    let play = Play::new();
    let mut options = CallOptions::default();
    options.if_none_match = Some("0".to_owned());
    let error = play.ends_with(play.read(), options).unwrap_err();
    assert_eq!((error.kind(), play.requests("folders.get")), (ErrorKind::NotModified, 1));
}

/// A lost reply to a write is explained by a look: the call answers what the first request made.
pub fn a_lost_reply_is_found_again() {
    let usual = Play::new();
    let name = |reply: box_core::reply::Reply| match reply.content {
        Content::Bytes(bytes) => serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()["name"].clone(),
        Content::Held(_) => panic!("it was wanted in memory"),
    };
    let expected = name(usual.ends(usual.create()).unwrap());
    let play = Play::new().fails(Fault::new("folders.create", box_emulator::FaultKind::Drop).after_effect());
    assert_eq!(name(play.ends(play.create()).unwrap()), expected);
    assert_eq!(play.effects("folders.create"), 1);
}

/// What was there before a call is never taken for what the call made.
pub fn an_older_item_is_not_taken_for_ours() {
    let play = Play::new();
    assert!(play.ends(play.create()).is_ok());
    play.clock().run(play.clock().sleep(3600 * SECOND)).unwrap();
    let drop = Fault::new("folders.create", box_emulator::FaultKind::Drop);
    play.emulator(|emulator| emulator.fail(drop));
    let error = play.ends(play.create()).unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    assert_eq!(play.effects("folders.create"), 1, "the one of before");
}

/// Every exchange and every end of a write is told once.
pub fn events_tell_each_exchange_and_each_write() {
    let play =
        Play::with(1, |config| config.observed = true).fails(Fault::status("folders.get", 503).times(2));
    assert!(play.ends(play.read()).is_ok());
    assert!(play.ends(play.create()).is_ok());
    let (mut requests, mut retries, mut audits) = (0, 0, 0);
    for event in play.client.events() {
        match event {
            Event::Request(_) => requests += 1,
            Event::Retry(_) => retries += 1,
            Event::Audit(_) => audits += 1,
            _ => {}
        }
    }
    assert_eq!((requests, retries, audits), (4, 2, 1));
}
