//! The upload machine, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

use std::ops::Range;

use box_core::{
    action::CallOptions,
    digest::Sha1,
    error::{Error, ErrorKind},
    headers::Headers,
    models::File,
    reply::{Content, Reply},
    request::{Body, Draft},
    rng::Rng,
    upload::{self, Target, Upload, UploadOutput, UploadPlan},
};

const DIGEST: Sha1 = Sha1([7; 20]);
const PART: u64 = 8_388_608;

fn new_file(size: u64) -> UploadPlan {
    UploadPlan::new(Target::File { folder_id: "0".to_owned(), name: "n.bin".to_owned() }, size)
}

fn json(status: u16, body: String) -> Result<Reply, Error> {
    Ok(Reply { status, headers: Headers::new(), content: Content::Bytes(body.into()) })
}

fn file(size: u64, digest: Sha1) -> Result<Reply, Error> {
    let sha1 = digest.to_hex();
    json(201, format!(r#"{{"entries":[{{"type":"file","id":"5","size":{size},"sha1":"{sha1}"}}]}}"#))
}

fn session() -> Result<Reply, Error> {
    let at = "https://upload-las.app.box.com/api/2.0/files/upload_sessions/S";
    let body = format!(
        r#"{{"id":"S","part_size":{PART},"session_endpoints":{{"upload_part":"{at}","commit":"{at}/commit",
        "abort":"{at}","list_parts":"{at}/parts"}}}}"#
    );
    json(201, body)
}

