//! The emulator without a transport, on a clock that only tests move.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

#[cfg(feature = "jwt")]
mod annotators;
#[cfg(feature = "jwt")]
mod assertions;
mod causes;
mod conflicts;
mod controls;
mod cors;
mod downloads;
mod effects;
mod exchange;
mod faults;
mod items;
#[cfg(feature = "jwt")]
mod jwt;
mod oauth;
mod paging;
mod rates;
mod robustness;
mod sessions;
mod settings;
mod shared_links;
mod support;
mod trash;
mod uploads;
