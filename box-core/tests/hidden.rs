//! Calls where the platform hides a refusal of the token, as scripts: a lost connection may have been a 401.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

mod support;

use box_core::{
    actions::{folders, upload_sessions},
    error::{Error, ErrorKind, Sent},
    reply::{BodyPlan, Content},
};
use support::Script;

fn is_probe(url: &str) -> bool {
    url == "https://api.box.com/2.0/users/me?fields=id"
}

#[test]
fn a_name_that_is_taken_is_a_conflict_unless_something_was_lost() {
    let mut script = Script::hiding(&folders::Create::new("n", "0"));
    script.token(None, 1).sends();
    let taken = r#"{"code":"item_name_in_use","context_info":{"conflicts":[{"type":"folder","id":"7"}]}}"#;
    script.reply(409, &[], taken);
    assert!(script.done().unwrap_err().is_conflict());
}

#[test]
fn a_harmless_call_renews_the_token_once_and_is_sent_again() {
    let mut script = Script::hiding(&folders::Get::new("0"));
    script.token(None, 1).sends();
    script.lost(Sent::Maybe);
    let again = script.token(Some(1), 2).sends();
    assert_eq!(again.headers.get("authorization"), Some("Bearer token-2"));
    // From here on a lost connection is one.
    script.lost(Sent::Maybe).waits();
    script.token(None, 2).sends();
    script.reply(200, &[], "{}");
    assert!(script.done().is_ok());
}

#[test]
fn a_call_that_must_not_happen_twice_asks_first_whether_the_token_was_at_fault() {
    let create = upload_sessions::Create::new("0", 1, "n");

    // The token is good: the call may have happened, so it isn't sent again.
    let mut script = Script::hiding(&create);
    script.token(None, 1).sends();
    script.lost(Sent::Maybe);
    let probe = script.sends();
    assert!(is_probe(&probe.url), "{}", probe.url);
    assert_eq!(probe.headers.get("authorization"), Some("Bearer token-1"));
    assert_eq!(script.reply(200, &[], "{}"), BodyPlan::Discard);
    let error = script.done().unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::OutcomeUnknown, 1));

    // The token was refused, and a new one is good: the call didn't happen.
    let mut script = Script::hiding(&create);
    script.token(None, 1).sends();
    script.lost(Sent::Maybe).sends();
    script.lost(Sent::Maybe).waits();
    assert!(is_probe(&script.token(None, 1).sends().url));
    script.lost(Sent::Maybe);
    assert!(is_probe(&script.token(Some(1), 2).sends().url));
    script.reply(200, &[], "{}");
    let again = script.sends();
    assert_eq!((again.method, again.headers.get("authorization")), ("POST", Some("Bearer token-2")));
    script.reply(201, &[], "{}");
    assert!(script.done().is_ok());

    // Nothing comes back: the network is at fault.
    let mut script = Script::hiding(&create);
    script.token(None, 1).sends();
    script.lost(Sent::Maybe).sends();
    script.lost(Sent::Maybe).waits();
    script.token(None, 1).sends();
    script.lost(Sent::Maybe).token(Some(1), 2).sends();
    script.lost(Sent::Maybe);
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn a_probe_whose_refusal_can_be_read_renews_the_token_too() {
    let mut script = Script::hiding(&upload_sessions::Create::new("0", 1, "n"));
    script.token(None, 1).sends();
    script.lost(Sent::Maybe).sends();
    script.reply(401, &[], "");
    script.token(Some(1), 2).sends();
    script.reply(200, &[], "{}");
    assert_eq!(script.sends().method, "POST");

    // A server that fails says nothing about the token.
    let mut script = Script::hiding(&upload_sessions::Create::new("0", 1, "n"));
    script.token(None, 1).sends();
    script.lost(Sent::Maybe).sends();
    script.reply(503, &[], "");
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn what_nobody_can_renew_stays_a_lost_connection() {
    let nothing = || Error::new(ErrorKind::SignInNeeded, "there is nothing to renew it with");
    let mut script = Script::hiding(&folders::Get::new("0"));
    script.token(None, 1).sends();
    script.lost(Sent::Maybe);
    script.no_token(Some(1), nothing());
    // It is repeated as a lost request is, with the token that there is.
    for _ in 0..4 {
        script.waits();
        script.token(None, 1).sends();
        script.lost(Sent::Maybe);
    }
    let error = script.done().unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Transport, 5));
    assert!(error.message().contains("allowed origins"), "{error}");

    // Box's own word counts.
    let mut script = Script::hiding(&folders::Get::new("0"));
    script.token(None, 1).sends();
    script.lost(Sent::Maybe);
    script.no_token(Some(1), nothing().with_code("invalid_grant"));
    assert!(script.done().unwrap_err().needs_sign_in());
}

#[test]
fn a_value_of_the_platform_is_kept_and_read_again_when_it_was_lost() {
    let mut script = Script::kept(&folders::Get::new("0"));
    script.token(None, 1).sends();
    let id = script.head(200, &[]);
    script.call.handle_body_end(script.now, id);
    assert!(matches!(script.done().unwrap().content, Content::Held(held) if held == id));

    let mut script = Script::kept(&folders::Get::new("0"));
    script.token(None, 1).sends();
    assert_eq!(script.reply(200, &[], ""), BodyPlan::Keep);
    script.lost(Sent::Maybe).waits();
    script.token(None, 1).sends();
    assert_eq!(script.reply(200, &[], ""), BodyPlan::Keep);
    script.fails(Sent::Maybe, ErrorKind::Decode);
    let error = script.done().unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)));
}
