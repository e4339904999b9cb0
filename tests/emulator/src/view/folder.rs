use serde_json::{Value, json};

use super::mini;
use crate::world::{Node, World};

pub(super) const MINI: &[&str] = &["type", "id", "sequence_id", "etag", "name"];

pub(super) const STANDARD: &[&str] = &[
    "type",
    "id",
    "sequence_id",
    "etag",
    "name",
    "created_at",
    "modified_at",
    "description",
    "size",
    "path_collection",
    "created_by",
    "modified_by",
    "trashed_at",
    "purged_at",
    "content_created_at",
    "content_modified_at",
    "owned_by",
    "shared_link",
    "folder_upload_email",
    "parent",
    "item_status",
    "item_collection",
];

pub(super) fn member(world: &World, node: &Node, name: &str) -> Option<Value> {
    let value = match name {
        "type" => "folder".into(),
        "folder_upload_email" => Value::Null,
        "sync_state" => "not_synced".into(),
        "item_collection" => first_items(world, node),
        "can_non_owners_invite" | "can_non_owners_view_collaborators" => true.into(),
        "is_collaboration_restricted_to_enterprise" => false.into(),
        "permissions" => json!({
            "can_delete": true, "can_download": true, "can_rename": true, "can_share": true, "can_upload": true,
            "can_invite_collaborator": true, "can_set_share_access": true,
        }),
        _ => return None,
    };
    Some(value)
}

fn first_items(world: &World, node: &Node) -> Value {
    let mut children: Vec<_> = world.tree.children(node.id).collect();
    children.sort_by_key(|child| (!child.is_folder(), child.name.to_lowercase()));
    let entries: Vec<_> = children.iter().take(100).map(|child| mini(world, child)).collect();
    json!({
        "total_count": children.len(),
        "entries": entries,
        "offset": 0,
        "limit": 100,
        "order": [{ "by": "type", "direction": "ASC" }, { "by": "name", "direction": "ASC" }],
    })
}
