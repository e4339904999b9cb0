//! The emulator without a transport, on a clock that only tests move.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

mod causes;
mod conflicts;
mod controls;
mod cors;
mod downloads;
mod effects;
mod faults;
mod items;
mod oauth;
mod paging;
mod rates;
mod robustness;
mod sessions;
mod shared_links;
mod support;
mod trash;
mod uploads;
