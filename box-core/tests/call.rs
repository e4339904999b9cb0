//! The call machine, as scripts on a virtual clock.

mod support;

use std::time::Duration;

use box_core::{
    action::{Action, CallOptions},
    actions::{files, folders, oauth, upload_sessions, zip_downloads},
    call::{CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    models::UploadAttributes,
    reply::{BodyPlan, Content},
    request::{Payload, Replay, SourceId, SourceRange},
    rng::Rng,
};
use support::Script;

const FOLDER: &str = r#"{"type":"folder","id":"1","name":"n"}"#;

#[test]
fn a_call_takes_a_token_a_request_and_a_reply() {
    let mut script = Script::of(&folders::Get::new("1"));
    let request = script.token(None, 1).sends();
    assert_eq!((request.method, request.url.as_str()), ("GET", "https://api.box.com/2.0/folders/1"));
    assert_eq!(request.headers.get("authorization"), Some("Bearer token-1"));
    script.reply(200, &[], FOLDER);
    let reply = script.done().unwrap();
    assert!(matches!(reply.content, Content::Bytes(body) if body == FOLDER));
}

#[test]
fn content_that_needs_no_token_gets_none_and_comes_from_where_box_keeps_it() {
    let download = zip_downloads::Download::new("1");
    let at = |url: &str| {
        let mut options = CallOptions::default();
        options.endpoint = Some(url.to_owned());
        options
    };
    let mut script = Script::of(&download);
    let request = script.sends();
    assert_eq!(request.url, "https://dl.boxcloud.com/2.0/zip_downloads/1/content");
    assert_eq!(request.headers.get("authorization"), None);
    let mut script = Script::with(&download, at("https://dl2.boxcloud.com/2.0/z/1?k=2"), Want::Bytes);
    assert_eq!(script.sends().url, "https://dl2.boxcloud.com/2.0/z/1?k=2");
    for elsewhere in ["https://boxcloud.com.example/z", "http://dl.boxcloud.com/z", "https://example.com/z"] {
        let mut script = Script::with(&download, at(elsewhere), Want::Bytes);
        assert_eq!(script.done().unwrap_err().kind(), ErrorKind::InvalidInput, "{elsewhere}");
    }
    let mut script = Script::with(&folders::Get::new("1"), at("https://dl.boxcloud.com/z"), Want::Bytes);
    let error = script.token(None, 1).done().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "a token never goes there");
}

