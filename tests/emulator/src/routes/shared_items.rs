use serde_json::{Map, Value};

use crate::{
    Failure, Reply, Request, Route,
    call::Call,
    query::Query,
    scopes,
    world::{LinkAccess, Node, NodeId, SharedLink, World},
};

/// Both have one address; what the link leads to tells which of them is meant.
pub(super) const ROUTES: &[Route] = &[
    Route::api("shared_links.find_file", "GET", "/2.0/shared_items", find),
    Route::api("shared_links.find_folder", "GET", "/2.0/shared_items", find),
];

fn find(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let missing = || Failure::bad_request("The header boxapi is missing");
    let node = behind_header(call)?.ok_or_else(missing)?;
    if !call.reaches(node.id) {
        return Err(scopes::insufficient());
    }
    if call.none_match(node) {
        return Ok(Reply::new(304));
    }
    Ok(Reply::json(200, &call.represent(node)))
}

/// Whether a request's link leads to a folder.
pub(crate) fn leads_to_folder(world: &World, request: &Request) -> bool {
    let node = link(request).and_then(|link| world.tree.shared(link.get("shared_link")?));
    node.is_some_and(Node::is_folder)
}

/// The item that a shared link opens, which the header `boxapi` names or for which the token was granted.
pub(crate) fn behind_link<'c>(call: &'c Call<'_>) -> Result<Option<&'c Node>, Failure> {
    let named = behind_header(call)?;
    Ok(named.or_else(|| behind_token(call)))
}

fn behind_token<'c>(call: &'c Call<'_>) -> Option<&'c Node> {
    let top = call.limits.as_ref().filter(|limits| limits.by_link)?.item?;
    let node = call.world.tree.node(top)?;
    let open = node.shared_link.as_ref().is_some_and(|link| !link.is_over(call.now));
    (open && !call.world.tree.is_trashed(top)).then_some(node)
}

/// The item that the link in the header `boxapi` leads to; `None` without such a header.
fn behind_header<'c>(call: &'c Call<'_>) -> Result<Option<&'c Node>, Failure> {
    let Some(named) = link(call.request) else {
        return Ok(None);
    };
    let node = call.world.tree.shared(named.get("shared_link").unwrap_or_default());
    let node = node.ok_or_else(Failure::not_found)?;
    let link = node.shared_link.as_ref().ok_or_else(Failure::not_found)?;
    if link.is_over(call.now) {
        return Err(Failure::not_found());
    }
    if node.owner == call.user {
        return Ok(Some(node));
    }
    if link.access == LinkAccess::Collaborators {
        return Err(Failure::not_found());
    }
    if link.password.is_some() && link.password.as_deref() != named.get("shared_link_password") {
        let message = "The password for this shared item is missing or incorrect";
        return Err(Failure::new(403, "incorrect_shared_item_password", message));
    }
    Ok(Some(node))
}

/// Refuses a download by a link that only shows.
pub(super) fn check_download(call: &Call<'_>, file: &Node) -> Result<(), Failure> {
    if file.owner == call.user {
        return Ok(());
    }
    let link = behind_link(call)?.and_then(|node| node.shared_link.as_ref());
    match link {
        Some(link) if !link.can_download => Err(Failure::forbidden("The shared link allows no download")),
        _ => Ok(()),
    }
}

/// The link that an item has when an update is over.
pub(super) fn updated(
    call: &mut Call<'_>,
    id: NodeId,
    body: &Map<String, Value>,
) -> Result<Option<SharedLink>, Failure> {
    let present = call.world.tree.node(id).and_then(|node| node.shared_link.clone());
    match body.get("shared_link") {
        None => Ok(present),
        Some(Value::Object(wish)) => {
            let mut link = match present {
                Some(link) => link,
                None => SharedLink::new(call.world.ids.token()),
            };
            link.change(wish)?;
            Ok(Some(link))
        }
        Some(_) => Ok(None),
    }
}

fn link(request: &Request) -> Option<Query> {
    request.header("boxapi").map(Query::parse)
}
