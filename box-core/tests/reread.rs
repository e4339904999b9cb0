//! Writes of which nobody knows whether they were done, as scripts: a look at the item tells.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

mod support;

use box_core::{
    action::Action,
    actions::{files, folders, upload_sessions},
    error::{Error, ErrorKind, Sent},
    reply::{Content, Reply},
    value::Nullable,
};
use support::Script;

/// The clock of a script, as Box would write it a second later.
const DATE: &str = "Thu, 01 Jan 1970 00:16:41 GMT";
const TAKEN: &str =
    r#"{"code":"item_name_in_use","context_info":{"conflicts":[{"type":"folder","id":"7"}]}}"#;

fn text(reply: &Reply) -> &str {
    let Content::Bytes(bytes) = &reply.content else { panic!("a body in memory") };
    std::str::from_utf8(bytes).unwrap()
}

/// A call whose first request ends unclear, and which has waited.
fn unclear(action: &impl Action, status: Option<u16>) -> Script {
    let mut script = Script::of(action);
    script.token(None, 1).sends();
    match status {
        Some(status) => drop(script.reply(status, &[], "<html>")),
        None => drop(script.lost(Sent::Maybe)),
    }
    script.waits();
    script
}

fn look(script: &mut Script) -> String {
    let request = script.token(None, 1).sends();
    assert_eq!(request.method, "GET");
    request.url.strip_prefix("https://api.box.com/2.0").unwrap_or(&request.url).to_owned()
}

#[test]
fn what_is_gone_was_deleted_and_what_is_there_is_deleted_again() {
    for status in [None, Some(503), Some(500)] {
        let mut script = unclear(&folders::Delete::new("5"), status);
        assert_eq!(look(&mut script), "/folders/5");
        script.reply(404, &[], "{}");
        assert!(script.done().is_ok());
    }
    let mut script = unclear(&folders::Delete::new("5"), Some(503));
    look(&mut script);
    script.reply(200, &[], r#"{"id":"5"}"#);
    assert_eq!(script.token(None, 1).sends().method, "DELETE");
    script.reply(403, &[], "{}");
    let error = script.done().unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts().len()), (ErrorKind::Api, Some(403), 2));
}

