//! What errors say of refusals: predicates, hints, codes and reasons.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is a test")]

mod support;

use std::{collections::BTreeSet, time::Duration};

use box_core::{
    action::Action,
    actions::{folders, oauth, users},
    call::CallOutput,
    error::{Attempt, Error, ErrorKind, Outcome, Reason, Sent},
    hint::Hint,
    reply::{BodyPlan, Head},
    session::Token,
};
use support::Script;

type Headers<'a> = &'a [(&'static str, &'a str)];

/// What is asked, and as whom.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asks {
    /// For a folder, as a user.
    Folder,
    /// For a folder, as a service account.
    AsService,
    /// For a user, as a service account.
    UserAsService,
    /// For tokens.
    Token,
}

/// The error of a call whose every request is answered so.
fn refused(asks: Asks, status: u16, headers: Headers<'_>, body: &[u8]) -> Error {
    let error = match asks {
        Asks::Folder | Asks::AsService => answered(&folders::Get::new("1"), status, headers, body),
        Asks::UserAsService => answered(&users::Me::new(), status, headers, body),
        Asks::Token => answered(&oauth::Refresh::new("id", "secret", "refresh"), status, headers, body),
    };
    error.as_service(matches!(asks, Asks::AsService | Asks::UserAsService))
}

fn answered(action: &impl Action, status: u16, headers: Headers<'_>, body: &[u8]) -> Error {
    let Script { mut call, mut now, .. } = Script::of(action);
    let mut generation = 0;
    for _ in 0..100 {
        match call.poll_output() {
            CallOutput::NeedToken { .. } => {
                generation += 1;
                call.handle_token(now, Ok(Token { secret: "t".into(), generation }));
            }
            CallOutput::Send(id, _) => {
                let head = Head { status, headers: headers.iter().copied().collect() };
                if let BodyPlan::Buffer { .. } = call.handle_head(now, id, head) {
                    call.handle_body(now, id, body);
                    call.handle_body_end(now, id);
                }
            }
            CallOutput::Timeout(Some(until)) => {
                now = until;
                call.handle_timeout(now);
            }
            CallOutput::Done(result) => return result.unwrap_err(),
            _ => {}
        }
    }
    panic!("the call doesn't end");
}