#[test]
fn a_401_refreshes_once_and_replays_at_once() {
    let mut script = Script::of(&folders::Create::new("n", "0"));
    let first = script.token(None, 1).sends();
    script.reply(401, &[], "");
    let second = script.token(Some(1), 2).sends();
    assert_eq!(second.headers.get("authorization"), Some("Bearer token-2"));
    assert_eq!(format!("{:?}", first.body), format!("{:?}", second.body));
    script.reply(401, &[("www-authenticate", r#"Bearer error_description="No.""#)], "");
    let error = script.done().unwrap_err();
    assert_eq!((error.status(), error.message(), error.attempts().len()), (Some(401), "No.", 2));
    assert_eq!(error.operation(), Some("folders.create"));
}

#[test]
fn a_body_that_is_gone_is_never_sent_twice() {
    let once = SourceRange { id: SourceId(0), range: 0..5, replay: Replay::Once };
    let part = upload_sessions::UploadPart::new("s", Payload::Source(once), "sha=x", "bytes 0-4/5");
    let cases: [fn(&mut Script); 4] = [
        |script| _ = script.reply(401, &[], ""),
        |script| _ = script.reply(503, &[], ""),
        |script| _ = script.lost(Sent::Maybe),
        |script| _ = script.lost(Sent::No),
    ];
    for fail in cases {
        let mut script = Script::of(&part);
        assert_eq!(script.token(None, 1).sends().body.len(), 5);
        fail(&mut script);
        assert_eq!(script.done().unwrap_err().attempts().len(), 1);
    }
}

#[test]
fn harmless_calls_are_sent_again_until_the_attempts_are_used_up() {
    let mut script = Script::of(&folders::Get::new("1"));
    for attempt in 1..5 {
        script.token(None, 1).sends();
        if attempt % 2 == 0 {
            script.lost(Sent::Maybe);
        } else {
            script.reply(503, &[("content-type", "text/html")], "<html>");
        }
        assert!(script.waits() <= Duration::from_millis(500 << (attempt - 1)), "{attempt}");
    }
    script.token(None, 1).sends();
    script.reply(503, &[], "");
    let error = script.done().unwrap_err();
    assert_eq!((error.status(), error.attempts().len()), (Some(503), 5));
}

#[test]
fn writes_are_not_sent_again_after_a_lost_reply() {
    let create = upload_sessions::Create::new("0", 1, "n");
    for (fail, repeats) in [(Sent::Maybe, false), (Sent::No, true)] {
        let mut script = Script::of(&create);
        script.token(None, 1).sends();
        script.lost(fail);
        if repeats {
            script.waits();
            script.token(None, 1).sends();
            script.reply(201, &[], FOLDER);
            assert!(script.done().is_ok());
        } else {
            let error = script.done().unwrap_err();
            assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::OutcomeUnknown, 1));
        }
    }
}

#[test]
fn retry_after_is_the_least_wait_and_a_deadline_ends_it_at_once() {
    let mut script = Script::of(&folders::Create::new("n", "0"));
    script.token(None, 1).sends();
    script.reply(429, &[("retry-after", "7")], r#"{"code":"rate_limit_exceeded"}"#);
    assert!(script.waits() >= Duration::from_secs(7));

    let mut options = CallOptions::default();
    options.timeout = Some(Duration::from_secs(5));
    let mut script = Script::with(&folders::Get::new("1"), options.clone(), Want::Bytes);
    script.token(None, 1).sends();
    script.reply(429, &[("retry-after", "7")], "");
    let error = script.done().unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));

    let mut script = Script::with(&folders::Get::new("1"), options, Want::Bytes);
    script.token(None, 1).sends();
    assert_eq!(script.waits(), Duration::from_secs(5));
    assert!(matches!(script.call.poll_output(), CallOutput::Cancel(_)));
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Timeout);
}

#[test]
fn a_download_is_polled_then_followed_without_the_token() {
    let mut download = files::Download::new("1");
    download.range = Some("bytes=0-9".to_owned());
    let mut script = Script::with(&download, CallOptions::default(), Want::Stream);
    script.token(None, 1).sends();
    assert_eq!(script.reply(202, &[("retry-after", "3")], ""), BodyPlan::Discard);
    assert_eq!(script.waits(), Duration::from_secs(3));
    script.token(None, 1).sends();
    script.reply(302, &[("location", "https://dl.boxcloud.com/d/1")], "");
    let request = script.sends();
    assert_eq!(request.url, "https://dl.boxcloud.com/d/1");
    assert_eq!(request.headers.get("range"), Some("bytes=0-9"));
    assert_eq!(request.headers.get("authorization"), None);
    assert_eq!(script.reply(206, &[], ""), BodyPlan::HandOver);
    assert!(matches!(script.done().unwrap().content, Content::Held(_)));
}

#[test]
fn a_401_of_the_download_host_is_no_reason_to_refresh() {
    let mut script = Script::of(&files::Download::new("1"));
    script.token(None, 1).sends();
    script.reply(302, &[("location", "https://dl.boxcloud.com/d/1")], "");
    script.sends();
    script.reply(401, &[], "");
    assert_eq!(script.done().unwrap_err().status(), Some(401));
}

#[test]
fn a_redirect_loop_ends_after_five_hops() {
    let mut script = Script::of(&folders::Get::new("1"));
    script.token(None, 1);
    for _ in 0..6 {
        script.sends();
        script.reply(302, &[("location", "/2.0/folders/1")], "");
    }
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Redirect);
}

#[test]
fn polling_ends() {
    let mut script = Script::of(&files::Download::new("1"));
    let mut polls = 0;
    loop {
        script.token(None, 1).sends();
        script.reply(202, &[("retry-after", "100")], "");
        polls += 1;
        if let CallOutput::Done(result) = script.call.poll_output() {
            let error = result.unwrap_err();
            assert_eq!((error.kind(), error.status()), (ErrorKind::Timeout, Some(202)));
            break;
        }
        script.waits();
    }
    assert_eq!(polls, 7, "ten minutes of 100 seconds each, and the first");
}

