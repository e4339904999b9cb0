//! Everything that the emulated service remembers.

mod downloads;
mod limits;
mod names;
mod node;
mod sessions;
mod shared_links;
mod tokens;
mod tree;
mod used_ids;
mod users;

use std::collections::BTreeMap;

pub(crate) use self::{
    downloads::Ticket,
    limits::Limits,
    names::check as check_name,
    node::{Kind, Node, NodeId, Version},
    sessions::{Sessions, StoredPart, Target, UploadSession},
    shared_links::{LinkAccess, SharedLink},
    tokens::{Access, Code, Refresh, Tokens},
    tree::Tree,
    used_ids::UsedIds,
    users::{User, UserId, Users},
};
use crate::{Settings, ids::Ids, rate_limits::Rates};

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) ids: Ids,
    pub(crate) users: Users,
    pub(crate) tree: Tree,
    pub(crate) tokens: Tokens,
    pub(crate) used_ids: UsedIds,
    pub(crate) sessions: Sessions,
    pub(crate) tickets: BTreeMap<String, Ticket>,
    pub(crate) rates: Rates,
    /// Marker listings that came to their end, and marker pages answered.
    pub(crate) finished_listings: u64,
    pub(crate) marker_pages: u64,
}

impl World {
    pub(crate) fn new(settings: &Settings, now: u64) -> Self {
        let users = Users::new(&settings.addresses, now);
        let mut tree = Tree::default();
        for user in users.everyone() {
            tree.insert(Node::root(user.id));
        }
        let mut tokens = Tokens::default();
        if let Ok(user) = settings.addresses.user_id.parse() {
            let token = settings.addresses.developer_token.clone();
            tokens.insert_access(token, Access::of_user(user, now + 3_600_000));
        }
        Self {
            ids: Ids::new(settings.seed),
            users,
            tree,
            tokens,
            used_ids: UsedIds::default(),
            sessions: Sessions::default(),
            tickets: BTreeMap::new(),
            rates: Rates::default(),
            finished_listings: 0,
            marker_pages: 0,
        }
    }

    /// Grows whenever something that lasts was made, changed or removed: items, upload sessions, parts, tokens.
    /// Equal before and after a request means that the request had no effect, whatever was answered.
    pub(crate) fn revision(&self) -> u64 {
        self.tree.revision() + self.sessions.revision() + self.tokens.revision()
    }
}
