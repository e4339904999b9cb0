use std::net::SocketAddr;

use super::ANY_PORT;
use crate::Settings;

/// How a server runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where the API listens; port 0 takes a free one. Uploads and downloads take free ports of the same address.
    pub listen: SocketAddr,
    /// Where contents are kept.
    pub store: StoreKind,
    /// How the emulator behaves. The server fills in the addresses.
    pub settings: Settings,
}

/// Where contents are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreKind {
    /// In memory.
    Memory,
    /// In a temporary directory, which goes away with the server.
    TempFile,
}

impl Default for Options {
    /// Free ports, contents in memory, and authorizations that are approved at once.
    fn default() -> Self {
        let settings = Settings { auto_approve: true, ..Settings::default() };
        Self { listen: ANY_PORT, store: StoreKind::Memory, settings }
    }
}