#[test]
fn a_redirect_can_be_the_answer_and_an_unchanged_item_is_one_too() {
    let mut script = Script::of(&files::DownloadUrl::new("1"));
    script.token(None, 1).sends();
    script.reply(302, &[("location", "https://dl.boxcloud.com/d/1")], "");
    assert_eq!(script.done().unwrap().headers.get("location"), Some("https://dl.boxcloud.com/d/1"));

    let mut script = Script::of(&folders::Get::new("1"));
    script.token(None, 1).sends();
    script.reply(304, &[], "");
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::NotModified);
}

#[test]
fn token_requests_carry_no_token_and_oauth_errors_say_theirs() {
    let refresh = oauth::Refresh::new("id", "secret", "r1");
    let mut script = Script::of(&refresh);
    let request = script.sends();
    assert_eq!(request.url, "https://api.box.com/oauth2/token");
    assert_eq!(request.headers.get("authorization"), None);
    let body = r#"{"error":"invalid_grant","error_description":"Refresh token has expired"}"#;
    script.reply(400, &[], body);
    let error = script.done().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::OAuth, Some("invalid_grant")));
    assert_eq!(error.message(), "Refresh token has expired");
}

#[test]
fn late_inputs_change_nothing() {
    let mut script = Script::of(&folders::Get::new("1"));
    script.token(None, 1).sends();
    script.reply(200, &[], FOLDER);
    assert!(script.done().is_ok());
    script.reply(500, &[], "");
    script.lost(Sent::Maybe);
    script.call.handle_timeout(script.now);
    assert!(matches!(script.call.poll_output(), CallOutput::Timeout(None)));
}

