//! The emulator without a transport, on a clock that only tests move.

mod cors;
mod downloads;
mod faults;
mod items;
mod oauth;
mod paging;
mod sessions;
mod support;
mod trash;
mod uploads;
