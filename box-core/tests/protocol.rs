//! The refresh protocol when something goes wrong, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

mod sessions;

use std::time::Duration;

use box_core::{
    error::{Attempt, ErrorKind, Outcome, Sent},
    session::{Locked, Session, SessionOutput, TokenNeed, Tokens, WaiterId, generation_conflict},
};
use sessions::{START, Script, begun, failed, oauth, pair, record, refused};

#[test]
fn a_refused_token_may_have_been_used_by_another_who_was_first() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    script.store = Some(record(2, "r1", Some("a1")));
    script.load();
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a1".to_owned(), 2)]);
}

#[test]
fn an_attempt_that_never_ended_is_resumed_with_the_same_token() {
    let mut script =
        Script::new(Session::new(oauth("", None).grant().clone(), None, box_core::rng::Rng::new(1)));
    script.ask([1], None);
    script.lock_and_load(Some(begun(4, "r4", START)));
    assert!(script.form().contains("refresh_token=r4"));
    script.session.handle_reply(script.now, pair(5));
    assert_eq!(script.stored().generation, 5);
    script.announce();
    assert_eq!(script.tokens, [(1, "a5".to_owned(), 5)]);
}

#[test]
fn what_a_strict_box_makes_impossible_is_told_as_lost() {
    let cases = [
        (Some(begun(4, "r4", START)), false, ErrorKind::SessionLost),
        (Some(record(4, "r4", None)), true, ErrorKind::SessionLost),
        (Some(record(4, "r4", None)), false, ErrorKind::SignInNeeded),
    ];
    for (stored, lost, kind) in cases {
        let mut script = Script::new(oauth("r0", None));
        script.ask([1], None);
        script.lock_and_load(stored);
        script.form();
        let mut refusal = refused("invalid_grant").unwrap_err();
        if lost {
            let attempt = Attempt::new(Outcome::Lost(Sent::Maybe), None, Duration::ZERO);
            refusal = refusal.with_attempts(vec![attempt]);
        }
        script.session.handle_reply(script.now, Err(refusal));
        script.load();
        if kind == ErrorKind::SignInNeeded {
            script.stored();
            script.session.handle_stored(script.now, Ok(()));
        }
        let told = format!("{:?}", script.next());
        let reason = if kind == ErrorKind::SessionLost { "Lost" } else { "Refused" };
        assert!(told.starts_with(&format!("SignInNeeded({reason}")), "{told}");
        script.expect("Unlock");
        script.expect("Idle");
        let (_, error) = script.errors.pop().unwrap();
        assert_eq!(error.kind(), kind);
        assert!(error.needs_sign_in());
    }
}

#[test]
fn a_store_that_cannot_be_written_is_met_before_the_token_is_spent() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.expect("Store");
    script.session.handle_stored(script.now, Err(failed("read-only")));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.pop().unwrap().1.kind(), ErrorKind::PersistFailed);
}

#[test]
fn the_old_token_does_while_lock_or_store_fail() {
    let late = START + Duration::from_secs(3_580);
    for step in ["lock", "time", "load", "intent", "store"] {
        let mut script = Script::new(oauth("r0", None));
        script.ask([1], None);
        script.refresh();
        script.now = late;
        script.ask([2], None);
        script.expect("Lock");
        let locked = match step {
            "lock" => Err(failed("no lock")),
            "time" => Ok(Locked::TimedOut),
            _ => Ok(Locked::Free),
        };
        script.session.handle_locked(script.now, locked);
        if matches!(step, "load" | "intent" | "store") {
            script.expect("Load");
            let loaded = if step == "load" { Err(failed("no store")) } else { Ok(script.store.clone()) };
            script.session.handle_loaded(script.now, loaded);
        }
        if step == "intent" {
            script.expect("Store");
            script.session.handle_stored(script.now, Err(failed("full")));
        }
        if step == "store" {
            script.form();
            script.session.handle_reply(script.now, pair(2));
            script.stored();
            script.session.handle_stored(script.now, Err(failed("full")));
        }
        if matches!(step, "load" | "intent" | "store") {
            script.expect("Unlock");
        }
        script.expect("Idle");
        assert_eq!(script.tokens.pop(), Some((2, "a1".to_owned(), 2)), "{step}");
        assert!(script.errors.is_empty(), "{step}");
    }
}

#[test]
fn whoever_finds_that_another_was_first_takes_what_is_stored() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.expect("Store");
    script.session.handle_stored(script.now, Err(generation_conflict(1, 2)));
    script.expect("Unlock");
    script.lock_and_load(Some(record(2, "r-other", Some("a-other"))));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a-other".to_owned(), 2)]);

    // Without news in the store, its own tokens are stored under the new lock.
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    let before = script.store.clone();
    script.session.handle_reply(script.now, pair(1));
    script.expect("Store");
    script.session.handle_stored(script.now, Err(generation_conflict(1, 1)));
    script.expect("Unlock");
    script.lock_and_load(before);
    script.stored();
    script.announce();
    assert_eq!(script.tokens, [(1, "a1".to_owned(), 2)]);
}

