//! What goes wrong on purpose.

mod build;
mod statuses;
mod strike;

use serde::{Deserialize, Serialize};

/// Something that goes wrong on purpose, for the next requests of an operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// An operation id, or `any` for every request but those to the control endpoint.
    #[serde(default = "any")]
    pub operation: String,
    /// How many requests it hits.
    #[serde(default = "once")]
    pub times: u64,
    /// How many requests pass before.
    #[serde(default)]
    pub skip: u64,
    /// Whether the request had its effect.
    #[serde(default)]
    pub effect: Effect,
    /// Where a drop, delay or stall happens.
    #[serde(default)]
    pub at: At,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// An answer with this status; 202 with `retry_after` plays an unfinished commit or download.
    Status {
        /// HTTP status.
        status: u16,
        /// The body, JSON unless the status is 202, 204, 304 or 401.
        #[serde(default)]
        body: Option<FaultBody>,
        /// The `code` of a JSON body.
        #[serde(default)]
        code: Option<String>,
        /// The `retry-after` header, as it stands.
        #[serde(default)]
        retry_after: Option<String>,
        /// The `message` of a JSON body, the `error_description` of the token endpoint.
        #[serde(default)]
        message: Option<String>,
    },
    /// The connection closes: before the head, or (`at` body) when half of the body was sent.
    Drop,
    /// The answer comes late.
    Delay {
        /// How late.
        delay_ms: u64,
    },
    /// The body ends after so many bytes although the head promised all of it.
    Truncate {
        /// Bytes that still arrive.
        #[serde(default)]
        bytes: u64,
    },
    /// Nothing more comes, and the connection stays open until the client leaves: no byte at all, or (`at` body)
    /// none behind the head and so many bytes of the body.
    Stall {
        /// Bytes of the body that still arrive.
        #[serde(default)]
        bytes: u64,
    },
    /// The body comes slowly.
    Trickle {
        /// How slowly.
        bytes_per_second: u64,
    },
    /// A redirect to any address.
    Redirect {
        /// The `location`, as it stands.
        location: String,
        /// HTTP status, 302 if not given.
        #[serde(default = "found")]
        status: u16,
    },
    /// A redirect to the very same address.
    RedirectLoop,
    /// A redirect to the download origin, which counts the headers that should not arrive there.
    RedirectElsewhere,
    /// What the token endpoint says to an assertion whose `exp` lies in its past.
    WrongClock,
}

/// Whether the state changed before things went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The request was not carried out.
    #[default]
    Before,
    /// It was, and the client doesn't learn of it.
    After,
}

/// A place in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// Before the head.
    #[default]
    Head,
    /// Between head and end of the body.
    Body,
}

/// The kind of body that goes with a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultBody {
    /// An error as Box writes them.
    Json,
    /// A page, as from a proxy.
    Html,
    /// Nothing.
    Empty,
}

/// Faults waiting for their requests, first come first served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn take(&mut self, operation: &str) -> Option<Fault> {
        self.0.retain(|fault| fault.times > 0);
        let mut fitting =
            self.0.iter_mut().filter(|fault| fault.operation == operation || fault.operation == "any");
        fitting.find_map(|fault| {
            if fault.skip > 0 {
                fault.skip -= 1;
                return None;
            }
            fault.times -= 1;
            Some(fault.clone())
        })
    }
}

fn any() -> String {
    "any".to_owned()
}

fn once() -> u64 {
    1
}

fn found() -> u16 {
    302
}