type Predicate = (&'static str, fn(&Error) -> bool);

const PREDICATES: [Predicate; 17] = [
    ("not_found", Error::is_not_found),
    ("trashed", Error::is_trashed),
    ("conflict", Error::is_conflict),
    ("name_taken", Error::is_name_taken),
    ("precondition_failed", Error::is_precondition_failed),
    ("rate_limited", Error::is_rate_limited),
    ("forbidden", Error::is_forbidden),
    ("unauthorized", Error::is_unauthorized),
    ("needs_sign_in", Error::needs_sign_in),
    ("timeout", Error::is_timeout),
    ("cancelled", Error::is_cancelled),
    ("transient", Error::is_transient),
    ("outcome_unknown", Error::is_outcome_unknown),
    ("read_only", Error::is_read_only),
    ("not_modified", Error::is_not_modified),
    ("code", |error| error.code().is_some()),
    ("id", |error| error.request_id().is_some()),
];

/// The names of all that is true.
fn truths(error: &Error) -> String {
    let names = PREDICATES.iter().filter(|(_, predicate)| predicate(error)).map(|(name, _)| *name);
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn refusals_have_predicates_and_hints() {
    use {Asks::*, Hint::*};
    let html: Headers<'_> = &[("content-type", "text/html"), ("box-request-id", "r")];
    let token =
        r#"Bearer realm="Service", error="invalid_token", error_description="It is invalid, or has ended.""#;
    let scope = r#"Bearer realm="Service", error="insufficient_scope", error_description="More is needed.""#;
    let (token, scope): (Headers<'_>, Headers<'_>) =
        (&[("www-authenticate", token)], &[("www-authenticate", scope)]);
    let none: Headers<'_> = &[];
    let said = |code: &str| format!(r#"{{"type":"error","code":"{code}","message":"M","request_id":"r"}}"#);
    let grant = |error: &str, why: &str| format!(r#"{{"error":"{error}","error_description":"{why}"}}"#);
    let cases = [
        (Folder, 400, none, said("item_name_invalid"), "code id", Some(NameRefused)),
        (Folder, 400, none, said("item_name_too_long"), "code id", Some(NameRefused)),
        (Folder, 400, none, said("bad_request"), "code id", None),
        (Folder, 401, token, String::new(), "unauthorized code", None),
        (Folder, 403, scope, String::new(), "forbidden code", Some(ScopeMissing)),
        (Folder, 403, none, said("insufficient_scope"), "forbidden code id", Some(ScopeMissing)),
        (Folder, 403, none, said("cors_origin_not_whitelisted"), "forbidden code id", Some(OriginNotListed)),
        (Folder, 403, none, said("storage_limit_exceeded"), "forbidden code id", Some(StorageFull)),
        (Folder, 403, none, said("access_denied_insufficient_permissions"), "forbidden code id", None),
        (
            AsService,
            403,
            none,
            said("access_denied_insufficient_permissions"),
            "forbidden code id",
            Some(ServiceWithoutAccess),
        ),
        (AsService, 403, none, said("forbidden_by_policy"), "forbidden code id", None),
        (Folder, 404, none, said("not_found"), "not_found code id", None),
        (AsService, 404, none, said("not_found"), "not_found code id", Some(ServiceWithoutAccess)),
        (AsService, 404, html, "<html>".to_owned(), "not_found id", Some(ServiceWithoutAccess)),
        (UserAsService, 404, none, said("not_found"), "not_found code id", None),
        (AsService, 404, none, said("trashed"), "not_found trashed code id", Some(ItemInTrash)),
        (AsService, 404, none, said("not_trashed"), "not_found code id", None),
        (AsService, 404, none, said("made_up"), "not_found code id", None),
        (Folder, 409, none, said("item_name_in_use"), "conflict name_taken code id", Some(NameTaken)),
        (Folder, 409, none, said("name_temporarily_reserved"), "conflict transient code id", None),
        (Folder, 409, none, said("operation_blocked_temporary"), "conflict transient code id", None),
        (Folder, 412, none, said("precondition_failed"), "precondition_failed code id", None),
        (Folder, 429, none, said("rate_limit_exceeded"), "rate_limited transient code id", None),
        (Folder, 500, html, String::new(), "transient id", None),
        (Folder, 501, none, said("not_in_emulator"), "code id", None),
        (Folder, 503, html, "<html>".to_owned(), "transient id", None),
        (Folder, 304, none, String::new(), "not_modified", None),
        (Token, 400, none, grant("invalid_grant", "Invalid refresh token"), "code", Some(SessionRevoked)),
        (Token, 400, none, grant("invalid_grant", "Refresh token has expired"), "code", Some(SessionRevoked)),
        (
            Token,
            400,
            none,
            grant("invalid_grant", "Please check the 'exp' claim. It is."),
            "code",
            Some(ClockWrong),
        ),
        (
            Token,
            401,
            none,
            grant("invalid_grant", "must be before what the 'exp' claim says"),
            "unauthorized code",
            Some(ClockWrong),
        ),
        (Token, 400, none, grant("invalid_grant", "Please check the 'jti' claim."), "code", None),
        (
            Token,
            400,
            none,
            grant("invalid_grant", "The authorization code has expired"),
            "code",
            Some(CodeExpired),
        ),
        (Token, 400, none, grant("invalid_grant", "Auth code doesn't exist"), "code", Some(CodeExpired)),
        (
            Token,
            400,
            none,
            grant("invalid_grant", "JWT signature verification failed"),
            "code",
            Some(KeyWrong),
        ),
        (Token, 400, none, grant("invalid_grant", "Please check the 'kid' header."), "code", Some(KeyWrong)),
        (
            Token,
            400,
            none,
            grant("invalid_grant", "Grant credentials are invalid"),
            "code",
            Some(AppNotAuthorized),
        ),
        (Token, 400, none, grant("unauthorized_client", "Not authorized"), "code", Some(AppNotAuthorized)),
        (
            Token,
            400,
            none,
            grant("invalid_client", "The client credentials are invalid"),
            "code",
            Some(CredentialsWrong),
        ),
        (Token, 429, none, grant("temporarily_unavailable", "Wait"), "rate_limited transient code", None),
    ];
    for (asks, status, headers, body, truth, hint) in cases {
        let error = refused(asks, status, headers, body.as_bytes());
        let found = (truths(&error), error.hint());
        assert_eq!(found, (truth.to_owned(), hint), "{asks:?} {status} {body}: {error:?}");
        assert_eq!(error.status(), Some(status));
    }
}

#[test]
fn kinds_without_a_status_have_predicates() {
    use ErrorKind::*;
    let cases = [
        (InvalidInput, ""),
        (SignInNeeded, "needs_sign_in"),
        (SessionLost, "needs_sign_in"),
        (PersistFailed, ""),
        (Transport, "transient"),
        (Timeout, "timeout transient"),
        (Cancelled, "cancelled"),
        (OutcomeUnknown, "outcome_unknown"),
        (ReadOnly, "read_only"),
        (NotModified, "not_modified"),
        (Integrity, ""),
    ];
    for (kind, truth) in cases {
        assert_eq!(truths(&Error::new(kind, "m")), truth, "{kind:?}");
        assert_eq!(Error::new(kind, "m").hint(), None);
    }
    let unknown = Error::new(OutcomeUnknown, "m").with_status(503);
    assert!(!unknown.is_transient(), "nobody may repeat it unseen");
}

#[test]
fn a_refused_refresh_is_a_race_where_the_facts_say_so() {
    let attempt = |outcome| Attempt::new(outcome, None, Duration::ZERO);
    let lost = vec![attempt(Outcome::Lost(Sent::Maybe)), attempt(Outcome::Status(400))];
    let once = vec![attempt(Outcome::Lost(Sent::No)), attempt(Outcome::Status(400))];
    let cases = [
        ("invalid_grant", "Invalid refresh token", true, &once, Some(Hint::TokenRaced)),
        ("invalid_grant", "Invalid refresh token", false, &once, Some(Hint::SessionRevoked)),
        ("invalid_grant", "Refresh token has expired", true, &once, Some(Hint::SessionRevoked)),
        ("invalid_grant", "Refresh token has expired", false, &lost, Some(Hint::TokenRaced)),
        ("invalid_grant", "Please check the 'exp' claim.", true, &lost, Some(Hint::ClockWrong)),
        ("invalid_client", "The client credentials are invalid", true, &lost, Some(Hint::CredentialsWrong)),
    ];
    for (code, message, kept, attempts, hint) in cases {
        let error = Error::new(ErrorKind::OAuth, message).with_code(code).with_attempts(attempts.clone());
        let error = error.as_refresh(kept).with_kind(ErrorKind::SignInNeeded);
        // The call that waited for the token makes the error its own.
        let error = error.with_operation("folders.get").with_attempts(Vec::new());
        assert_eq!(error.hint(), hint, "{message} {kept}");
    }
    let ended = Error::new(ErrorKind::SignInNeeded, "m").with_hint(Hint::DeveloperTokenExpired);
    assert_eq!(ended.hint(), Some(Hint::DeveloperTokenExpired));
}

#[test]
fn hints_have_names_and_texts() {
    let names: BTreeSet<_> = Hint::ALL.iter().map(|hint| hint.as_str()).collect();
    let texts: BTreeSet<_> = Hint::ALL.iter().map(|hint| hint.text()).collect();
    assert_eq!((names.len(), texts.len()), (15, 15));
    for hint in Hint::ALL {
        let camel: String =
            hint.as_str().split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert_eq!(camel, format!("{hint:?}"));
        assert!(hint.text().ends_with('.') && !hint.text().contains("  "), "{}", hint.text());
    }
}

#[test]
fn constants_have_the_names_of_their_codes() {
    let source = include_str!("../src/codes.rs");
    let lines: Vec<_> = source.lines().filter_map(|line| line.strip_prefix("pub const ")).collect();
    for line in &lines {
        let (name, value) = line.split_once(": &str = ").unwrap();
        assert_eq!(format!("\"{}\";", name.to_lowercase()), value);
    }
    let names: BTreeSet<_> = lines.iter().collect();
    assert!(names.len() == lines.len() && lines.len() > 60);
}

#[test]
fn unknown_codes_and_all_facts_are_kept() {
    let body = r#"{"status":400,"code":"never_seen","message":"M","help_url":"h","context_info":{"errors":[
        {"reason":"invalid_parameter","name":"limit","message":"too large"},{"name":"x"},5]}}"#;
    let headers: Headers<'_> = &[("box-request-id", "r"), ("retry-after", "7")];
    let error = refused(Asks::Folder, 400, headers, body.as_bytes());
    assert_eq!((error.code(), error.help_url()), (Some("never_seen"), Some("h")));
    assert_eq!((error.request_id(), error.retry_after()), (Some("r"), Some(Duration::from_secs(7))));
    assert_eq!((error.operation(), error.hint()), (Some("folders.get"), None));
    let text = |reason: &Reason| {
        [&reason.reason, &reason.name, &reason.message].map(|text| text.clone().unwrap_or_default())
    };
    let reasons: Vec<_> = error.reasons().iter().map(text).collect();
    assert_eq!(reasons[0], ["invalid_parameter", "limit", "too large"]);
    assert_eq!(reasons[1], ["", "x", ""]);
    assert_eq!(reasons.len(), 3);
    let one = r#"{"context_info":{"errors":{"name":"y"},"conflicts":{"id":"7"}}}"#;
    let one = refused(Asks::Folder, 400, &[], one.as_bytes());
    assert_eq!((one.reasons()[0].name.as_deref(), one.conflicts()[0]["id"].as_str()), (Some("y"), Some("7")));
    let none = refused(Asks::Folder, 400, &[], br#"{"context_info":"text"}"#);
    assert!(none.reasons().is_empty() && none.conflicts().is_empty());
}

#[test]
fn attempts_are_listed_and_printed() {
    let outcomes = [Outcome::Lost(Sent::No), Outcome::Lost(Sent::Maybe), Outcome::Status(503)];
    let attempts = outcomes.map(|outcome| Attempt::new(outcome, None, Duration::from_millis(5)));
    let error = Error::new(ErrorKind::Api, "m").with_attempts(attempts.to_vec());
    assert_eq!(error.attempts(), attempts);
    assert_eq!(format!("{error:?}"), "api: m, attempt not sent, attempt lost, attempt status 503");
}

#[test]
fn no_bytes_can_make_a_refusal_panic() {
    let seeds: [&[u8]; 4] = [
        br#"{"type":"error","status":409,"code":"item_name_in_use","message":"M","context_info":{"conflicts":[{}]}}"#,
        br#"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#,
        br#"{"context_info":{"errors":[{"reason":"r","name":1,"message":null}]},"request_id":7,"help_url":[]}"#,
        b"",
    ];
    let mut random = fastrand::Rng::with_seed(5);
    let statuses = [304, 400, 401, 403, 404, 409, 412, 418, 429, 500, 503, 599, 999];
    for round in 0..4000 {
        let mut body = seeds[round % seeds.len()].to_vec();
        for _ in 0..random.usize(0..20) {
            let place = random.usize(0..=body.len());
            if random.bool() || place == body.len() {
                body.insert(place, random.u8(..));
            } else {
                body.remove(place);
            }
        }
        let header: String = (0..random.usize(0..40)).map(|_| random.char(..)).collect();
        let header = ["Bearer error=", &header].concat();
        let headers = [("www-authenticate", &*header), ("retry-after", &header), ("box-request-id", &header)];
        let asks = [Asks::Folder, Asks::AsService, Asks::UserAsService, Asks::Token][random.usize(0..4)];
        let status = statuses[random.usize(0..statuses.len())];
        let error = refused(asks, status, &headers, &body);
        assert_eq!(error.status(), Some(status), "{error:?}");
        let facts = (error.conflicts(), error.reasons(), error.context(), error.hint(), truths(&error));
        assert!(!format!("{facts:?} {error} {error:?}").is_empty());
    }
}