#[test]
fn a_lock_that_was_taken_over_waits_until_the_other_attempt_must_be_over() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.expect("Lock");
    script.session.handle_locked(script.now, Ok(Locked::TakenOver));
    script.store = Some(begun(4, "r4", START));
    script.load();
    let SessionOutput::Pause(wait) = script.expect("Pause") else { unreachable!() };
    assert_eq!(wait, Duration::from_secs(30));
    script.now = script.now + wait;
    script.session.handle_paused();
    script.load();
    assert!(script.form().contains("refresh_token=r4"));
}

#[test]
fn a_lock_of_tabs_is_stolen_after_another_look() {
    let mut script = Script::new(oauth("r0", None).stealing_after(Duration::from_secs(10)));
    script.ask([1], None);
    let SessionOutput::Lock { steal: false, limit } = script.expect("Lock") else { panic!("not yet") };
    assert_eq!(limit, Duration::from_secs(10));
    script.session.handle_locked(script.now, Ok(Locked::TimedOut));
    script.load();
    let SessionOutput::Lock { steal: true, .. } = script.expect("Lock") else { panic!("stolen") };
    script.session.handle_locked(script.now, Ok(Locked::TakenOver));
    script.load();
    script.form();

    let mut script = Script::new(oauth("r0", None).stealing_after(Duration::from_secs(10)));
    script.ask([1], None);
    script.expect("Lock");
    script.session.handle_locked(script.now, Ok(Locked::TimedOut));
    script.store = Some(record(3, "r3", Some("a3")));
    script.load();
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a3".to_owned(), 3)]);
}

#[test]
fn news_of_others_are_taken_unless_they_are_old_or_of_another_session() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    let mut foreign = record(9, "r9", Some("a9"));
    foreign.owner = Some("another".to_owned());
    for (news, token) in [
        (record(3, "r3", Some("a3")), "a3"),
        (record(3, "r4", Some("a4")), "a3"),
        (record(2, "r2", Some("a2")), "a3"),
        (foreign, "a3"),
    ] {
        script.session.adopt(news);
        let token_in_hand = script.session.token(script.now, TokenNeed::default()).unwrap();
        assert_eq!(token_in_hand.secret.expose(), token);
    }
}

#[test]
fn content_needs_a_token_that_lives_for_some_minutes() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    let mut lasting = TokenNeed::default();
    lasting.lasting = true;
    for (seconds, lasts) in [(0, true), (3_299, true), (3_301, false)] {
        let now = START + Duration::from_secs(seconds);
        assert!(script.session.token(now, TokenNeed::default()).is_some());
        assert_eq!(script.session.token(now, lasting).is_some(), lasts, "{seconds}");
    }
    script.now = START + Duration::from_secs(3_400);
    script.session.request(script.now, WaiterId(2), lasting);
    script.lock_and_load(script.store.clone());
    script.form();
    script.session.handle_reply(script.now, pair(2));
    script.stored();
    script.announce();
    assert_eq!(script.tokens.pop(), Some((2, "a2".to_owned(), 3)));
}

#[test]
fn records_of_earlier_versions_are_read() {
    let text = r#"{"access_token":"a","refresh_token":"r","expires_at":1,"refresh_at":1,"owner":"oauth of id","generation":3}"#;
    let tokens: Tokens = serde_json::from_str(text).unwrap();
    assert_eq!((tokens.generation, tokens.intent, tokens.issued_at), (3, None, None));
}

#[test]
fn a_refusal_is_no_last_word_while_another_may_have_been_first() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    script.expect("Load");
    script.session.handle_loaded(script.now, Err(failed("no store")));
    script.expect("Unlock");
    script.expect("Idle");
    assert!(!script.errors.pop().unwrap().1.needs_sign_in());

    // The record can't be written because another has written it meanwhile.
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([2], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    script.load();
    script.expect("Store");
    script.session.handle_stored(script.now, Err(generation_conflict(1, 2)));
    script.expect("Unlock");
    script.lock_and_load(Some(record(2, "r1", Some("a1"))));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(2, "a1".to_owned(), 2)]);
}

#[test]
fn a_refused_token_does_not_help_where_a_store_fails() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    script.tokens.clear();
    script.ask([2], Some(2));
    script.expect("Lock");
    script.session.handle_locked(script.now, Err(failed("no lock")));
    script.expect("Idle");
    assert!(script.tokens.is_empty());
    assert_eq!(script.errors.len(), 1);
}

#[test]
fn whoever_leaves_is_not_answered() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1, 2, 3], None);
    script.session.drop_waiter(WaiterId(2));
    script.refresh();
    let answered: Vec<_> = script.tokens.iter().map(|(waiter, ..)| *waiter).collect();
    assert_eq!(answered, [1, 3]);
}

#[test]
fn what_is_asked_during_a_refresh_comes_after_it() {
    // A revocation waits for the refresh, and ends what it brought.
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.revoke(WaiterId(9));
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.session.handle_stored(script.now, Ok(()));
    script.expect("Changed");
    script.session.handle_announced();
    script.expect("Unlock");
    script.lock_and_load(script.store.clone());
    assert!(script.form().contains("token=r1"));
    // It fails, so a caller whose token Box has refused meanwhile gets another one.
    script.ask([2], Some(2));
    script.session.handle_reply(script.now, Err(failed("lost")));
    script.expect("Unlock");
    script.lock_and_load(script.store.clone());
    assert!(script.form().contains("refresh_token=r1"));
    assert_eq!(script.errors.len(), 1, "the revocation's");
}
