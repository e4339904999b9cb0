use std::collections::BTreeMap;

use super::{Limits, UserId};

/// An access token.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) user: UserId,
    /// Granted to the enterprise, which may act for its users.
    pub(crate) enterprise: bool,
    pub(crate) expires_at: u64,
    /// The refresh token that came with it.
    pub(crate) refresh: Option<String>,
    /// The access token that dies when this one is first used.
    pub(crate) replaces: Option<String>,
    pub(crate) used: bool,
    /// Set for a token that was exchanged for another.
    pub(crate) limits: Option<Limits>,
}

impl Access {
    pub(crate) fn of_user(user: UserId, expires_at: u64) -> Self {
        Self { user, enterprise: false, expires_at, refresh: None, replaces: None, used: false, limits: None }
    }
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    pub(crate) user: UserId,
    pub(crate) expires_at: u64,
    pub(crate) access: String,
    /// The access token that its first use granted.
    pub(crate) successor: Option<String>,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) user: UserId,
    /// What the exchange must name if it names any; not set for a code that no redirect has carried.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) expires_at: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    codes: BTreeMap<String, Code>,
    revision: u64,
}

impl Tokens {
    /// How many tokens were granted or ended by a request.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn insert_access(&mut self, token: String, access: Access) {
        self.access.insert(token, access);
        self.revision += 1;
    }

    pub(crate) fn insert_refresh(&mut self, token: String, refresh: Refresh) {
        self.refresh.insert(token, refresh);
    }

    pub(crate) fn insert_code(&mut self, code: String, details: Code) {
        self.codes.insert(code, details);
    }

    pub(crate) fn take_code(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(code)
    }

    pub(crate) fn access(&self, token: &str) -> Option<&Access> {
        self.access.get(token)
    }

    pub(crate) fn refresh_mut(&mut self, token: &str) -> Option<&mut Refresh> {
        self.refresh.get_mut(token)
    }

    pub(crate) fn refresh_used(&self, token: &str) -> bool {
        self.refresh.get(token).is_some_and(|refresh| refresh.successor.is_some())
    }

    /// Accepts a token for a call. The first use of a token ends the one it replaces.
    pub(crate) fn accept(&mut self, token: &str, now: u64) -> Option<Access> {
        let access = self.access.get_mut(token)?;
        if access.expires_at <= now {
            return None;
        }
        access.used = true;
        let accepted = access.clone();
        if let Some(replaced) = &accepted.replaces {
            self.access.remove(replaced);
        }
        Some(accepted)
    }

    /// Ends an access or refresh token and its counterpart.
    pub(crate) fn revoke(&mut self, token: &str) {
        if let Some(access) = self.access.remove(token) {
            self.revision += 1;
            if let Some(refresh) = access.refresh {
                self.refresh.remove(&refresh);
            }
        }
        if let Some(refresh) = self.refresh.remove(token) {
            self.revision += 1;
            self.access.remove(&refresh.access);
        }
    }

    pub(crate) fn expire_access(&mut self, now: u64) {
        for access in self.access.values_mut() {
            access.expires_at = access.expires_at.min(now);
        }
    }

    pub(crate) fn forget_access(&mut self) {
        self.access.clear();
    }

    pub(crate) fn forget_refresh(&mut self) {
        self.refresh.clear();
        self.codes.clear();
    }
}
