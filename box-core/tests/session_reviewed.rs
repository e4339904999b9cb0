//! What a session must not do, each found by reading.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "scripts are tests")]

mod sessions;

use std::time::Duration;

use box_core::{
    error::ErrorKind,
    rng::Rng,
    session::{
        ClientCredentials, Downscope, Exchange, Grant, Intent, Jwt, Locked, Restriction, Session,
        SessionOutput, Subject, Tokens, WaiterId,
    },
    time::Timestamp,
};
use sessions::{START, Script, app, begun, failed, oauth, pair, record, refused};

#[test]
fn a_revocation_fails_where_the_lock_does_although_the_token_lives() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    script.session.revoke(WaiterId(2));
    script.expect("Lock");
    script.session.handle_locked(script.now, Err(failed("no lock")));
    script.expect("Idle");
    assert_eq!(script.errors.pop().unwrap().0, 2);
}

#[test]
fn whoever_signs_in_while_the_old_token_is_refused_is_signed_in() {
    for late in [false, true] {
        let mut script = Script::new(oauth("r0", Some("a0")));
        script.ask([1], Some(1));
        script.lock_and_load(None);
        script.form();
        script.session.handle_reply(script.now, refused("invalid_grant"));
        if late {
            script.load();
            script.stored();
        }
        script.session.sign_in(script.now, WaiterId(2), &pair(7).unwrap());
        if late {
            script.session.handle_stored(script.now, Ok(()));
        } else {
            script.load();
        }
        assert_eq!(script.stored().refresh_token, Some("r7".into()));
        script.announce();
        assert_eq!(script.tokens.len(), 2, "{:?}", script.errors);
    }
}

#[test]
fn clocks_that_differ_cost_one_wait() {
    let mut script = Script::new(oauth("r0", None));
    let ahead = begun(4, "r4", START + Duration::from_secs(3_600));
    script.ask([1], None);
    script.expect("Lock");
    script.session.handle_locked(script.now, Ok(Locked::TakenOver));
    script.store = Some(ahead);
    script.load();
    let SessionOutput::Pause(wait) = script.expect("Pause") else { unreachable!() };
    assert_eq!(wait, Duration::from_secs(30));
    script.now = script.now + wait;
    script.session.handle_paused();
    script.load();
    assert!(script.form().contains("refresh_token=r4"));
}

#[test]
fn a_wait_that_box_asks_for_holds_no_lock_for_minutes() {
    let grant = Jwt {
        app: app(),
        key_id: "k".to_owned(),
        algorithm: Default::default(),
        subject: Subject::User("7".to_owned()),
    };
    let mut script = Script::new(Session::new(Grant::Jwt(grant), None, Rng::new(1)));
    script.ask([1], None);
    script.lock_and_load(None);
    script.expect("Sign");
    script.session.handle_signed(script.now, Ok(vec![1]));
    script.form();
    let busy = refused("temporarily_unavailable").unwrap_err().with_status(429);
    script.session.handle_reply(script.now, Err(busy.with_retry_after(Some(Duration::from_secs(240)))));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors[0].1.retry_after(), Some(Duration::from_secs(240)));
}

#[test]
fn an_application_that_was_put_right_is_heard_after_a_minute() {
    let credentials = ClientCredentials { app: app(), subject: Subject::User("7".to_owned()) };
    let mut script = Script::new(Session::new(Grant::ClientCredentials(credentials), None, Rng::new(1)));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("unauthorized_client"));
    script.expect("SignInNeeded");
    script.expect("Unlock");
    script.now = START + Duration::from_secs(59);
    script.ask(2..1_000, None);
    script.lock_and_load(None);
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.len(), 999);
    // Asked again, and not told again.
    script.now = START + Duration::from_secs(60);
    script.ask([1_000], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("unauthorized_client"));
    script.expect("Unlock");
    script.expect("Idle");
    script.now = START + Duration::from_secs(120);
    script.ask([1_001], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.announce();
    assert_eq!(script.tokens.len(), 1);
}

#[test]
fn a_lone_access_token_is_tried_again_however_often_it_seemed_refused() {
    let tokens = Tokens::new(None, Some("dev".into()));
    let mut script = Script::new(Session::new(Grant::AccessToken, Some(tokens), Rng::new(1)));
    for round in 1..4 {
        script.ask([1], Some(1));
        script.lock_and_load(None);
        if round == 1 {
            script.expect("SignInNeeded");
        }
        script.expect("Unlock");
        script.expect("Idle");
        script.ask([2], None);
        script.expect("Idle");
        assert_eq!((script.errors.len(), script.tokens.len()), (round, round));
    }
}

#[test]
fn sessions_that_differ_in_anything_have_different_keys() {
    let grant = Jwt {
        app: app(),
        key_id: "k".to_owned(),
        algorithm: Default::default(),
        subject: Subject::User("7".to_owned()),
    };
    let grant = Grant::Jwt(grant);
    let on = |restriction| Downscope::new(["item_preview"], restriction);
    let file = |id: &str| on(Restriction::File(id.to_owned()));
    let downscopes = [
        file("7"),
        file("7 by admin"),
        file("7").by("admin", "A"),
        file("7").by("admin", "B"),
        on(Restriction::Folder("7".to_owned())),
        on(Restriction::NoItem),
        on(Restriction::SharedLink("7".into())),
        Downscope::new(["item_preview item_share"], Restriction::NoItem),
        Downscope::new(["item_preview", "item_share"], Restriction::NoItem),
    ];
    let keys: std::collections::BTreeSet<_> = downscopes
        .iter()
        .map(|downscope| Grant::Exchange(Exchange::new(&grant, downscope.clone()).unwrap()).key())
        .collect();
    assert_eq!(keys.len(), downscopes.len());
}

#[test]
fn a_record_from_the_end_of_numbers_overflows_nothing() {
    let mut script = Script::new(oauth("r0", None));
    let mut last = record(u64::MAX, "r4", None);
    (last.expires_at, last.refresh_at, last.issued_at) = (Some(u64::MAX), Some(u64::MAX), Some(u64::MAX));
    last.intent = Some(Intent::new(u64::MAX));
    script.now = Timestamp(u64::MAX);
    script.ask([1], None);
    script.lock_and_load(Some(last));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors[0].1.kind(), ErrorKind::Session);
}

#[test]
fn a_session_says_from_when_on_its_end_must_not_be_missed() {
    let mut script = Script::new(oauth("r0", None));
    let mut seen = vec![script.session.is_committed()];
    script.ask([1], None);
    seen.push(script.session.is_committed());
    script.lock_and_load(None);
    seen.push(script.session.is_committed());
    script.form();
    seen.push(script.session.is_committed());
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    seen.push(script.session.is_committed());
    script.announce();
    seen.push(script.session.is_committed());
    // Idle, the lock, the intent, the request, the store, idle.
    assert_eq!(seen, [false, false, true, true, true, false]);
}

#[test]
fn a_refusal_is_told_also_where_the_store_fails_after_it() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    script.load();
    script.expect("Store");
    script.session.handle_stored(script.now, Err(failed("full")));
    script.expect("SignInNeeded");
    script.expect("Unlock");
    script.expect("Idle");
    assert!(script.errors[0].1.needs_sign_in());
}
