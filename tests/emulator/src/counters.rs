use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What happened so far. Keys named `operation` are operation ids, and besides `oauth.authorize` (the page),
/// `download.content` (the download origin) and `unknown` (anything without a route).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Counters {
    /// Requests by operation.
    pub requests: BTreeMap<String, u64>,
    /// Answers by operation and status. What is never answered on purpose counts as
    /// status 0.
    pub statuses: BTreeMap<String, BTreeMap<u16, u64>>,
    /// Requests that changed something, by operation: made, changed, removed or granted it. Told by comparing what
    /// is kept before and after, not by what was answered.
    pub effects: BTreeMap<String, u64>,
    /// Access tokens granted, by grant type.
    pub grants: BTreeMap<String, u64>,
    /// Requests of `oauth.refresh` with a refresh token that had granted tokens before, whatever they were answered.
    pub refresh_replays: u64,
    /// Headers that reached the download origin although they must not, by name.
    pub leaks: BTreeMap<String, u64>,
    /// Requests of an operation that a server had open at once.
    pub peak_in_flight: BTreeMap<String, u64>,
}

impl Counters {
    /// Requests of one operation.
    pub fn requests(&self, operation: &str) -> u64 {
        self.requests.get(operation).copied().unwrap_or_default()
    }

    /// Changes of state by one operation.
    pub fn effects(&self, operation: &str) -> u64 {
        self.effects.get(operation).copied().unwrap_or_default()
    }

    /// Answers of one operation with one status.
    pub fn statuses(&self, operation: &str, status: u16) -> u64 {
        let by_status = self.statuses.get(operation);
        by_status.and_then(|counts| counts.get(&status)).copied().unwrap_or_default()
    }

    /// Headers that reached the download origin although they must not.
    pub fn leaks(&self) -> u64 {
        self.leaks.values().sum()
    }
}

pub(crate) fn bump(counts: &mut BTreeMap<String, u64>, key: &str) {
    *counts.entry(key.to_owned()).or_default() += 1;
}
