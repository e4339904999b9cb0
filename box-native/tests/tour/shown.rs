//! What a program may come to print.

use std::{
    collections::BTreeSet,
    error::Error as _,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use box_native::{
    Error, ErrorKind,
    transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError},
};

use crate::plants::Plants;

/// All that was printed, and the kinds of errors among it.
#[derive(Clone, Default)]
pub(crate) struct Shown(Arc<Mutex<(String, BTreeSet<&'static str>)>>);

impl Shown {
    /// The text.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().0.clone()
    }

    /// The kinds of errors that were met.
    pub(crate) fn kinds(&self) -> BTreeSet<&'static str> {
        self.0.lock().unwrap().1.clone()
    }

    pub(crate) fn push(&self, text: &str) {
        self.0.lock().unwrap().0 += &format!("{text}\n");
    }

    pub(crate) fn debug(&self, what: &str, value: &(impl Debug + ?Sized)) {
        self.push(&format!("{what}: {value:?} {value:#?}"));
    }

    /// An error with all that can be asked of it, and its causes.
    pub(crate) fn error(&self, error: &Error) {
        self.0.lock().unwrap().1.insert(error.kind().as_str());
        self.push(&format!("error: {error} {error:#} {error:?} {error:#?}"));
        let facts =
            (error.message(), error.code(), error.help_url(), error.context_json(), error.request_id());
        self.debug("facts", &(facts, error.hint(), error.attempts(), error.reasons(), error.conflicts()));
        let mut cause = error.source();
        while let Some(error) = cause {
            self.push(&format!("because of: {error} {error:#} {error:?} {error:#?}"));
            cause = error.source();
        }
    }

    /// What must have failed, in this way.
    pub(crate) fn failed<T>(&self, what: &str, result: Result<T, Error>, kind: ErrorKind) {
        let error = result.err().unwrap_or_else(|| panic!("{what}: it went well"));
        assert_eq!(error.kind(), kind, "{what}: {error:?}");
        self.error(&error);
    }
}

/// A layer that shows all that it sees, and plants the addresses to which it is sent.
pub(crate) struct Peek(pub(crate) Shown, pub(crate) Plants);

impl Layer for Peek {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let (shown, plants) = (self.0.clone(), self.1.clone());
        shown.debug("request", &(&request, &request.body, &next));
        Box::pin(async move {
            let reply = next.send(request).await;
            match &reply {
                Ok(reply) => {
                    let location = reply.head.headers.get("location").unwrap_or_default();
                    for part in location.split(['/', '?', '&', '=']).filter(|part| part.len() >= 16) {
                        // Hosts are told.
                        if !part.contains('.') {
                            plants.plant("address of content", part);
                        }
                    }
                    shown.debug("reply", reply);
                }
                Err(lost) => {
                    shown.debug("lost", lost);
                    shown.error(&lost.error);
                }
            }
            reply
        })
    }
}
