//! What the simulation (tests/simulation) has found, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

mod sessions;

use std::time::Duration;

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    session::{SessionOutput, Tokens, WaiterId, generation_conflict},
    time::Timestamp,
};
use sessions::{START, Script, oauth, pair, refused};

/// `Date` of the moment at which scripts start.
const START_DATE: &str = "Thu, 01 Jan 1970 00:16:40 GMT";

#[test]
fn a_sign_in_that_was_stored_unsaid_is_not_stored_over_what_came_of_it() {
    let mut script = Script::new(oauth("r0", None));
    script.session.sign_in(script.now, WaiterId(1), &pair(1).unwrap());
    script.lock_and_load(None);
    let signed_in = script.stored();
    let error = Error::new(ErrorKind::Io, "the connection was closed");
    script.session.handle_stored(script.now, Err(error));
    script.expect("Unlock");

    // The store has it all the same, and another client has renewed it.
    let mut newer = Tokens::new(Some("r2".into()), Some("a2".into()));
    (newer.generation, newer.owner) = (signed_in.generation + 1, signed_in.owner);
    script.ask([2], None);
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(2, "a2".to_owned(), signed_in.generation + 1)]);
}

#[test]
fn a_sign_in_that_met_a_conflict_is_stored() {
    let mut script = Script::new(oauth("r0", None));
    script.session.sign_in(script.now, WaiterId(1), &pair(1).unwrap());
    script.lock_and_load(None);
    script.expect("Store");
    script.session.handle_stored(script.now, Err(generation_conflict(0, 7)));
    script.expect("Unlock");
    let mut other = Tokens::new(Some("r7".into()), Some("a7".into()));
    other.generation = 7;
    script.lock_and_load(Some(other));
    assert_eq!(script.stored().refresh_token, Some("r1".into()));
    script.announce();
}

/// Asks for a token and answers everything up to the writing of the intent.
fn up_to_the_intent(script: &mut Script) {
    script.ask([1], None);
    script.lock_and_load(None);
    let SessionOutput::Store { tokens, .. } = script.expect("Store") else { unreachable!() };
    script.store = Some(tokens);
}

#[test]
fn a_request_ends_when_those_who_found_its_intent_no_longer_wait() {
    for (seconds, left) in [(0, 30), (10, 20)] {
        let mut script = Script::new(oauth("r0", None));
        up_to_the_intent(&mut script);
        script.session.handle_stored(START + Duration::from_secs(seconds), Ok(()));
        let SessionOutput::Send(_, options) = script.expect("Send") else { unreachable!() };
        assert_eq!(options.timeout, Some(Duration::from_secs(left)));
    }
}

#[test]
fn who_stood_still_after_the_intent_begins_anew() {
    let mut script = Script::new(oauth("r0", None));
    up_to_the_intent(&mut script);
    script.now = START + Duration::from_secs(60);
    script.session.handle_stored(script.now, Ok(()));
    script.expect("Unlock");
    let mut newer = Tokens::new(Some("r1".into()), Some("a1".into()));
    newer.generation = 2;
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    assert_eq!(script.tokens.len(), 0);
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a1".to_owned(), 2)]);
}

#[test]
fn a_reply_that_is_heard_late_does_not_set_the_clock() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    let mut reply = pair(1).unwrap();
    reply.headers = Headers::new();
    reply.headers.set("date", START_DATE);
    // The page was frozen meanwhile.
    script.now = START + Duration::from_secs(100);
    script.session.handle_reply(script.now, Ok(reply));
    script.stored();
    script.announce();

    script.ask([2], Some(script.generation()));
    script.lock_and_load(script.store.clone());
    let SessionOutput::Store { tokens, .. } = script.expect("Store") else { unreachable!() };
    assert_eq!(tokens.intent.map(|intent| Timestamp(intent.started_at)), Some(script.now));
}

/// A session of the application's tokens that is revoked, on a store that holds this.
fn revoked(stored: Option<Tokens>) -> Script {
    let mut script = Script::new(oauth("r0", None));
    script.session.revoke(WaiterId(1));
    script.lock_and_load(stored);
    script.expect("Send");
    script.session.handle_reply(script.now, pair(0));
    script.expect("Clear");
    script.session.handle_cleared(Ok(()));
    script.expect("Revoked");
    script.expect("Unlock");
    script
}

#[test]
fn tokens_from_before_the_end_do_not_undo_it() {
    let mut stored = Tokens::new(Some("r5".into()), Some("a5".into()));
    stored.generation = 5;
    for stored in [None, Some(stored)] {
        let mut script = revoked(stored);
        // A client that has not heard of it brings its own back. Its access token may do, but nothing is renewed.
        let old = Tokens::new(Some("r0".into()), Some("a0".into()));
        script.ask([2], None);
        script.lock_and_load(Some(old.clone()));
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.tokens, [(2, "a0".to_owned(), 1)]);
        script.ask([3], Some(1));
        script.lock_and_load(Some(old));
        script.expect("Unlock");
        script.expect("Idle");
        assert!(script.errors.pop().unwrap().1.needs_sign_in());
    }
}

#[test]
fn news_of_another_tab_count_more_than_a_refusal_of_what_was_before() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    // The store has been read, and then another tab signs in and tells of it.
    let mut newer = Tokens::new(Some("r9".into()), Some("a9".into()));
    (newer.generation, newer.owner) = (9, script.store.clone().unwrap().owner);
    script.session.adopt(newer.clone());
    script.load();
    script.expect("Unlock");
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a9".to_owned(), 9)]);
    assert!(script.errors.is_empty());
}
