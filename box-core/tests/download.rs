//! The download machine, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

use box_core::{
    digest::Sha1,
    download::{Download, DownloadOutput, DownloadPlan, Received},
    error::{Error, ErrorKind},
    headers::Headers,
    reply::{Content, Reply},
    rng::Rng,
};

const DIGEST: Sha1 = Sha1([7; 20]);

/// Runs a download up to the result, with this reply to `files.get` and these bytes received.
fn run(plan: DownloadPlan, info: &str, received: Received) -> (Vec<&'static str>, Result<Received, Error>) {
    let mut download = Download::new(plan, Rng::new(1));
    let mut steps = Vec::new();
    loop {
        match download.poll_output() {
            DownloadOutput::Call(draft, _) => {
                steps.push(draft.operation.id);
                assert_eq!(draft.query("fields"), Some("sha1,size"));
                let content = Content::Bytes(info.to_owned().into());
                download.handle_reply(Ok(Reply { status: 200, headers: Headers::new(), content }));
            }
            DownloadOutput::Open(draft, _) => {
                steps.push(draft.operation.id);
                download.handle_received(Ok(received));
            }
            DownloadOutput::Done(result) => return (steps, result),
            DownloadOutput::Wait => panic!("nothing to wait for after {steps:?}"),
        }
    }
}

fn info(size: &str, digest: Sha1) -> String {
    format!(r#"{{"type":"file","id":"1","size":{size},"sha1":"{}"}}"#, digest.to_hex().to_uppercase())
}

#[test]
fn what_came_is_compared_with_what_box_holds() {
    let received = Received::new(5, DIGEST);
    let cases = [
        (info("5", DIGEST), None),
        (info("5.0", DIGEST), None),
        (r#"{"type":"file","id":"1"}"#.to_owned(), Some(ErrorKind::Integrity)),
        (info("6", DIGEST), Some(ErrorKind::Integrity)),
        (info("5", Sha1([8; 20])), Some(ErrorKind::Integrity)),
        ("<html>".to_owned(), Some(ErrorKind::Decode)),
    ];
    for (info, error) in cases {
        let (_, result) = run(DownloadPlan::new("1"), &info, received);
        assert_eq!(result.err().map(|e| e.kind()), error, "{info}");
    }
}

#[test]
fn verifying_costs_a_request_and_can_be_switched_off() {
    let received = Received::new(5, DIGEST);
    let (steps, _) = run(DownloadPlan::new("1"), &info("5", DIGEST), received);
    assert_eq!(steps, ["files.get", "files.download"]);
    let mut plan = DownloadPlan::new("1");
    plan.verify = false;
    let (steps, result) = run(plan, "", received);
    assert_eq!(steps, ["files.download"]);
    assert_eq!(result.unwrap(), received);
}

#[test]
fn an_empty_id_sends_nothing() {
    let (steps, result) = run(DownloadPlan::new(""), "", Received::new(0, DIGEST));
    assert!(steps.is_empty());
    assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidInput);
}
