use super::folder_items::{entry, sort};
use crate::{
    Failure, Reply, Route,
    call::{Call, parent_id},
    paging::{self, Rules},
    world::{Node, NodeId, check_name},
};

pub(super) const ROUTES: &[Route] = &[
    Route::api("trash.list_items", "GET", "/2.0/folders/trash/items", list),
    Route::api("trash.get_file", "GET", "/2.0/files/{file_id}/trash", get_file),
    Route::api("trash.get_folder", "GET", "/2.0/folders/{folder_id}/trash", get_folder),
    Route::api("trash.restore_file", "POST", "/2.0/files/{file_id}", restore_file),
    Route::api("trash.restore_folder", "POST", "/2.0/folders/{folder_id}", restore_folder),
    Route::api("trash.purge_file", "DELETE", "/2.0/files/{file_id}/trash", purge_file),
    Route::api("trash.purge_folder", "DELETE", "/2.0/folders/{folder_id}/trash", purge_folder),
];

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let visible = |node: &&Node| node.owner == call.user && call.reaches(node.id);
    let mut items: Vec<_> = call.world.tree.trash().filter(visible).collect();
    let order = sort(call, &mut items);
    let keys: Vec<_> = items.iter().map(|item| (item.id, item.id)).collect();
    paging::page(call, &Rules::USUAL, &order, &keys, entry)
}

fn get_file(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.trashed(call.param("file_id"), false)?.id;
    call.reply_node(200, id)
}

fn get_folder(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.trashed(call.param("folder_id"), true)?.id;
    call.reply_node(200, id)
}

fn restore_file(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.trashed(call.param("file_id"), false)?.id;
    restore(call, id, false)
}

fn restore_folder(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.trashed(call.param("folder_id"), true)?.id;
    restore(call, id, true)
}

fn purge_file(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.trashed(call.param("file_id"), false)?.id;
    call.world.tree.purge(id);
    Ok(Reply::new(204))
}

fn purge_folder(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.trashed(call.param("folder_id"), true)?.id;
    call.world.tree.purge(id);
    Ok(Reply::new(204))
}

/// Puts an item back to where it was; the parent in the body counts only when that folder is gone.
fn restore(call: &mut Call<'_>, id: NodeId, folder: bool) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.world.tree.node(id).ok_or_else(Failure::not_found)?;
    let name = body.get("name").and_then(serde_json::Value::as_str).unwrap_or(&node.name).to_owned();
    check_name(&name)?;
    let tree = &call.world.tree;
    let home = node.parent.filter(|home| tree.node(*home).is_some() && !tree.is_trashed(*home));
    let parent = match (home, parent_id(&body)) {
        (Some(home), _) => home,
        (None, Some(parent)) => call.folder(&parent)?.id,
        (None, None) => return Err(Failure::not_found()),
    };
    if tree.is_within(parent, id) {
        return Err(Failure::new(400, "cyclical_folder_structure", "An item can't be restored into itself"));
    }
    call.check_free(parent, &name, Some(id), folder)?;
    call.world.tree.restore(id, parent, name, call.user, call.now);
    call.reply_node(201, id)
}
