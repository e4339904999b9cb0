//! What a transport can't do, so that nobody finds out by surprise.

use crate::{client::Client, platform::is_page, transport::Transport};

/// Something that a transport can't do on this platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// A stable name, such as `redirects`.
    pub name: &'static str,
    /// What that means.
    pub meaning: &'static str,
}

impl Client {
    /// What the transport of this client can't do here.
    pub fn limits(&self) -> Vec<Limit> {
        let mut limits = Vec::new();
        let mut add = |name, meaning| limits.push(Limit { name, meaning });
        if self.exchange().config.follows_redirects {
            add(
                "redirects",
                "they are followed out of sight: `download_url` and downloads with `as-user`, `boxapi` or `box-*` \
                 headers are refused",
            );
        }
        if is_page() {
            add("headers", "only header fields that Box exposes can be read; waits and clocks do without");
            add("resends", "a browser may send a request again by itself when a kept connection drops");
            add("revocations", "`revoke` is for servers: Box lets no page read what comes of it");
            add("refusals", "a refused token looks like a lost connection, until it is renewed or probed");
        }
        match &self.exchange().layered.transport {
            Transport::Fetch => {
                if self.exchange().config.hides_progress {
                    add("progress", "the progress of an upload is told per request, not within one");
                }
            }
            #[cfg(feature = "reqwest")]
            Transport::Reqwest(_) => {
                add("slices", "what is uploaded is copied into the module, a request at a time");
                add("streams", "a reply is read whole before any of it is handed over");
                add("progress", "progress is told per request, not within one");
            }
        }
        limits
    }
}
