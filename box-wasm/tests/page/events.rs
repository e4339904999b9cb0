//! What calls tell of themselves.

use std::{cell::RefCell, pin::pin, rc::Rc};

use box_core::event::{AuditEvent, AuditOutcome, RequestEvent};
use box_wasm::{Client, Event};
use futures_util::future::{Either, select};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Web;

type Seen = Rc<RefCell<Vec<Event>>>;

async fn observed() -> (Web, Seen) {
    let seen = Seen::default();
    let log = Rc::clone(&seen);
    let web = Web::start(Client::builder().on_event(move |event| log.borrow_mut().push(event.clone()))).await;
    (web, seen)
}

fn requests(seen: &Seen) -> Vec<RequestEvent> {
    let request = |event: &Event| match event {
        Event::Request(request) => Some(request.clone()),
        _ => None,
    };
    seen.borrow().iter().filter_map(request).collect()
}

fn audits(seen: &Seen) -> Vec<AuditEvent> {
    let audit = |event: &Event| match event {
        Event::Audit(audit) => Some(audit.clone()),
        _ => None,
    };
    seen.borrow().iter().filter_map(audit).collect()
}

#[wasm_bindgen_test]
async fn requests_retries_and_writes_are_told() {
    let (web, seen) = observed().await;
    assert_eq!(requests(&seen)[0].operation, "oauth.token");
    seen.borrow_mut().clear();
    web.emulator
        .control("/fail", json!({"operation": "folders.create", "kind": "status", "status": 429}))
        .await;
    let folder = web.client.folders().create("told", "0").await.unwrap();
    let told: Vec<_> =
        requests(&seen).into_iter().map(|at| (at.resend_count, at.status, at.error_type)).collect();
    assert_eq!(told, [(0, Some(429), Some("429".to_owned())), (1, Some(201), None)]);
    let request = &requests(&seen)[0];
    assert_eq!((request.method, request.url_template), ("POST", Some("/folders")));
    assert!(matches!(&seen.borrow()[1], Event::Retry(retry) if retry.error_type == "429"), "{seen:?}");
    let folder = web.client.folders().update(folder.id).name("again").await.unwrap();
    let [created, audit] = &audits(&seen)[..] else { panic!("{seen:?}") };
    assert_eq!((created.operation, created.outcome), ("folders.create", AuditOutcome::Done));
    assert_eq!((audit.operation, audit.status), ("folders.update", Some(200)));
    assert_eq!(audit.target.as_deref(), Some(folder.id.as_str()));
    assert!(audit.subject.is_some());
}

#[wasm_bindgen_test]
async fn a_write_that_is_left_is_told() {
    let (web, seen) = observed().await;
    web.emulator.control("/fail", json!({"operation": "folders.create", "kind": "stall"})).await;
    let arrived = async { while web.emulator.count("requests", "folders.create").await == 0 {} };
    match select(web.client.folders().create("left", "0").send(), pin!(arrived)).await {
        Either::Left((result, _)) => panic!("it ended: {result:?}"),
        Either::Right(_) => {}
    }
    let audits = audits(&seen);
    assert_eq!(audits.len(), 1);
    assert_eq!(audits[0].outcome, AuditOutcome::Cancelled);
}
