//! Limits of time.

use std::time::Duration;

use box_core::{
    download::DownloadPlan,
    error::ErrorKind,
    upload::{Target, UploadPlan},
};
use box_emulator::Fault;

use super::{Play, SECOND, within};
use crate::{source::Source, wire::Network};

/// A first byte that never comes ends a call in bounded time, typed.
pub fn a_first_byte_that_never_comes_ends_a_call() {
    let play = Play::new().fails(Fault::stall("folders.get", 0).times(1000));
    let error = play.ends(play.read()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(play.took() <= 600 * SECOND, "{:?}", play.took());
    assert_eq!(play.clock().timers(), 0);
}

/// A call's own time limit ends it on the dot, whatever it waits for.
pub fn a_deadline_ends_a_call_on_the_dot() {
    let limit = 3 * SECOND;
    let faults = [
        Fault::stall("folders.get", 0),
        Fault::stall("folders.get", 3).at_body(),
        Fault::trickle("folders.get", 1),
        Fault::status("folders.get", 401),
    ];
    for fault in faults {
        let play =
            Play::new().fails(fault.clone().times(1000)).fails(Fault::stall("oauth.token", 0).times(1000));
        let error = play.ends_with(play.read(), within(limit)).unwrap_err();
        assert_eq!((error.kind(), play.took()), (ErrorKind::Timeout, limit), "{fault:?}");
    }
}

/// A reply that doesn't move ends; one that moves, however slowly, arrives.
pub fn a_reply_must_move() {
    let play = Play::new().fails(Fault::stall("folders.get", 9).at_body());
    play.ends(play.read()).expect("read once more");
    let took = play.took();
    assert!(took >= 15 * SECOND && took <= 30 * SECOND, "{took:?}");
    let play = Play::new().fails(Fault::trickle("folders.get", 10));
    play.ends(play.read()).expect("it moves");
    assert_eq!(play.requests("folders.get"), 1);
    assert!(play.took() > 30 * SECOND, "{:?}", play.took());
}

/// Content that doesn't move ends typed; what came of it is not taken for all of it.
pub fn content_must_move() {
    let download = |fault: Fault| {
        let play = Play::new().fails(fault);
        let ended = play.clock().run(play.client.download(DownloadPlan::new(play.stage.id("note.txt"))));
        (ended.expect("it ends"), play.took())
    };
    let (ended, took) = download(Fault::stall("download.content", 9).at_body());
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(took <= 30 * SECOND, "{took:?}");
    let (ended, took) = download(Fault::trickle("download.content", 1));
    assert_eq!(ended.expect("all of it").size, 25);
    assert!(took >= 24 * SECOND, "{took:?}");
}

/// A body that stops leaving ends typed; what never left as a whole had no effect.
pub fn an_upload_must_move() {
    let network = Network { upload_stalls: Some(1000), ..Network::default() };
    let play = Play::over(network, 1, |_| {});
    let error = upload(&play, 5000).unwrap_err();
    assert_eq!(error, ErrorKind::Timeout);
    assert_eq!((play.effects("files.upload"), play.requests("files.upload")), (0, 0));
    assert!(play.took() <= 300 * SECOND, "{:?}", play.took());
}

/// An upload takes the time it needs, as long as it moves.
pub fn a_slow_upload_arrives() {
    let network = Network { upload_rate: Some(5), ..Network::default() };
    let play = Play::over(network, 1, |_| {});
    assert_eq!(upload(&play, 5000), Ok(()));
    assert!(play.took() > 1000 * SECOND, "{:?}", play.took());
    assert_eq!(play.effects("files.upload"), 1);
}

/// 50 GB at 10 MB a second: no limit of a whole call ends it.
pub fn a_huge_upload_has_no_limit_of_time() {
    const SIZE: u64 = 50_000_000_000;
    let network = Network { upload_rate: Some(10_000_000), ..Network::default() };
    let play = Play::over(network, 1, |_| {});
    play.emulator(|emulator| {
        emulator.settings_mut().part_size = Some(64 * 1024 * 1024);
        emulator.settings_mut().access_token_ttl = 3600;
    });
    let target = Target::File { folder_id: play.stage.id("home").to_owned(), name: "huge".to_owned() };
    let ended = play.clock().run(play.client.upload(UploadPlan::new(target, SIZE), &Source::Zeros(SIZE)));
    assert!(ended.expect("it ends").is_ok());
    assert!(play.took() >= Duration::from_secs(SIZE / 10_000_000), "{:?}", play.took());
    assert_eq!(play.effects("upload_sessions.commit"), 1);
}

fn upload(play: &Play, size: u64) -> Result<(), ErrorKind> {
    let target = Target::File { folder_id: play.stage.id("home").to_owned(), name: "new".to_owned() };
    let content = vec![7; usize::try_from(size).expect("small")];
    let source = Source::Bytes(content.into());
    let upload = play.client.upload(UploadPlan::new(target, size), &source);
    play.clock().run(upload).expect("it ends").map(drop).map_err(|error| error.kind())
}
