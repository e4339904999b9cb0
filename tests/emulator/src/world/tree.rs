use std::collections::{BTreeMap, BTreeSet};

use super::UserId;
use crate::{Content, FileDigest};

pub(crate) type NodeId = u64;

/// A file or folder, also while it is in the trash.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) owner: UserId,
    /// None for a user's root only; an item in the trash keeps the folder that it came from.
    pub(crate) parent: Option<NodeId>,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) etag: u64,
    pub(crate) created_at: u64,
    pub(crate) modified_at: u64,
    pub(crate) content_created_at: u64,
    pub(crate) content_modified_at: u64,
    pub(crate) modified_by: UserId,
    /// Set on the item that was deleted, not on what lies below it.
    pub(crate) trashed_at: Option<u64>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Folder,
    File {
        current: Version,
        /// Oldest first.
        earlier: Vec<Version>,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) id: NodeId,
    pub(crate) sha1: FileDigest,
    pub(crate) size: u64,
    pub(crate) contents: Vec<Content>,
}

impl Node {
    pub(crate) fn root(owner: UserId) -> Self {
        Self::new(owner, owner, None, "All Files".to_owned(), 0, Kind::Folder)
    }

    pub(crate) fn new(
        id: NodeId,
        owner: UserId,
        parent: Option<NodeId>,
        name: String,
        now: u64,
        kind: Kind,
    ) -> Self {
        Self {
            id,
            owner,
            parent,
            name,
            description: String::new(),
            tags: Vec::new(),
            etag: 0,
            created_at: now,
            modified_at: now,
            content_created_at: now,
            content_modified_at: now,
            modified_by: owner,
            trashed_at: None,
            kind,
        }
    }

    pub(crate) fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Folder)
    }

    pub(crate) fn current(&self) -> Option<&Version> {
        match &self.kind {
            Kind::File { current, .. } => Some(current),
            Kind::Folder => None,
        }
    }

    /// The id that clients see: every user's root is `0`.
    pub(crate) fn wire_id(&self) -> String {
        match self.parent {
            Some(_) => self.id.to_string(),
            None => "0".to_owned(),
        }
    }

    /// Notes a change.
    pub(crate) fn touch(&mut self, user: UserId, now: u64) {
        self.etag += 1;
        self.modified_at = now;
        self.modified_by = user;
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: BTreeMap<NodeId, Node>,
    children: BTreeMap<NodeId, BTreeSet<NodeId>>,
    names: BTreeMap<(NodeId, String), NodeId>,
    trash: BTreeSet<NodeId>,
}

impl Tree {
    /// The node that a user means by an id; nobody sees another's.
    pub(crate) fn resolve(&self, user: UserId, id: &str) -> Option<&Node> {
        if id == "0" {
            return self.nodes.get(&user);
        }
        let node = self.nodes.get(&id.parse().ok()?)?;
        (node.owner == user && node.parent.is_some()).then_some(node)
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(&id)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// What lies directly in a folder, by id.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = &Node> {
        let ids = self.children.get(&id).into_iter().flatten();
        ids.filter_map(|child| self.nodes.get(child))
    }

    pub(crate) fn find_name(&self, parent: NodeId, name: &str) -> Option<&Node> {
        self.nodes.get(self.names.get(&(parent, name.to_lowercase()))?)
    }

    /// The items that were deleted, by id.
    pub(crate) fn trash(&self) -> impl Iterator<Item = &Node> {
        self.trash.iter().filter_map(|id| self.nodes.get(id))
    }

    /// From a node's parent up to the root.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = &Node> {
        let parent = |node: &&Node| node.parent.and_then(|id| self.nodes.get(&id));
        std::iter::successors(self.nodes.get(&id), parent).skip(1)
    }

    pub(crate) fn is_trashed(&self, id: NodeId) -> bool {
        let own = self.nodes.get(&id).is_some_and(|node| node.trashed_at.is_some());
        own || self.ancestors(id).any(|node| node.trashed_at.is_some())
    }

    /// Whether a node is the other or lies somewhere below it.
    pub(crate) fn is_within(&self, id: NodeId, other: NodeId) -> bool {
        id == other || self.ancestors(id).any(|node| node.id == other)
    }

    pub(crate) fn size(&self, node: &Node) -> u64 {
        self.below(node.id).filter_map(Node::current).map(|version| version.size).sum()
    }

    /// A node and everything below it, every folder before what it holds. Not recursive: clients decide how deep
    /// folders nest.
    pub(crate) fn below(&self, id: NodeId) -> impl Iterator<Item = &Node> {
        let mut waiting: Vec<_> = self.nodes.get(&id).into_iter().collect();
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(self.children(next.id));
            Some(next)
        })
    }

    pub(crate) fn insert(&mut self, node: Node) {
        let id = node.id;
        self.nodes.insert(id, node);
        self.link(id);
    }

    /// Puts a node under a parent and name that were found free.
    pub(crate) fn relocate(&mut self, id: NodeId, parent: NodeId, name: String) {
        self.unlink(id);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.parent = Some(parent);
            node.name = name;
        }
        self.link(id);
    }

    pub(crate) fn put_in_trash(&mut self, id: NodeId, now: u64) {
        self.unlink(id);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.trashed_at = Some(now);
            self.trash.insert(id);
        }
    }

    pub(crate) fn restore(&mut self, id: NodeId, parent: NodeId, name: String) {
        self.trash.remove(&id);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.trashed_at = None;
        }
        self.relocate(id, parent, name);
    }

    /// Forgets a node and everything below it.
    pub(crate) fn purge(&mut self, id: NodeId) {
        self.unlink(id);
        self.trash.remove(&id);
        let below: Vec<_> = self.below(id).map(|node| node.id).collect();
        for id in below {
            self.unlink(id);
            self.children.remove(&id);
            self.nodes.remove(&id);
        }
    }

    fn link(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get(&id)
            && let Some(parent) = node.parent
        {
            self.children.entry(parent).or_default().insert(id);
            self.names.insert((parent, node.name.to_lowercase()), id);
        }
    }

    fn unlink(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get(&id)
            && let Some(parent) = node.parent
        {
            let name = (parent, node.name.to_lowercase());
            // An item in the trash has given its name away.
            if self.names.get(&name) == Some(&id) {
                self.names.remove(&name);
            }
            if let Some(siblings) = self.children.get_mut(&parent) {
                siblings.remove(&id);
            }
        }
    }
}
