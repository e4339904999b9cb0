use serde_json::json;

use crate::{Failure, Reply, Route, call::Call, paging::Rules, world::Node};

pub(super) const ROUTES: &[Route] = &[Route::api("search.query", "GET", "/2.0/search", search)];

const RULES: Rules = Rules { default_limit: 30, max_limit: 200, max_offset: 10_000 };

fn search(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let Some(query) = call.query.get("query").map(str::to_lowercase) else {
        return Err(Failure::parameter("query", "missing_parameter", "'query' is required"));
    };
    if call.query.number("limit", "invalid_limit")?.is_some_and(|limit| limit > RULES.max_limit) {
        return Err(Failure::new(400, "invalid_limit", "The limit is larger than 200"));
    }
    let window = RULES.window(call)?;
    let tree = &call.world.tree;
    let found: Vec<_> = tree
        .nodes()
        .filter(|node| node.owner == call.user && node.parent.is_some() && call.reaches(node.id))
        .filter(|node| {
            node.name.to_lowercase().contains(&query) || node.description.to_lowercase().contains(&query)
        })
        .filter(|node| wanted(call, node))
        .collect();
    let entries: Vec<_> = window.cut(&found).iter().map(|node| call.represent(node)).collect();
    let body = json!({
        "type": "search_results_items",
        "total_count": found.len(),
        "entries": entries,
        "offset": window.offset,
        "limit": window.limit,
    });
    Ok(Reply::json(200, &body))
}

/// Whether an item passes the filters other than the text.
fn wanted(call: &Call<'_>, node: &Node) -> bool {
    let kind = if node.is_folder() { "folder" } else { "file" };
    let type_fits = call.query.get("type").is_none_or(|wanted| wanted == kind);
    let extension = node.name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension_fits = call.query.list("file_extensions").is_none_or(|extensions| {
        !node.is_folder() && extensions.iter().any(|wanted| wanted.eq_ignore_ascii_case(extension))
    });
    let ancestor_fits = call.query.list("ancestor_folder_ids").is_none_or(|ids| {
        let folders = ids.iter().filter_map(|id| call.world.tree.resolve(call.user, id));
        let mut ids = folders.map(|folder| folder.id);
        ids.any(|folder| folder != node.id && call.world.tree.is_within(node.id, folder))
    });
    let trashed = call.world.tree.is_trashed(node.id);
    let trash_fits = match call.query.get("trash_content") {
        Some("trashed_only") => trashed,
        Some("all_items") => true,
        _ => !trashed,
    };
    type_fits && extension_fits && ancestor_fits && trash_fits
}
