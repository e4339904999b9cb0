//! Box.com client for native Rust programs, on tokio and reqwest.
//!
//! ```no_run
//! use box_native::{Client, TryStreamExt as _};
//!
//! # async fn example() -> Result<(), box_native::Error> {
//! let client = Client::from_env()?;
//! let me = client.users().me().await?;
//! let mut items = client.folders().list_items("0").fields(["name", "size"]).items();
//! while let Some(item) = items.try_next().await? {
//!     println!("{item:?}");
//! }
//! let file = client.upload("0", "report.pdf", box_native::Source::path("report.pdf")).send().await?;
//! client.download(file.id).to_path("copy.pdf").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The generated methods, [`folders`](Client::folders) and the other groups, come from `box-core`; so do all
//! decisions. This crate executes them.

mod access_token;
mod builder;
mod cancel;
mod client;
mod clock;
mod download;
mod drive;
mod environment;
mod files;
mod gate;
mod pages;
mod progress;
mod raw;
mod session;
mod sign_in;
mod signer;
mod source;
pub mod store;
mod subjects;
mod telemetry;
pub mod transport;
mod upload;

pub use box_core::{
    self, RetryPolicy, action, actions,
    download::Received,
    error::{Error, ErrorKind},
    event,
    hosts::Hosts,
    models,
    options::{CallOptions, SharedLink},
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
pub use cancel::CancelToken;
pub use client::{Client, ResultStream};
pub use download::{Content, Download};
pub use futures_util::TryStreamExt;
pub use progress::Progress;
pub use raw::Raw;
pub use signer::{KeySigner, Signer};
pub use source::Source;
pub use upload::Upload;

/// The README's code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
