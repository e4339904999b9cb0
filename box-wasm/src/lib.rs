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
mod access_token;
mod body;
mod builder;
mod client;
mod clock;
mod download;
mod drive;
mod fetch;
mod gate;
mod hash;
mod limits;
mod outgoing;
mod pace;
mod pages;
mod platform;
mod progress;
#[cfg(feature = "reqwest")]
mod reqwest;
mod session;
mod sign_in;
pub mod signer;
mod source;
pub mod store;
mod subjects;
pub mod transport;
mod upload;
mod xhr;

pub use body::{Body, ByteStream};
pub use box_core::{
    self, RetryPolicy, action, actions,
    error::{Error, ErrorKind},
    event::Event,
    hosts::Hosts,
    models,
    options::{CallOptions, SharedLink},
    raw::RawRequest,
    secret::Secret,
    session::{
        AccessToken, Algorithm, AskReason, Downscope, Jwt, JwtConfig, OAuthApp, Provided, Restriction,
        SignInReason, Subject, Tokens,
    },
    sign_in::SignIn,
    timeouts::Timeouts,
    traffic::{Rate, RateLimits, RetryBudget},
    value::Nullable,
};
pub use builder::ClientBuilder;
pub use client::{Client, ResultStream};
pub use download::Download;
pub use futures_util::TryStreamExt;
pub use limits::Limit;
pub use progress::Progress;
pub use signer::{Signer, WebCryptoSigner};
pub use source::Source;
pub use store::{MemoryStore, TabStore, TokenStore};
pub use upload::Upload;
