use serde::{Deserialize, Serialize};

use crate::{
    Content, Emulator,
    world::{Kind, Node, NodeId, UserId, Version},
};

/// Items to put into a folder at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Seed {
    /// Whose folder; the first user's if empty.
    pub user_id: String,
    /// The folder.
    pub folder_id: String,
    /// How many files, named `seeded-00000.txt` and so on.
    pub files: u64,
    /// How many folders, named `seeded-00000` and so on.
    pub folders: u64,
    /// Bytes in each file.
    pub file_size: usize,
}

impl Default for Seed {
    fn default() -> Self {
        Self { user_id: String::new(), folder_id: "0".to_owned(), files: 0, folders: 0, file_size: 8 }
    }
}

/// The ids of what was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seeded {
    /// In the order of their names.
    pub files: Vec<String>,
    /// In the order of their names.
    pub folders: Vec<String>,
}

impl Emulator {
    /// Fills a folder, without requests and thus uncounted. Names that are taken are left as they are.
    pub fn seed(&mut self, now: u64, seed: &Seed) -> Option<Seeded> {
        let now = self.clock(now);
        let user = if seed.user_id.is_empty() { &self.settings.addresses.user_id } else { &seed.user_id };
        let owner = self.world.users.find(user)?.id;
        let folder = self.world.tree.resolve(owner, &seed.folder_id).filter(|node| node.is_folder())?.id;
        let files = (0..seed.files).filter_map(|n| {
            let name = format!("seeded-{n:05}.txt");
            let content = Content::from_bytes(filling(n, seed.file_size));
            let current = Version {
                id: self.world.ids.item(),
                sha1: content.sha1,
                size: content.len,
                contents: vec![content],
            };
            let kind = Kind::File { current, earlier: Vec::new() };
            self.plant(owner, folder, name, now, kind)
        });
        let files = files.collect();
        let folders = (0..seed.folders)
            .filter_map(|n| self.plant(owner, folder, format!("seeded-{n:05}"), now, Kind::Folder))
            .collect();
        Some(Seeded { files, folders })
    }

    fn plant(&mut self, owner: UserId, folder: NodeId, name: String, now: u64, kind: Kind) -> Option<String> {
        if self.world.tree.find_name(folder, &name).is_some() {
            return None;
        }
        let id = self.world.ids.item();
        self.world.tree.insert(Node::new(id, owner, Some(folder), name, now, kind));
        Some(id.to_string())
    }
}

fn filling(n: u64, size: usize) -> Vec<u8> {
    format!("{n:07}\n").bytes().cycle().take(size).collect()
}
