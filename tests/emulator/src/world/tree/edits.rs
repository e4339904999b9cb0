use super::Tree;
use crate::world::{Node, NodeId, UserId};

/// All that changes a tree, and counts what it changed.
impl Tree {
    /// How many changes there were. Two equal numbers mean that nothing happened in between.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn insert(&mut self, node: Node) {
        let id = node.id;
        self.nodes.insert(id, node);
        self.link(id);
        self.revision += 1;
    }

    /// Changes a node, also its place and name, which were found free. An edit that leaves everything as it was
    /// is none: it counts nowhere and the etag stays.
    pub(crate) fn edit(&mut self, id: NodeId, user: UserId, now: u64, change: impl FnOnce(&mut Node)) {
        self.unlink(id);
        if let Some(node) = self.nodes.get_mut(&id) {
            let before = node.clone();
            change(node);
            if *node != before {
                node.etag += 1;
                node.modified_at = now;
                node.modified_by = user;
                self.revision += 1;
            }
        }
        self.link(id);
    }

    pub(crate) fn put_in_trash(&mut self, id: NodeId, now: u64) {
        self.unlink(id);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.trashed_at = Some(now);
            self.trash.insert(id);
            self.revision += 1;
        }
    }

    pub(crate) fn restore(&mut self, id: NodeId, parent: NodeId, name: String, user: UserId, now: u64) {
        self.trash.remove(&id);
        self.edit(id, user, now, |node| {
            node.trashed_at = None;
            node.parent = Some(parent);
            node.name = name;
        });
    }

    /// Forgets a node and everything below it.
    pub(crate) fn purge(&mut self, id: NodeId) {
        self.unlink(id);
        self.trash.remove(&id);
        let below: Vec<_> = self.below(id).map(|node| node.id).collect();
        for id in below {
            self.unlink(id);
            self.trash.remove(&id);
            self.children.remove(&id);
            self.nodes.remove(&id);
            self.revision += 1;
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
