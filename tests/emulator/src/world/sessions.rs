use std::collections::BTreeMap;

use super::{NodeId, UserId};
use crate::Content;

/// The upload sessions that are open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    open: BTreeMap<String, UploadSession>,
    revision: u64,
}

impl Sessions {
    /// How many changes there were.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn get(&self, id: &str) -> Option<&UploadSession> {
        self.open.get(id)
    }

    pub(crate) fn open(&mut self, id: String, session: UploadSession) {
        self.open.insert(id, session);
        self.revision += 1;
    }

    pub(crate) fn store(&mut self, id: &str, offset: u64, part: StoredPart) {
        if let Some(session) = self.open.get_mut(id) {
            session.parts.insert(offset, part);
            self.revision += 1;
        }
    }

    /// Ends a session, by a commit or without.
    pub(crate) fn end(&mut self, id: &str) {
        if self.open.remove(id).is_some() {
            self.revision += 1;
        }
    }
}

/// An upload session that can still be committed.
#[derive(Clone, Debug)]
pub(crate) struct UploadSession {
    pub(crate) owner: UserId,
    pub(crate) target: Target,
    pub(crate) file_size: u64,
    pub(crate) part_size: u64,
    pub(crate) expires_at: u64,
    /// By offset.
    pub(crate) parts: BTreeMap<u64, StoredPart>,
}

/// What a commit makes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    NewFile { parent: NodeId, name: String },
    Version { file: NodeId, name: Option<String> },
}

#[derive(Clone, Debug)]
pub(crate) struct StoredPart {
    pub(crate) id: String,
    pub(crate) content: Content,
}

impl UploadSession {
    pub(crate) fn total_parts(&self) -> u64 {
        self.file_size.div_ceil(self.part_size.max(1))
    }

    pub(crate) fn contents(&self) -> Vec<Content> {
        self.parts.values().map(|part| part.content.clone()).collect()
    }

    /// Every part is there: as parts are aligned and full, their sizes tell.
    pub(crate) fn complete(&self) -> bool {
        self.parts.values().map(|part| part.content.len).sum::<u64>() == self.file_size
    }
}
