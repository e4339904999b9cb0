mod edits;

use std::collections::{BTreeMap, BTreeSet};

use super::{Node, NodeId, UserId};

#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: BTreeMap<NodeId, Node>,
    children: BTreeMap<NodeId, BTreeSet<NodeId>>,
    names: BTreeMap<(NodeId, String), NodeId>,
    trash: BTreeSet<NodeId>,
    revision: u64,
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

    /// The item that a shared link leads to, by the link's address.
    pub(crate) fn shared(&self, url: &str) -> Option<&Node> {
        let fits = |node: &&Node| node.shared_link.as_ref().is_some_and(|link| link.url() == url);
        self.nodes.values().find(fits).filter(|node| !self.is_trashed(node.id))
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(&id)
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

    /// All bytes that a user stores, earlier versions and the trash included.
    pub(crate) fn stored_by(&self, owner: UserId) -> u64 {
        self.nodes.values().filter(|node| node.owner == owner).map(Node::stored).sum()
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
}
