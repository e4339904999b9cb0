//! Calls without their types.

use std::{
    fmt::Debug,
    future::Future,
    pin::Pin,
    sync::{Arc, LazyLock},
};

use box_core::{
    action::{Action, Bound, Execute as _},
    operation::ReplyKind,
    time::{Date, DateTime},
};
use box_native::{Client, Error};
use serde::Serialize;
use serde_json::Value;

use crate::{compare::compare, keep::Keep};

/// Makes a call with a client and answers what is wrong with what came back.
pub(crate) type Call = Arc<dyn Fn(Client, Keep) -> Complaints>;

type Complaints = Pin<Box<dyn Future<Output = Vec<String>>>>;

/// What the calls are written for. It sends nothing: the client that does is another for every call.
pub(crate) fn client() -> Client {
    #[expect(clippy::expect_used, reason = "nothing of it depends on the machine")]
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::builder().access_token("none").build().expect("a client"));
    CLIENT.clone()
}

/// A call whose reply is a model.
pub(crate) fn with_model<A>(bound: Bound<Client, A>) -> Call
where
    A: Action<Reply: Debug + Serialize> + Sync,
{
    let action = bound.action;
    Arc::new(move |client, keep| {
        let running = client.run(action.clone(), bound.options.clone());
        Box::pin(async move {
            match running.await {
                Ok(model) => {
                    read(A::OPERATION.id, &serde_json::to_value(&model), &format!("{model:?}"), &keep)
                }
                Err(error) => vec![shown(&error)],
            }
        })
    })
}

/// A call whose reply is content, an address, or nothing.
pub(crate) fn without_model<A: Action + Sync>(bound: Bound<Client, A>) -> Call {
    let action = bound.action;
    Arc::new(move |client, keep| {
        let running = client.run(action.clone(), bound.options.clone());
        Box::pin(async move {
            match running.await {
                Ok(_) if A::OPERATION.reply == ReplyKind::Nothing => unread(&keep),
                Ok(_) => Vec::new(),
                Err(error) => vec![shown(&error)],
            }
        })
    })
}

/// What a model lacks of the reply that it was read from.
fn read(action: &str, written: &serde_json::Result<Value>, printed: &str, keep: &Keep) -> Vec<String> {
    let Ok(written) = written else {
        return vec!["the model can't be written".to_owned()];
    };
    let mut complaints = match keep.take().map(|bytes| serde_json::from_slice(&bytes)) {
        Some(Ok(reply)) => compare(action, &reply, written),
        Some(Err(error)) => vec![error.to_string()],
        None if written.is_null() => Vec::new(),
        None => vec!["the reply was no JSON".to_owned()],
    };
    let unknown = printed.split("Other(").skip(1);
    let unknown = unknown.map(|text| format!("unknown: {}", text.chars().take(80).collect::<String>()));
    complaints.extend(unknown);
    complaints
}

/// A reply that nobody reads.
fn unread(keep: &Keep) -> Vec<String> {
    let reply = keep.take().filter(|reply| !reply.is_empty());
    reply.into_iter().map(|reply| format!("not read: {}", String::from_utf8_lossy(&reply))).collect()
}

fn shown(error: &Error) -> String {
    error.to_string()
}

#[expect(clippy::expect_used, reason = "generated, and a test of box-core reads them all")]
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[expect(clippy::expect_used, reason = "generated, and a test of box-core reads them all")]
pub(crate) fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

#[expect(clippy::expect_used, reason = "generated, and a test of box-core reads them all")]
pub(crate) fn date_time(text: &str) -> DateTime {
    DateTime::parse(text).expect("a date and a time")
}
