//! Settings of the default transport.

use std::time::Duration;

use super::{Proxy, Roots};

/// Settings of the default transport.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpSettings {
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// The proxy; none by default.
    pub proxy: Option<Proxy>,
    /// Whether, without a proxy, the environment names one: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    pub proxy_from_env: bool,
    /// Whose certificates are trusted.
    pub roots: Roots,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            proxy: None,
            proxy_from_env: false,
            roots: Roots::platform(),
        }
    }
}