#[test]
fn an_item_that_carries_the_change_is_the_answer() {
    let mut update = files::Update::new("5");
    update.name = Some("b.txt".into());
    update.parent = Some(serde_json::from_str(r#"{"id":"9"}"#).unwrap());
    update.lock = Nullable::Null;
    let cases = [
        (r#"{"id":"5","name":"b.txt","parent":{"type":"folder","id":9}}"#, true),
        (r#"{"id":"5","name":"b.txt","parent":{"type":"folder","id":"9"},"lock":null}"#, true),
        (r#"{"id":"5","name":"b.txt","parent":{"type":"folder","id":"9"},"lock":{"id":"1"}}"#, false),
        (r#"{"id":"5","name":"a.txt","parent":{"type":"folder","id":"9"}}"#, false),
        (r#"{"id":"5","name":"b.txt"}"#, false),
    ];
    for (item, done) in cases {
        let mut script = unclear(&update, None);
        assert_eq!(look(&mut script), "/files/5?fields=lock%2Cname%2Cparent");
        script.reply(200, &[], item);
        if done {
            assert_eq!(look(&mut script), "/files/5");
            script.reply(200, &[], r#"{"id":"5","all":"of it"}"#);
            assert_eq!(text(&script.done().unwrap()), r#"{"id":"5","all":"of it"}"#);
        } else {
            assert_eq!(script.token(None, 1).sends().method, "PUT", "{item}");
        }
    }
    update.fields = Some(vec!["id".to_owned()]);
    assert_eq!(look(&mut unclear(&update, None)), "/files/5?fields=lock%2Cname%2Cparent%2Cid");
}

#[test]
fn a_name_that_is_taken_may_be_taken_by_the_call_itself() {
    let item = |user: &str, time: &str| {
        format!(r#"{{"id":"7","created_by":{{"id":"{user}"}},"created_at":"1970-01-01T00:{time}Z"}}"#)
    };
    let cases = [
        (item("1", "16:41"), &[("date", DATE)][..], Some(ErrorKind::Api), false, false),
        (item("1", "16:41"), &[("date", DATE)][..], None, true, true),
        (item("2", "16:41"), &[("date", DATE)][..], Some(ErrorKind::Api), true, true),
        (item("1", "16:30"), &[("date", DATE)][..], Some(ErrorKind::Api), true, false),
        (item("1", "16:30"), &[][..], None, true, true),
        (item("1", "01:00"), &[][..], Some(ErrorKind::OutcomeUnknown), true, false),
        ("{}".to_owned(), &[("date", DATE)][..], Some(ErrorKind::Api), true, false),
    ];
    for (item, headers, ends, lost, asks) in cases {
        let mut script = Script::of(&folders::Create::new("n", "0"));
        script.token(None, 1).sends();
        if lost {
            script.lost(Sent::Maybe).waits();
            assert_eq!(script.token(None, 1).sends().method, "POST");
        }
        script.reply(409, &[], TAKEN);
        if lost {
            assert_eq!(look(&mut script), "/folders/7");
            script.reply(200, headers, &item);
            if asks {
                assert_eq!(look(&mut script), "/users/me?fields=id");
                script.reply(200, headers, r#"{"id":"1"}"#);
            }
        }
        let result = script.done();
        assert_eq!(result.as_ref().err().map(Error::kind), ends, "{item} {headers:?}");
        if let Ok(reply) = result {
            assert_eq!(text(&reply), item);
        }
    }
}

#[test]
fn something_else_that_has_the_name_shows_that_nothing_was_made() {
    let mut script = unclear(&folders::Create::new("n", "0"), Some(503));
    script.token(None, 1).sends();
    script.reply(409, &[], &TAKEN.replace("folder", "file"));
    assert!(script.done().unwrap_err().is_conflict());
}

#[test]
fn a_look_that_is_lost_is_taken_again_and_ends() {
    let mut script = unclear(&folders::Delete::new("5"), None);
    look(&mut script);
    script.reply(503, &[("retry-after", "9")], "");
    assert!(script.waits().as_secs() >= 9);
    look(&mut script);
    script.reply(401, &[], "");
    assert!(script.token(Some(1), 2).sends().url.ends_with("/folders/5"));
    script.reply(404, &[], "");
    assert!(script.done().is_ok());

    let mut script = unclear(&folders::Delete::new("5"), None);
    let mut looks = 0;
    loop {
        look(&mut script);
        script.lost(Sent::No);
        looks += 1;
        if let box_core::call::CallOutput::Timeout(Some(until)) = script.call.poll_output() {
            script.now = until;
            script.call.handle_timeout(until);
            continue;
        }
        break;
    }
    assert!(looks < 12, "{looks}");
}

#[test]
fn a_session_that_is_gone_does_not_say_what_became_of_it() {
    let endpoint = "https://upload.app.box.com/api/2.0/files/upload_sessions/S1";
    let commit = upload_sessions::Commit::new("S1", Vec::<box_core::models::UploadPart>::new(), "sha=");
    for (status, unknown) in [(404, true), (200, false)] {
        let mut options = box_core::action::CallOptions::default();
        options.endpoint = Some(format!("{endpoint}/commit"));
        let mut script = Script::with(&commit, options, box_core::call::Want::Bytes);
        script.token(None, 1).sends();
        script.lost(Sent::Maybe).waits();
        assert_eq!(look(&mut script), endpoint);
        script.reply(status, &[], "{}");
        if unknown {
            assert!(script.done().unwrap_err().is_outcome_unknown());
        } else {
            assert_eq!(script.token(None, 1).sends().method, "POST");
        }
    }
}
