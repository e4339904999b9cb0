//! Tokens that Box refuses, and what is refused before anything is sent.

use std::time::Duration;

use box_core::{
    actions::folders,
    error::ErrorKind,
    options::{CallOptions, SharedLink},
    upload::{Target, UploadPlan},
};
use box_emulator::Fault;

use super::{Play, ROUND_TRIP};
use crate::source::Source;

/// After a 401 the token is renewed and the call goes on at once.
pub fn a_401_costs_a_token_and_no_wait() {
    let play = Play::new();
    play.emulator(|emulator| emulator.expire_tokens());
    assert!(play.ends(play.create()).is_ok());
    assert_eq!(play.took(), ROUND_TRIP * 3, "the refusal, the token, the call");
    assert_eq!((play.requests("oauth.token"), play.effects("folders.create")), (1, 1));
}

/// The second 401 is the error.
pub fn a_second_401_is_the_error() {
    let play = Play::new().fails(Fault::status("folders.create", 401).times(2));
    let error = play.ends(play.create()).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(401)));
    assert_eq!((play.requests("folders.create"), play.requests("oauth.token")), (2, 1));
    assert_eq!((play.took(), play.effects("folders.create")), (ROUND_TRIP * 3, 0));
}

/// A session that is over says so, and which refusal showed it.
pub fn a_session_that_is_over_asks_for_a_sign_in() {
    let play = Play::new().fails(Fault::status("oauth.token", 400).code("invalid_grant").times(1000));
    play.emulator(|emulator| emulator.expire_tokens());
    let error = play.ends(play.create()).unwrap_err();
    assert!(error.needs_sign_in(), "{error:?}");
    assert_eq!((play.requests("folders.create"), play.requests("oauth.token")), (1, 1));
}

/// A token that ends in mid-upload costs one part twice, and no byte of the file.
pub fn a_401_at_any_point_of_an_upload_loses_nothing() {
    for (operation, skip) in [
        ("upload_sessions.create", 0),
        ("upload_sessions.upload_part", 0),
        ("upload_sessions.upload_part", 2),
        ("upload_sessions.commit", 0),
    ] {
        let play = Play::new().fails(Fault::status(operation, 401).skip(skip));
        play.emulator(|emulator| emulator.settings_mut().part_size = Some(8_000_000));
        let target = Target::File { folder_id: play.stage.id("home").to_owned(), name: "large".to_owned() };
        let mut plan = UploadPlan::new(target, 20_000_000);
        plan.held = true;
        let upload = play.client.upload(plan, &Source::Zeros(20_000_000));
        assert!(play.clock().run(upload).expect("it ends").is_ok(), "{operation} {skip}");
        assert_eq!(play.effects("upload_sessions.commit"), 1, "{operation} {skip}");
        assert_eq!(play.requests("oauth.token"), 1, "{operation} {skip}");
    }
}

/// A client that only reads refuses what writes before anything is sent.
pub fn a_client_that_only_reads_writes_nothing() {
    let play = Play::with(1, |config| config.defaults.read_only = true);
    let error = play.ends(play.create()).unwrap_err();
    assert_eq!((error.kind(), play.client.wire().requests()), (ErrorKind::ReadOnly, 0));
    assert!(play.ends(play.read()).is_ok());
}

/// Nothing goes to hosts that aren't Box's.
pub fn other_hosts_get_nothing() {
    for url in ["https://elsewhere.example/2.0/folders/0", "http://api.box.com/2.0/folders/0", "ftp://x", ""]
    {
        let play = Play::new();
        let mut options = CallOptions::default();
        options.endpoint = Some(url.to_owned());
        let error = play.ends_with(play.read(), options).unwrap_err();
        assert_eq!((error.kind(), play.client.wire().requests()), (ErrorKind::InvalidInput, 0), "{url}");
    }
}

/// A redirect to another origin takes no secret along; a loop of them ends.
pub fn redirects_take_no_secret_along() {
    for location in
        ["https://elsewhere.example/x", "https://dl.boxcloud.com/d/1", "https://api.box.com.example/"]
    {
        let play = Play::new().fails(Fault::redirect("folders.get", location));
        let mut options = CallOptions::default();
        options.as_user = Some(play.stage.emulator().settings().addresses.user_id.clone());
        options.shared_link = Some(SharedLink::new("https://app.box.com/s/x").with_password("p"));
        assert!(play.ends_with(play.read(), options).is_err(), "nobody answers there");
        assert_eq!(play.client.wire().leaks(), Vec::<String>::new(), "{location}");
        assert_eq!(play.emulator(|emulator| emulator.counters().leaks()), 0);
    }
    let kind = box_emulator::FaultKind::RedirectLoop;
    let play = Play::new().fails(Fault::new("folders.get", kind).times(1000));
    let error = play.ends(play.read()).unwrap_err();
    assert_eq!((error.kind(), play.requests("folders.get")), (ErrorKind::Redirect, 6));
    assert!(play.took() < Duration::from_secs(1));
}

/// A redirect never repeats a write.
pub fn a_redirect_repeats_no_write() {
    let kind = box_emulator::FaultKind::RedirectLoop;
    let play = Play::new().fails(Fault::new("folders.update", kind));
    let mut update = folders::Update::new(play.stage.id("inner"));
    update.name = Some("other".into());
    let error = play.ends(play.draft(&update)).unwrap_err();
    assert_eq!((error.kind(), play.effects("folders.update")), (ErrorKind::Redirect, 0));
}
