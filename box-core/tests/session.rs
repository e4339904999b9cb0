//! The session machine, as scripts: each step is an output that it must give, and the driver's answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

mod sessions;

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::{Content, Reply},
    rng::Rng,
    session::{ClientCredentials, Grant, Session, Subject, TokenNeed, Tokens, WaiterId},
    time::Timestamp,
};
use sessions::{START, Script, app, oauth, pair, refused};

#[test]
fn many_waiters_share_one_refresh_and_nobody_gets_a_token_before_it_is_stored() {
    let mut script = Script::new(oauth("r0", None));
    script.ask(0..200, None);
    script.lock_and_load(None);
    let form = script.form();
    assert!(form.contains("grant_type=refresh_token") && form.contains("refresh_token=r0"), "{form}");
    script.ask(200..300, None);
    script.session.handle_reply(script.now, pair(1));
    let tokens = script.stored();
    assert_eq!(tokens.refresh_token, Some("r1".into()));
    assert!(script.tokens.is_empty());
    script.announce();
    assert_eq!(script.tokens.len(), 300);
    assert!(
        script.tokens.iter().all(|(_, token, generation)| token == "a1" && *generation == tokens.generation)
    );
}

#[test]
fn a_good_token_needs_no_lock() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    assert_eq!(script.session.token(START, TokenNeed::default()).unwrap().secret.expose(), "a0");
    script.ask([1], None);
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a0".to_owned(), 1)]);
}

#[test]
fn late_refusals_of_an_old_token_get_the_new_one() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.ask([2], Some(1));
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.announce();
    script.ask([3], Some(1));
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 3);
}

#[test]
fn tokens_are_renewed_shortly_before_they_end() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    for (seconds, fresh) in [(0, true), (3_539, true), (3_571, false), (7_200, false)] {
        let now = Timestamp(START.0 + seconds * 1000);
        assert_eq!(script.session.token(now, TokenNeed::default()).is_some(), fresh, "{seconds}");
    }
}

#[test]
fn newer_tokens_in_the_store_are_taken_instead_of_refreshing() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    let mut newer = Tokens::new(Some("r5".into()), Some("a5".into()));
    newer.generation = 5;
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a5".to_owned(), 5)]);
}

#[test]
fn newer_tokens_in_the_store_that_have_ended_are_refreshed() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    let mut newer = Tokens::new(Some("r5".into()), Some("a5".into()));
    (newer.generation, newer.expires_at, newer.refresh_at) = (5, Some(1), Some(1));
    script.lock_and_load(Some(newer));
    assert!(script.form().contains("refresh_token=r5"));
    script.session.handle_reply(script.now, pair(6));
    assert_eq!(script.stored().generation, 6);
}

#[test]
fn a_cancelled_waiter_does_not_end_the_refresh() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1, 2], None);
    script.lock_and_load(None);
    script.form();
    script.session.drop_waiter(WaiterId(1));
    script.session.drop_waiter(WaiterId(2));
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.announce();
    assert!(script.tokens.is_empty());
    assert_eq!(script.session.token(script.now, TokenNeed::default()).unwrap().secret.expose(), "a1");
}

#[test]
fn a_final_refusal_is_asked_for_once() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask(0..10, Some(1));
    script.lock_and_load(None);
    script.form();
    script.refuse();
    script.ask(10..10_000, None);
    script.lock_and_load(None);
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.len(), 10_000);
    assert!(script.errors.iter().all(|(_, error)| error.needs_sign_in()));

    script.session.sign_in(script.now, WaiterId(1), &pair(1).unwrap());
    script.lock_and_load(None);
    script.stored();
    script.announce();
    assert_eq!(script.tokens[0].1, "a1");
}

#[test]
fn passing_failures_are_not_final() {
    let mut script = Script::new(oauth("r0", None));
    for code in ["temporarily_unavailable", "invalid_request"] {
        script.ask([1], None);
        script.lock_and_load(None);
        script.form();
        script.session.handle_reply(script.now, refused(code));
        script.expect("Unlock");
        script.expect("Idle");
        assert!(!script.errors.pop().unwrap().1.needs_sign_in());
    }
    script.ask([1], None);
    script.expect("Lock");
    script.session.handle_locked(script.now, Err(Error::new(ErrorKind::Session, "locked")));
    script.expect("Idle");
    assert_eq!(script.errors.pop().unwrap().1.kind(), ErrorKind::Session);
}

#[test]
fn tokens_that_cannot_be_stored_are_kept_and_not_used() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.session.handle_stored(script.now, Err(Error::new(ErrorKind::Session, "disk full")));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.len(), 1);
    assert_eq!(script.session.token(script.now, TokenNeed::default()), None);

    script.ask([2], None);
    script.lock_and_load(None);
    assert_eq!(script.stored().refresh_token, Some("r1".into()), "stored without another request");
    script.announce();
    assert_eq!(script.tokens, [(2, "a1".to_owned(), 2)]);
}

#[test]
fn signing_in_during_a_refresh_wins() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.sign_in(script.now, WaiterId(2), &pair(7).unwrap());
    script.session.handle_reply(script.now, refused("invalid_grant"));
    assert_eq!(script.stored().refresh_token, Some("r7".into()));
    script.announce();
    assert_eq!(script.tokens.len(), 2);
    assert!(script.tokens.iter().all(|(_, token, _)| token == "a7"));
}

