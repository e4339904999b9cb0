use super::{SharedLink, UserId};
use crate::{Content, FileDigest};

pub(crate) type NodeId = u64;

/// A file or folder, also while it is in the trash.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) owner: UserId,
    /// None for a user's root only; an item in the trash keeps the folder that it came from.
    pub(crate) parent: Option<NodeId>,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) shared_link: Option<SharedLink>,
    pub(crate) etag: u64,
    pub(crate) created_at: u64,
    pub(crate) modified_at: u64,
    pub(crate) content_created_at: u64,
    pub(crate) content_modified_at: u64,
    pub(crate) modified_by: UserId,
    /// The name of somebody outside of Box for whom the owner made it.
    pub(crate) author: Option<String>,
    /// Set on the item that was deleted, not on what lies below it.
    pub(crate) trashed_at: Option<u64>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
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

/// A version never changes, so its id tells.
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
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
            shared_link: None,
            etag: 0,
            created_at: now,
            modified_at: now,
            content_created_at: now,
            content_modified_at: now,
            modified_by: owner,
            author: None,
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

    /// Bytes of all versions.
    pub(crate) fn stored(&self) -> u64 {
        match &self.kind {
            Kind::File { current, earlier } => {
                earlier.iter().chain([current]).map(|version| version.size).sum()
            }
            Kind::Folder => 0,
        }
    }

    /// The id that clients see: every user's root is `0`.
    pub(crate) fn wire_id(&self) -> String {
        match self.parent {
            Some(_) => self.id.to_string(),
            None => "0".to_owned(),
        }
    }
}