#[test]
fn a_token_goes_to_no_foreign_endpoint() {
    let mut options = CallOptions::default();
    options.endpoint = Some("https://evil.example/upload".to_owned());
    let mut script = Script::with(&upload_sessions::Abort::new("s"), options, Want::Bytes);
    script.token(None, 1);
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn bad_parameters_are_refused_before_anything_is_sent() {
    for id in ["", " ", ".", ".."] {
        let error = folders::Get::new(id).draft(&mut Rng::new(1)).unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some("folders.get")));
    }
    for name in ["", "a/b", "..", " a", "a\n"] {
        let error = folders::Create::new(name, "0").draft(&mut Rng::new(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}");
        assert!(error.message().starts_with("`name`: the name"), "{error}");
    }
    let empty = [
        folders::Create::new("n", "").draft(&mut Rng::new(1)),
        files::Copy::new("1", "").draft(&mut Rng::new(1)),
        upload_sessions::Create::new("", 30_000_000, "n").draft(&mut Rng::new(1)),
        files::Upload::new(UploadAttributes::new("n", ""), "x").draft(&mut Rng::new(1)),
    ];
    for draft in empty {
        assert_eq!(draft.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    let mut forged = folders::Get::new("1");
    forged.if_none_match = Some("1\r\nauthorization: x".to_owned());
    assert_eq!(forged.draft(&mut Rng::new(1)).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_fault_on_this_side_is_not_retried() {
    for kind in [ErrorKind::Io, ErrorKind::InvalidInput, ErrorKind::Unsupported] {
        let mut script = Script::of(&folders::Get::new("1"));
        script.token(None, 1).sends();
        script.fails(Sent::No, kind);
        assert_eq!(script.done().unwrap_err().kind(), kind);
    }
}

#[test]
fn where_redirects_are_followed_out_of_sight_nothing_secret_is_sent() {
    let refused = [
        Script::following(&files::DownloadUrl::new("1"), CallOptions::default()),
        Script::following(&files::Download::new("1"), as_user()),
        Script::following(&shared(), CallOptions::default()),
    ];
    for mut script in refused {
        script.token(None, 1);
        assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Unsupported);
    }
    Script::following(&folders::Get::new("1"), as_user()).token(None, 1).sends();
}

#[test]
fn where_redirects_are_followed_out_of_sight_a_lost_download_is_tried_with_its_token_in_the_url() {
    let mut download = files::Download::new("1");
    download.version = Some("2".to_owned());
    let mut script = Script::following(&download, CallOptions::default());
    let request = script.token(None, 1).sends();
    assert!(request.headers.get("authorization").is_some() && !request.url.contains("token-"));
    script.lost(Sent::Maybe);
    for generation in [1, 2] {
        let request = script.sends();
        let query = format!("/files/1/content?version=2&access_token=token-{generation}");
        assert!(request.url.ends_with(&query), "{}", request.url);
        assert_eq!(request.headers.get("authorization"), None);
        assert!(!format!("{request:?}").contains("token-"), "{request:?}");
        script.reply(401, &[], "");
        if generation == 1 {
            script.token(Some(1), 2);
        }
    }
    assert_eq!(script.done().unwrap_err().status(), Some(401));

    // Nothing but content may be asked for in this way.
    let mut script = Script::following(&folders::Get::new("1"), CallOptions::default());
    script.token(None, 1).sends();
    script.lost(Sent::Maybe).waits();
    assert!(!script.token(None, 1).sends().url.contains("token-"));
}

fn as_user() -> CallOptions {
    let mut options = CallOptions::default();
    options.as_user = Some("7".to_owned());
    options
}

fn shared() -> files::Download {
    let mut download = files::Download::new("1");
    download.boxapi = Some("shared_link=x".into());
    download
}

#[test]
fn a_cut_error_keeps_its_status_and_what_follows_from_it() {
    let mut script = Script::of(&folders::Create::new("n", "0"));
    script.token(None, 1).sends();
    script.cut(409, &[], r#"{"code":"item_na"#);
    assert_eq!(script.done().unwrap_err().status(), Some(409));

    let mut script = Script::of(&folders::Get::new("1"));
    script.token(None, 1).sends();
    script.cut(401, &[], "");
    script.token(Some(1), 2).sends();
    script.cut(429, &[("retry-after", "9")], "<ht");
    assert!(script.waits() >= Duration::from_secs(9));
}

#[test]
fn an_endless_error_ends() {
    let mut script = Script::of(&upload_sessions::Create::new("0", 1, "n"));
    script.token(None, 1).sends();
    let id = script.head(500, &[]);
    let chunk = vec![b'x'; 600_000];
    script.call.handle_body(script.now, id, &chunk);
    script.call.handle_body(script.now, id, &chunk);
    assert!(matches!(script.call.poll_output(), CallOutput::Cancel(_)));
    assert_eq!(script.done().unwrap_err().status(), Some(500));
}

#[test]
fn polls_wait_a_little_and_are_no_failures() {
    let mut script = Script::of(&files::Download::new("1"));
    for _ in 0..20 {
        script.token(None, 1).sends();
        script.reply(202, &[("retry-after", "0")], "");
        assert!(script.waits() > Duration::ZERO);
    }
    script.token(None, 1).sends();
    script.reply(503, &[], "");
    script.waits();
    script.token(None, 1).sends();
    script.reply(200, &[], "content");
    assert!(script.done().is_ok());
}

#[test]
fn a_session_that_ended_says_which_refusal_showed_it() {
    let mut script = Script::of(&folders::Get::new("1"));
    script.token(None, 1).sends();
    script.reply(401, &[("box-request-id", "r9")], "");
    assert!(matches!(script.call.poll_output(), CallOutput::NeedToken(need) if need.rejected == Some(1)));
    script.call.handle_token(script.now, Err(Error::new(ErrorKind::SignInNeeded, "no token")));
    let error = script.done().unwrap_err();
    assert!(error.needs_sign_in());
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<Error>());
    assert_eq!(cause.and_then(Error::request_id), Some("r9"));
}

#[test]
fn a_field_of_the_caller_replaces_that_of_the_action_but_no_token() {
    let mut options = CallOptions::default();
    for (name, value) in [("if-match", "callers"), ("authorization", "callers"), ("as-user", "callers")] {
        options.headers.set(name, value);
    }
    options.as_user = Some("option".to_owned());
    let mut update = files::Update::new("1");
    update.if_match = Some("action".to_owned());
    let request = Script::with(&update, options, Want::Bytes).token(None, 1).sends();
    let field = |name| request.headers.get(name);
    assert_eq!((field("if-match"), field("as-user")), (Some("callers"), Some("callers")));
    assert_eq!(field("authorization"), Some("Bearer token-1"));
}