#[test]
fn tokens_that_end_within_seconds_still_answer_their_waiters() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    let body = r#"{"access_token":"a1","refresh_token":"r1","expires_in":0}"#;
    let reply = Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) };
    script.session.handle_reply(script.now, Ok(reply));
    script.stored();
    script.announce();
    assert_eq!(script.tokens.len(), 1);
}

#[test]
fn a_reply_without_a_token_is_an_error() {
    for body in ["", "{}", r#"{"access_token":""}"#, "<html>"] {
        let mut script = Script::new(oauth("r0", None));
        script.ask([1], None);
        script.lock_and_load(None);
        script.form();
        let reply = Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) };
        script.session.handle_reply(script.now, Ok(reply));
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.errors[0].1.kind(), ErrorKind::Decode, "{body}");
    }
}

#[test]
fn client_credentials_name_their_subject() {
    for (subject, expected) in [
        (Subject::Enterprise("9".to_owned()), "box_subject_type=enterprise"),
        (Subject::User("9".to_owned()), "box_subject_type=user"),
    ] {
        let grant = Grant::ClientCredentials(ClientCredentials { app: app(), subject });
        let mut script = Script::new(Session::new(grant, None, Rng::new(1)));
        script.ask([1], None);
        script.lock_and_load(None);
        let form = script.form();
        for part in [
            "grant_type=client_credentials",
            "client_id=id",
            "client_secret=secret",
            "box_subject_id=9",
            expected,
        ] {
            assert!(form.contains(part), "{form}");
        }
    }
}

#[test]
fn a_lone_access_token_ends_with_its_refusal() {
    let tokens = Tokens::new(None, Some("dev".into()));
    let mut script = Script::new(Session::new(Grant::AccessToken, Some(tokens), Rng::new(1)));
    script.ask([1], None);
    script.expect("Idle");
    script.ask([2], Some(1));
    script.lock_and_load(None);
    script.expect("SignInNeeded");
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 1);
    assert!(script.errors[0].1.needs_sign_in());

    // What looked like a refusal may have been a lost connection: the next call tries the token.
    script.ask([3], None);
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 2);
}

#[test]
fn new_tokens_are_used_when_the_application_knows_them() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.session.handle_stored(script.now, Ok(()));
    script.expect("Changed");
    assert_eq!(script.session.token(script.now, TokenNeed::default()), None);
    script.ask([2], None);
    script.expect("Idle");
    assert!(script.tokens.is_empty());
    script.session.handle_announced();
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 2);
}

#[test]
fn signing_in_while_older_tokens_are_announced_waits_for_its_own() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    let older = script.stored();
    script.session.handle_stored(script.now, Ok(()));
    script.expect("Changed");
    script.session.sign_in(script.now, WaiterId(2), &pair(7).unwrap());
    script.session.handle_announced();
    script.expect("Unlock");
    assert!(script.tokens.is_empty());
    script.lock_and_load(Some(older));
    assert_eq!(script.stored().refresh_token, Some("r7".into()));
    script.announce();
    assert!(script.tokens.iter().all(|(_, token, _)| token == "a7"));
    assert_eq!(script.tokens.len(), 2);
}

#[test]
fn of_two_equally_old_the_stored_tokens_count() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(Some(Tokens::new(Some("r-stored".into()), None)));
    assert!(script.form().contains("refresh_token=r-stored"));
}

#[test]
fn an_interrupted_refresh_is_begun_anew_and_its_tokens_are_kept() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.interrupt();
    script.expect("Idle");
    script.ask([2], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored();
    script.session.interrupt();
    script.ask([3], None);
    script.lock_and_load(None);
    assert_eq!(script.stored().refresh_token, Some("r1".into()));
    script.announce();
    assert_eq!(script.tokens, [(3, "a1".to_owned(), 2)]);
}

#[test]
fn the_tokens_of_another_client_are_left_alone() {
    let mut others = Tokens::new(Some("r5".into()), Some("a5".into()));
    (others.generation, others.owner) = (5, Some("client credentials of id for enterprise 9".to_owned()));
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(Some(others));
    script.expect("Unlock");
    script.expect("Idle");
    let (_, error) = script.errors.pop().unwrap();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.message().contains("oauth of id"), "{error}");

    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    assert_eq!(script.stored().owner.as_deref(), Some("oauth of id"));
}

#[test]
fn a_sign_in_elsewhere_ends_the_latch() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.refuse();

    script.ask([2], None);
    let mut newer = Tokens::new(Some("r5".into()), Some("a5".into()));
    newer.generation = 5;
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(2, "a5".to_owned(), 5)]);
}

#[test]
fn an_early_renewal_that_fails_costs_nothing() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    for (seconds, answered) in [(3_580, true), (3_601, false)] {
        script.now = Timestamp(START.0 + seconds * 1000);
        script.ask([2], None);
        script.lock_and_load(None);
        script.form();
        script.session.handle_reply(script.now, refused("temporarily_unavailable"));
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.tokens.pop().unwrap().0 == 2, answered, "{seconds}");
    }
    assert_eq!(script.errors.len(), 1);
}

#[test]
fn a_refresh_token_that_is_not_replaced_stays() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    let body = r#"{"access_token":"a1","expires_in":3600}"#;
    let reply = Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) };
    script.session.handle_reply(script.now, Ok(reply));
    assert_eq!(script.stored().refresh_token, Some("r0".into()));
}
