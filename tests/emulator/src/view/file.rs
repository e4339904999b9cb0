use serde_json::{Value, json};

use crate::world::{Kind, Node, World};

pub(super) const MINI: &[&str] = &["type", "id", "file_version", "sequence_id", "etag", "sha1", "name"];

pub(super) const STANDARD: &[&str] = &[
    "type",
    "id",
    "file_version",
    "sequence_id",
    "etag",
    "sha1",
    "name",
    "description",
    "size",
    "path_collection",
    "created_at",
    "modified_at",
    "trashed_at",
    "purged_at",
    "content_created_at",
    "content_modified_at",
    "created_by",
    "modified_by",
    "owned_by",
    "shared_link",
    "parent",
    "item_status",
];

pub(super) fn member(_world: &World, node: &Node, name: &str) -> Option<Value> {
    let Kind::File { current, earlier } = &node.kind else {
        return None;
    };
    let value = match name {
        "type" => "file".into(),
        "sha1" => current.sha1.hex().into(),
        "file_version" => json!({
            "type": "file_version",
            "id": current.id.to_string(),
            "sha1": current.sha1.hex(),
        }),
        "version_number" => (earlier.len() + 1).to_string().into(),
        "extension" => node.name.rsplit_once('.').map_or("", |(_, extension)| extension).into(),
        "comment_count" => 0.into(),
        "is_package" => false.into(),
        "is_accessible_via_shared_link" => node.shared_link.is_some().into(),
        "is_download_available" => true.into(),
        "lock" => Value::Null,
        "permissions" => json!({
            "can_delete": true, "can_download": true, "can_preview": true, "can_rename": true, "can_share": true,
            "can_upload": true, "can_comment": true, "can_annotate": true, "can_invite_collaborator": true,
            "can_set_share_access": true, "can_view_annotations_all": true, "can_view_annotations_self": true,
        }),
        _ => return None,
    };
    Some(value)
}
