//! Sans-IO core of a Box.com client.

pub mod action;
mod decode;
pub mod encode;
pub mod error;
pub mod headers;
pub mod operation;
pub mod page;
pub mod reply;
pub mod request;
pub mod rng;
pub mod secret;
pub mod time;
pub mod value;
