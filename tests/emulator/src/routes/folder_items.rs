use crate::{
    Failure, Reply, Route,
    call::Call,
    paging::{self, Rules},
    view,
    world::{Node, NodeId},
};

pub(super) const ROUTES: &[Route] =
    &[Route::api("folders.list_items", "GET", "/2.0/folders/{folder_id}/items", list)];

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let folder = call.readable(call.param("folder_id"), true)?.id;
    let mut items: Vec<_> = call.world.tree.children(folder).collect();
    let order = sort(call, &mut items);
    let keys: Vec<_> = items.iter().map(|item| (item.id, item.id)).collect();
    paging::page(call, &Rules::FOLDER_ITEMS, &order, &keys, entry)
}

/// Puts items in the order that the request asks for, folders first, and says which order that is.
pub(super) fn sort(call: &Call<'_>, items: &mut [&Node]) -> Vec<&'static str> {
    let by = match call.query.get("sort") {
        Some("id") => "id",
        Some("date") => "date",
        Some("size") => "size",
        _ => "name",
    };
    let size = |item: &Node| {
        if by == "size" { call.world.tree.size(item) } else { 0 }
    };
    items.sort_by_cached_key(|item| {
        let name = if by == "name" { item.name.to_lowercase() } else { String::new() };
        let date = if by == "date" { item.modified_at } else { 0 };
        (date, size(item), name, item.id)
    });
    if paging::direction(call) == "DESC" {
        items.reverse();
    }
    items.sort_by_key(|item| !item.is_folder());
    vec!["type", by]
}

/// One entry of a list of items.
pub(super) fn entry(call: &Call<'_>, id: &NodeId) -> serde_json::Value {
    let fields = call.query.list("fields");
    match call.world.tree.node(*id) {
        Some(node) => view::entry(call.world, node, fields.as_deref(), call.settings.fields_style),
        None => serde_json::Value::Null,
    }
}
