//! Box.com in memory, for tests without a network.
//!
//! [`Emulator::handle`] takes a request and the time and gives the reply: the whole service without any I/O. The
//! feature `server` puts it behind HTTP on loopback addresses ([`server::Server`]), and the binary does the same for
//! programs that are not written in Rust.
//!
//! It knows Box's routes and answers from its own files and shares nothing with the clients that it tests, so that a
//! mistake in a client meets contradiction here.
//!
//! ```
//! use box_emulator::{Emulator, Request, Settings};
//!
//! let mut emulator = Emulator::new(Settings::default(), 1_700_000_000_000);
//! let token = emulator.settings().addresses.developer_token.clone();
//! let request = Request::new("GET", "https://api.box.com/2.0/users/me").with_token(&token);
//! let reply = emulator.handle(1_700_000_000_000, &request);
//! assert_eq!(reply.status, 200);
//! assert_eq!(reply.value()["name"], "Ada Admin");
//! ```

mod addresses;
mod assertion;
mod call;
mod content;
mod control;
mod cors;
mod counters;
mod dates;
mod emulator;
mod failure;
mod faults;
mod generated;
mod ids;
pub mod keys;
mod paging;
mod query;
mod rate_limits;
mod reply;
mod request;
mod route;
mod routes;
mod scopes;
mod seed;
#[cfg(feature = "server")]
pub mod server;
mod settings;
mod view;
mod world;

pub(crate) use failure::Failure;

pub use crate::{
    addresses::{Addresses, Host},
    content::{Content, ContentStore, ContentWriter, FileDigest, MemoryStore, Stored},
    control::Operations,
    counters::Counters,
    emulator::Emulator,
    faults::{At, Effect, Fault, FaultBody, FaultKind},
    reply::{Cut, Delivery, Reply, ReplyBody, Stall},
    request::{Body, Part, PartBody, Request},
    route::{Route, routes},
    seed::{Seed, Seeded},
    settings::{FieldsStyle, PageEnd, RefreshMode, Settings},
};

#[cfg(all(doctest, feature = "server"))]
#[doc = include_str!("../README.md")]
struct Readme;
