use serde_json::{Map, Value};

use super::{
    folders::{check_copy, copy_tree, parent_of},
    shared_items,
};
use crate::{
    Failure, Reply, Route,
    call::{Call, parent_id},
    world::{Kind, Node, NodeId, Version, check_name},
};

pub(super) const ROUTES: &[Route] = &[
    Route::api("files.get", "GET", "/2.0/files/{file_id}", get),
    Route::api("files.update", "PUT", "/2.0/files/{file_id}", update),
    Route::api("files.delete", "DELETE", "/2.0/files/{file_id}", delete),
    Route::api("files.copy", "POST", "/2.0/files/{file_id}/copy", copy),
];

fn get(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let node = call.readable(call.param("file_id"), false)?;
    if call.none_match(node) {
        return Ok(Reply::new(304));
    }
    Ok(Reply::json(200, &call.represent(node)))
}

fn update(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.file(call.param("file_id"))?;
    let id = node.id;
    call.check_if_match(node)?;
    let name = body.get("name").and_then(Value::as_str).unwrap_or(&node.name).to_owned();
    check_name(&name)?;
    let parent = match parent_id(&body) {
        Some(parent) => call.folder(&parent)?.id,
        None => node.parent.ok_or_else(Failure::not_found)?,
    };
    call.check_free(parent, &name, Some(id), false)?;
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
    let node = call.file(call.param("file_id"))?;
    let id = node.id;
    call.check_if_match(node)?;
    call.world.tree.put_in_trash(id, call.now);
    Ok(Reply::new(204))
}

fn copy(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.readable(call.param("file_id"), false)?;
    let id = node.id;
    let name = body.get("name").and_then(Value::as_str).unwrap_or(&node.name).to_owned();
    check_name(&name)?;
    let version = body.get("version").and_then(crate::call::id_text);
    let parent = parent_of(call, &body)?;
    call.check_free(parent, &name, None, false)?;
    let source = match version {
        Some(version) => Some(find_version(call, id, &version)?),
        None => None,
    };
    check_copy(call, id)?;
    let copied = copy_tree(call, id, parent, name, source);
    call.reply_node(201, copied)
}

/// A version of a file, the present one or an earlier.
pub(super) fn find_version(call: &Call<'_>, id: NodeId, version: &str) -> Result<Version, Failure> {
    let node = call.world.tree.node(id).ok_or_else(Failure::not_found)?;
    let Kind::File { current, earlier } = &node.kind else {
        return Err(Failure::not_found());
    };
    let mut all = earlier.iter().chain([current]);
    all.find(|known| known.id.to_string() == version).cloned().ok_or_else(Failure::not_found)
}

/// Takes over what a body says besides name and place.
pub(super) fn set_details(node: &mut Node, body: &Map<String, Value>) {
    if let Some(description) = body.get("description") {
        description.as_str().unwrap_or_default().clone_into(&mut node.description);
    }
    if let Some(tags) = body.get("tags").and_then(Value::as_array) {
        node.tags = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
}
