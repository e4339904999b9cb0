//! Box.com client for the web, over `fetch`: browsers, workers, and servers that run JavaScript.
//!
//! ```no_run
//! use box_wasm::{Client, TryStreamExt as _};
//!
//! # async fn example() -> Result<(), box_wasm::Error> {
//! let client = Client::builder().access_token("a token").build()?;
//! let me = client.users().me().await?;
//! let mut items = client.folders().list_items("0").fields(["name", "size"]).items();
//! while let Some(item) = items.try_next().await? {
//!     // ...
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The generated methods, [`folders`](Client::folders) and the other groups, come from `box-core`; so do all
//! decisions. This crate executes them on the one thread of its page or worker.

mod abort;
mod body;
mod builder;
mod client;
mod clock;
mod drive;
mod fetch;
#[cfg(feature = "npm")]
mod npm;
mod platform;
mod session;
mod store;

pub use body::{Body, ByteStream};
pub use box_core::{
    self, RetryPolicy, action, actions,
    error::{Error, ErrorKind},
    hosts::Hosts,
    models,
    raw::RawRequest,
    secret::Secret,
    session::{Subject, Tokens},
    value::Nullable,
};
pub use builder::ClientBuilder;
pub use client::{Client, ResultStream};
pub use futures_util::TryStreamExt;
