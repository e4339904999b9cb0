use serde_json::{Map, Value};

use crate::{Request, Route};

/// What a request does, as coarsely as scopes of tokens tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Read,
    Download,
    Upload,
    Rename,
    Share,
    Delete,
    ManageUsers,
}

impl Deed {
    pub(super) fn of(route: &Route, request: &Request) -> &'static [Self] {
        match (route.id, route.method) {
            ("users.me", _) => &[],
            ("users.get" | "users.list", _) => &[Self::ManageUsers],
            ("files.download", _) => &[Self::Download],
            ("files.update" | "folders.update", _) => of_update(request),
            ("trash.restore_file" | "trash.restore_folder", _) => &[Self::Delete],
            (id, _) if id.starts_with("upload_sessions.") => &[Self::Upload],
            (_, "GET") => &[Self::Read],
            (_, "DELETE") => &[Self::Delete],
            _ => &[Self::Upload],
        }
    }

    pub(super) fn is_covered(self, scope: &str) -> bool {
        let reads = scope == "root_readonly" || scope.starts_with("base_");
        let fits = match self {
            Self::Read => reads || matches!(scope, "item_read" | "item_preview" | "item_download"),
            Self::Download => reads || scope == "item_download",
            Self::Upload => matches!(scope, "item_upload" | "base_upload"),
            Self::Rename => scope == "item_rename",
            Self::Share => scope == "item_share",
            Self::Delete => scope == "item_delete",
            Self::ManageUsers => return scope == "manage_managed_users",
        };
        fits || scope == "root_readwrite"
    }
}

fn of_update(request: &Request) -> &'static [Deed] {
    let bytes = request.bytes().unwrap_or_default();
    let body: Map<String, Value> = serde_json::from_slice(&bytes).unwrap_or_default();
    match (body.contains_key("shared_link"), body.len()) {
        (true, 1) => &[Deed::Share],
        (true, _) => &[Deed::Share, Deed::Rename],
        (false, _) => &[Deed::Rename],
    }
}
