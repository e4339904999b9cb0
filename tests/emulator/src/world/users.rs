use std::collections::BTreeMap;

use crate::Addresses;

pub(crate) type UserId = u64;

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) created_at: u64,
    /// The application's own user, which lists of users leave out.
    pub(crate) service: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Users {
    all: BTreeMap<UserId, User>,
    service: UserId,
    enterprise: String,
}

const SERVICE_ID: UserId = 1_000_900;

impl Users {
    pub(crate) fn new(addresses: &Addresses, now: u64) -> Self {
        let first = addresses.user_id.parse().unwrap_or(1_000_001);
        let people = [
            (first, "Ada Admin", "ada@emulator.invalid", false),
            (1_000_102, "Ben Builder", "ben@emulator.invalid", false),
            (1_000_203, "Cleo Copywriter", "cleo@emulator.invalid", false),
            (SERVICE_ID, "Emulated Service", "AutomationUser_1_emulated@boxdevedition.com", true),
        ];
        let all = people.map(|(id, name, login, service)| {
            let user = User { id, name: name.to_owned(), login: login.to_owned(), created_at: now, service };
            (id, user)
        });
        Self { all: all.into(), service: SERVICE_ID, enterprise: addresses.enterprise_id.clone() }
    }

    pub(crate) fn find(&self, id: &str) -> Option<&User> {
        self.all.get(&id.parse().ok()?)
    }

    pub(crate) fn by_id(&self, id: UserId) -> Option<&User> {
        self.all.get(&id)
    }

    pub(crate) fn service(&self) -> UserId {
        self.service
    }

    pub(crate) fn enterprise(&self) -> &str {
        &self.enterprise
    }

    pub(crate) fn everyone(&self) -> impl Iterator<Item = &User> {
        self.all.values()
    }

    pub(crate) fn managed(&self) -> impl Iterator<Item = &User> {
        self.everyone().filter(|user| !user.service)
    }
}