fn part(range: &Range<u64>, digest: Sha1) -> Result<Reply, Error> {
    let (offset, size, sha1) = (range.start, range.end - range.start, digest.to_hex());
    let part = format!(r#"{{"part_id":"P{offset}","offset":{offset},"size":{size},"sha1":"{sha1}"}}"#);
    json(200, format!(r#"{{"part":{part}}}"#))
}

fn refusal(status: u16, code: &str) -> Result<Reply, Error> {
    Err(Error::new(ErrorKind::Api, "refused").with_status(status).with_code(code))
}

struct Script(Upload);

impl Script {
    fn new(plan: UploadPlan) -> Self {
        Self(Upload::new(plan, Rng::new(1)))
    }

    /// The machine asks for this digest and gets it.
    fn digest(&mut self, expected: Range<u64>) -> &mut Self {
        match self.0.poll_output() {
            UploadOutput::Digest(range) => assert_eq!(range, expected),
            other => panic!("expected Digest({expected:?}), found {other:?}"),
        }
        self.0.handle_digest(Ok(DIGEST));
        self
    }

    /// The machine makes this call and gets this result.
    fn call(&mut self, operation: &str, result: Result<Reply, Error>) -> (Draft, CallOptions) {
        match self.0.poll_output() {
            UploadOutput::Call(draft, options) => {
                assert_eq!(draft.operation.id, operation);
                self.0.handle_reply(result);
                (draft, options)
            }
            other => panic!("expected {operation}, found {other:?}"),
        }
    }

    fn part(&mut self, range: Range<u64>) -> (Draft, CallOptions) {
        self.digest(range.clone()).call("upload_sessions.upload_part", part(&range, DIGEST))
    }

    fn done(&mut self) -> Result<File, Error> {
        match self.0.poll_output() {
            UploadOutput::Done(result) => {
                assert!(matches!(self.0.poll_output(), UploadOutput::Wait));
                result.and_then(upload::file)
            }
            other => panic!("expected Done, found {other:?}"),
        }
    }
}

fn text(draft: &Draft) -> String {
    let Body::Bytes(bytes) = &draft.body else { panic!("a body in memory") };
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_small_file_goes_in_one_request_with_its_digest() {
    for size in [0, 5, 50_000_000] {
        let mut script = Script::new(new_file(size));
        let (draft, _) = script.digest(0..size).call("files.upload", file(size, DIGEST));
        assert_eq!(draft.headers.get("content-md5"), Some(DIGEST.to_hex().as_str()));
        assert!(draft.body.len() > size);
        assert_eq!(script.done().unwrap().id, "5");
    }
}

#[test]
fn a_large_file_goes_in_parts_to_the_endpoints_that_box_named() {
    let size = 50_000_001;
    let mut plan = new_file(size);
    plan.content_modified_at = Some("2020-01-02T03:04:05Z".to_owned());
    let mut script = Script::new(plan);
    let (draft, _) = script.call("upload_sessions.create", session());
    assert_eq!(text(&draft), r#"{"file_name":"n.bin","file_size":50000001,"folder_id":"0"}"#);
    for i in 0..5 {
        let (draft, options) = script.part(i * PART..(i + 1) * PART);
        let range = format!("bytes {}-{}/{size}", i * PART, (i + 1) * PART - 1);
        assert_eq!(draft.headers.get("content-range"), Some(range.as_str()));
        assert_eq!(draft.headers.get("digest"), Some(DIGEST.to_digest_header().as_str()));
        assert_eq!(
            options.endpoint.as_deref(),
            Some("https://upload-las.app.box.com/api/2.0/files/upload_sessions/S")
        );
    }
    script.part(5 * PART..size);
    let (commit, options) = script.digest(0..size).call("upload_sessions.commit", file(size, DIGEST));
    assert!(options.endpoint.unwrap().ends_with("/commit"));
    let body = text(&commit);
    assert!(body.contains(r#""part_id":"P41943040""#) && body.contains(r#""size":8056961"#), "{body}");
    assert!(body.contains(r#""content_modified_at":"2020-01-02T03:04:05Z""#), "{body}");
    assert!(script.done().is_ok());
}

#[test]
fn a_source_that_is_held_in_memory_becomes_a_session_early() {
    let mut plan = new_file(20_000_000);
    plan.held = true;
    Script::new(plan).call("upload_sessions.create", session());
    let mut plan = new_file(19_999_999);
    plan.held = true;
    Script::new(plan).digest(0..19_999_999).call("files.upload", file(19_999_999, DIGEST));
}

#[test]
fn a_version_goes_to_its_file() {
    let target = Target::Version { file_id: "9".to_owned(), name: None };
    let mut plan = UploadPlan::new(target.clone(), 3);
    plan.if_match = Some("4".to_owned());
    let mut script = Script::new(plan);
    let (draft, _) = script.digest(0..3).call("files.upload_version", file(3, DIGEST));
    assert_eq!((draft.path.as_str(), draft.headers.get("if-match")), ("/files/9/content", Some("4")));
    let mut script = Script::new(UploadPlan::new(target, 60_000_000));
    let (draft, _) = script.call("upload_sessions.create_for_version", session());
    assert_eq!(draft.path, "/files/9/upload_sessions");
}

#[test]
fn what_box_stored_must_be_what_was_sent() {
    for stored in [file(4, DIGEST), file(5, Sha1([8; 20])), file(0, DIGEST)] {
        let mut script = Script::new(new_file(5));
        script.digest(0..5).call("files.upload", stored);
        assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Integrity);
    }
    let mut script = Script::new(new_file(5));
    script.digest(0..5).call("files.upload", json(201, r#"{"entries":[]}"#.to_owned()));
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn a_failed_part_gives_the_session_up() {
    let mut script = Script::new(new_file(60_000_000));
    script.call("upload_sessions.create", session());
    script.digest(0..PART).call("upload_sessions.upload_part", refusal(403, "storage_limit_exceeded"));
    script.call("upload_sessions.abort", json(204, String::new()));
    assert_eq!(script.done().unwrap_err().code(), Some("storage_limit_exceeded"));
}

#[test]
fn a_source_that_fails_gives_the_session_up() {
    let mut script = Script::new(new_file(60_000_000));
    script.call("upload_sessions.create", session());
    assert!(matches!(script.0.poll_output(), UploadOutput::Digest(_)));
    script.0.handle_digest(Err(Error::new(ErrorKind::Io, "shrank")));
    // A failing abort does not hide the cause.
    script.call("upload_sessions.abort", refusal(500, "internal_server_error"));
    assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn a_part_that_box_has_already_is_looked_up() {
    // A refusal whose body was cut has no code.
    let cut = Err(Error::new(ErrorKind::Api, "refused").with_status(416));
    let overlap = refusal(416, "range_overlaps_existing_part");
    let cases = [(overlap.clone(), DIGEST, true), (cut, DIGEST, true), (overlap, Sha1([8; 20]), false)];
    for (overlap, digest, ok) in cases {
        let mut script = Script::new(new_file(60_000_000));
        script.call("upload_sessions.create", session());
        script.part(0..PART);
        script.digest(PART..2 * PART).call("upload_sessions.upload_part", overlap);
        let (size, sha1) = (PART, digest.to_hex());
        let listed =
            format!(r#"{{"entries":[{{"part_id":"Q","offset":{PART},"size":{size},"sha1":"{sha1}"}}]}}"#);
        let (draft, _) = script.call("upload_sessions.list_parts", json(200, listed));
        assert_eq!((draft.query("offset"), draft.query("limit")), (Some("1"), Some("1")));
        if ok {
            script.part(2 * PART..3 * PART);
        } else {
            script.call("upload_sessions.abort", json(204, String::new()));
            assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Integrity);
        }
    }
}

#[test]
fn a_commit_that_box_refused_is_given_up_and_a_lost_one_is_not() {
    let lost = Err(Error::new(ErrorKind::Transport, "lost"));
    let unknown = refusal(503, "unavailable");
    for (result, aborts) in [(refusal(409, "item_name_in_use"), true), (lost, false), (unknown, false)] {
        let mut script = Script::new(new_file(PART * 7));
        script.call("upload_sessions.create", session());
        for i in 0..7 {
            script.part(i * PART..(i + 1) * PART);
        }
        script.digest(0..PART * 7).call("upload_sessions.commit", result);
        if aborts {
            script.call("upload_sessions.abort", json(204, String::new()));
        }
        assert!(script.done().is_err());
    }
}

#[test]
fn a_session_without_a_part_size_is_an_error() {
    for body in [r#"{"id":"S"}"#, r#"{"id":"S","part_size":0}"#, r#"{"id":"S","part_size":-1}"#] {
        let mut script = Script::new(new_file(60_000_000));
        script.call("upload_sessions.create", json(201, body.to_owned()));
        let (draft, _) = script.call("upload_sessions.abort", json(204, String::new()));
        assert_eq!(draft.path, "/files/upload_sessions/S");
        assert_eq!(script.done().unwrap_err().kind(), ErrorKind::Decode, "{body}");
    }
}

#[test]
fn a_bad_name_or_no_folder_sends_nothing() {
    for (folder_id, name) in [("0", "a/b"), ("", "a")] {
        let target = Target::File { folder_id: folder_id.to_owned(), name: name.to_owned() };
        assert_eq!(
            Script::new(UploadPlan::new(target, 1)).done().unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
}

#[test]
fn only_an_open_session_is_abandoned() {
    let mut script = Script::new(new_file(60_000_000));
    assert!(script.0.abandon().is_none());
    script.call("upload_sessions.create", session());
    let (draft, options) = script.0.abandon().unwrap();
    assert_eq!(draft.operation.id, "upload_sessions.abort");
    assert!(options.endpoint.is_some());
}

#[test]
fn a_commit_under_way_is_not_abandoned() {
    let mut script = Script::new(new_file(PART * 6));
    script.call("upload_sessions.create", session());
    for i in 0..6 {
        script.part(i * PART..(i + 1) * PART);
    }
    script.digest(0..PART * 6);
    assert!(matches!(script.0.poll_output(), UploadOutput::Call(..)));
    assert!(script.0.abandon().is_none());
}

#[test]
fn options_go_with_every_call_and_what_has_no_meaning_is_refused() {
    let mut plan = new_file(60_000_000);
    plan.options.as_user = Some("7".to_owned());
    let mut script = Script::new(plan);
    let (_, options) = script.call("upload_sessions.create", session());
    assert_eq!(options.as_user.as_deref(), Some("7"));
    let (_, options) = script.part(0..PART);
    assert_eq!(options.as_user.as_deref(), Some("7"));
    let (_, options) = script.0.abandon().unwrap();
    assert_eq!(options.as_user.as_deref(), Some("7"));
    assert!(options.timeout.is_some());

    let mut plan = new_file(5);
    plan.if_match = Some("1".to_owned());
    assert_eq!(Script::new(plan).done().unwrap_err().kind(), ErrorKind::InvalidInput);
}
