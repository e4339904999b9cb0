//! Sans-IO core of a Box.com client: it builds requests, reads replies, and decides. It never reads a clock, entropy,
//! environment, file or socket, and has no `async`; drivers (`box-native`, `box-wasm`) move the bytes.
//!
//! ```text
//! api/*.api --xtask--> actions --encode--> Draft --.
//!                      models  <--decode-- Reply   v
//! caller -> Call --poll_output--> Send(id, Request) -----> driver: reqwest, fetch, a test
//!             ^   \--NeedToken--> Session --> Lock Load Send Store Changed ... Token
//!  handle_head / handle_body / handle_transport_error / handle_timeout
//!             \--> Done(Ok(Reply)) | Done(Err)
//! Upload:   Digest(range) <-> handle_digest, Call(part) <-> handle_reply --> Done(file)
//! Download: Call(files.get), Open(content) <-> handle_received --> Done(verified)
//! ```
//!
//! # Run loop
//!
//! Every machine is run the same way. `handle_*` takes an input, `poll_output` gives the next output, plain verbs are
//! commands, nouns are getters.
//!
//! 1. Make the machine; it has its first outputs at once.
//! 2. Drain: call `poll_output` and carry each output out, until it answers that there is nothing to do (`Timeout`,
//!    `Idle`, `Wait`) or `Done`.
//! 3. Wait for what is under way, or the time that `Timeout` named, whichever comes first.
//! 4. Hand the result in by `handle_*`, with the time. Go to 2.
//!
//! The law: **after every input or command, drain**. Inputs that come too late, for a request that was cancelled,
//! are ignored by the machine.
//!
//! ```
//! use box_core::{
//!     action::{Action, CallOptions}, actions::folders, call::{Call, CallOutput, Want}, headers::Headers,
//!     reply::{BodyPlan, Head}, rng::Rng, session::Token, time::Timestamp,
//! };
//!
//! # fn main() -> Result<(), box_core::error::Error> {
//! let now = Timestamp(0);
//! let draft = folders::Get::new("0").draft(&mut Rng::new(1))?;
//! let mut call = Call::new(now, draft, CallOptions::default(), Want::Bytes, Default::default(), Rng::new(2));
//! assert!(matches!(call.poll_output(), CallOutput::NeedToken(_)));
//! call.handle_token(now, Ok(Token { secret: "t".into(), generation: 1 }));
//! let CallOutput::Send(id, request) = call.poll_output() else { panic!() };
//! assert_eq!(request.url, "https://api.box.com/2.0/folders/0");
//! let plan = call.handle_head(now, id, Head { status: 200, headers: Headers::new() });
//! assert!(matches!(plan, BodyPlan::Buffer { .. }));
//! call.handle_body(now, id, br#"{"type": "folder", "id": "0"}"#);
//! call.handle_body_end(now, id);
//! assert!(matches!(call.poll_output(), CallOutput::Done(Ok(_))));
//! # Ok(())
//! # }
//! ```

pub mod action;
mod budget;
pub mod call;
pub mod codes;
mod decode;
pub mod digest;
pub mod download;
pub mod encode;
pub mod error;
pub mod event;
mod facts;
#[rustfmt::skip]
mod generated;
pub mod headers;
pub mod hint;
pub mod hosts;
mod item;
pub mod json;
mod limiter;
mod macros;
pub mod model;
pub mod names;
pub mod operation;
pub mod options;
pub mod pace;
pub mod page;
pub mod raw;
mod redirect;
mod refusal;
pub mod reply;
pub mod request;
mod retry;
pub mod rng;
pub mod row;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod time;
pub mod timeouts;
pub mod traffic;
pub mod upload;
mod url;
pub mod value;

pub use generated::{actions, models, operations};
pub use retry::RetryPolicy;
