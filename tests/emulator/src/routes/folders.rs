use std::collections::BTreeMap;

use serde_json::Value;

use super::{files::set_details, shared_items};
use crate::{
    Failure, Reply, Route,
    call::{Call, parent_id, required},
    world::{Kind, Node, NodeId, Version, check_name},
};

pub(super) const ROUTES: &[Route] = &[
    Route::api("folders.get", "GET", "/2.0/folders/{folder_id}", get),
    Route::api("folders.create", "POST", "/2.0/folders", create),
    Route::api("folders.update", "PUT", "/2.0/folders/{folder_id}", update),
    Route::api("folders.delete", "DELETE", "/2.0/folders/{folder_id}", delete),
    Route::api("folders.copy", "POST", "/2.0/folders/{folder_id}/copy", copy),
];

fn get(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let node = call.readable(call.param("folder_id"), true)?;
    if call.none_match(node) {
        return Ok(Reply::new(304));
    }
    Ok(Reply::json(200, &call.represent(node)))
}

fn create(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let name = required(&body, "name")?;
    let parent = parent_of(call, &body)?;
    check_name(&name)?;
    call.check_free(parent, &name, None, true)?;
    let id = call.world.ids.item();
    let mut node = Node::new(id, call.user, Some(parent), name, call.now, Kind::Folder);
    node.author = call.author();
    call.world.tree.insert(node);
    call.reply_node(201, id)
}

fn update(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.folder(call.param("folder_id"))?;
    let (id, old_parent) = (node.id, changeable(node)?);
    call.check_if_match(node)?;
    let name = match body.get("name").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None => node.name.clone(),
    };
    check_name(&name)?;
    let parent = match parent_id(&body) {
        Some(parent) => call.folder(&parent)?.id,
        None => old_parent,
    };
    refuse_cycle(call, id, parent)?;
    call.check_free(parent, &name, Some(id), true)?;
    let link = shared_items::updated(call, id, &body)?;
    call.world.tree.edit(id, call.user, call.now, |node| {
        node.parent = Some(parent);
        node.name = name;
        node.shared_link = link;
        set_details(node, &body);
    });
    call.reply_node(200, id)
}

fn delete(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let node = call.folder(call.param("folder_id"))?;
    let id = node.id;
    changeable(node)?;
    call.check_if_match(node)?;
    if !call.query.flag("recursive") && call.world.tree.children(id).next().is_some() {
        let message = "Cannot delete - folder not empty";
        return Err(Failure::new(400, "folder_not_empty", message));
    }
    call.world.tree.put_in_trash(id, call.now);
    Ok(Reply::new(204))
}

fn copy(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.readable(call.param("folder_id"), true)?;
    let (id, _) = (node.id, changeable(node)?);
    let name = match body.get("name").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None => node.name.clone(),
    };
    check_name(&name)?;
    let parent = parent_of(call, &body)?;
    refuse_cycle(call, id, parent)?;
    call.check_free(parent, &name, None, true)?;
    check_copy(call, id)?;
    let copied = copy_tree(call, id, parent, name, None);
    call.reply_node(201, copied)
}

/// Refuses a copy that is too large.
pub(super) fn check_copy(call: &Call<'_>, id: NodeId) -> Result<(), Failure> {
    let size = call.world.tree.node(id).map_or(0, |node| call.world.tree.size(node));
    call.check_space(size)
}

/// Copies a node with all below it and returns the new node. Of a file it may be another version.
pub(super) fn copy_tree(
    call: &mut Call<'_>,
    id: NodeId,
    parent: NodeId,
    name: String,
    version: Option<Version>,
) -> NodeId {
    let mut originals: Vec<_> = call.world.tree.below(id).cloned().collect();
    let mut copies = BTreeMap::new();
    for node in &originals {
        copies.insert(node.id, call.world.ids.item());
    }
    if let Some(top) = originals.first_mut() {
        top.name = name;
        if let (Kind::File { current, .. }, Some(version)) = (&mut top.kind, version) {
            *current = version;
        }
    }
    for mut node in originals {
        // Only the parent of the topmost node was not copied.
        let home = node.parent.and_then(|home| copies.get(&home)).copied();
        node.parent = Some(home.unwrap_or(parent));
        node.id = copies.get(&node.id).copied().unwrap_or_default();
        node.owner = call.user;
        node.shared_link = None;
        node.etag = 0;
        node.created_at = call.now;
        node.modified_at = call.now;
        node.modified_by = call.user;
        node.author = call.author();
        if let Kind::File { current, earlier } = &mut node.kind {
            current.id = call.world.ids.item();
            earlier.clear();
        }
        call.world.tree.insert(node);
    }
    copies.get(&id).copied().unwrap_or_default()
}

/// The folder that `parent.id` of a body names.
pub(super) fn parent_of(call: &Call<'_>, body: &serde_json::Map<String, Value>) -> Result<NodeId, Failure> {
    let parent = parent_id(body)
        .ok_or_else(|| Failure::parameter("parent", "missing_parameter", "'parent.id' is required"))?;
    Ok(call.folder(&parent)?.id)
}

fn refuse_cycle(call: &Call<'_>, id: NodeId, parent: NodeId) -> Result<(), Failure> {
    if call.world.tree.is_within(parent, id) {
        let message = "Folder cannot be placed in itself or below itself";
        return Err(Failure::new(400, "cyclical_folder_structure", message));
    }
    Ok(())
}

/// The parent of a folder, which the root has not.
fn changeable(node: &Node) -> Result<NodeId, Failure> {
    node.parent.ok_or_else(|| Failure::forbidden("The root folder can't be changed"))
}
