use serde_json::{Value, json};

use crate::{
    Failure, Reply,
    assertion::{self, Claims, check_claim},
    call::Call,
    query::Query,
    scopes, view,
    world::{Access, Limits, LinkAccess, Node, NodeId, UserId},
};

/// Grants a token that can do less than the one presented, and lives no longer.
pub(super) fn grant(call: &mut Call<'_>, form: &Query) -> Result<Reply, Failure> {
    let subject = form.get("subject_token").ok_or_else(|| invalid("The subject_token is missing"))?;
    if form.get("subject_token_type") != Some(ACCESS_TOKEN) {
        return Err(invalid("The subject_token_type is not that of access tokens"));
    }
    let subject = call.world.tokens.accept(subject, call.now);
    let subject =
        subject.ok_or_else(|| Failure::oauth("invalid_grant", "The subject_token provided is invalid"))?;
    let above = subject.limits.as_ref();
    let scopes = scopes_of(form, above)?;
    let named = item(call, subject.user, form)?;
    let outside = |item| above.and_then(|above| above.item).is_some_and(|top| !is_within(call, item, top));
    if named.is_some_and(|(item, _)| outside(item)) {
        return Err(invalid_resource());
    }
    let (item, by_link) = match named {
        Some((item, by_link)) => (Some(item), by_link),
        None => above.map_or((None, false), |above| (above.item, above.by_link)),
    };
    let actor = actor(call, form)?.or_else(|| above.and_then(|above| above.actor.clone()));
    let restricted_to = restricted_to(call, &scopes, item);
    let mut access = Access::of_user(subject.user, subject.expires_at.min(super::access_end(call)));
    access.limits = Some(Limits { scopes, item, by_link, actor });
    let pair = super::insert_alone(call, access);
    let mut body = super::members(call, &pair);
    body.insert("issued_token_type".into(), ACCESS_TOKEN.into());
    body.insert("restricted_to".into(), restricted_to);
    Ok(Reply::json(200, &Value::Object(body)))
}

fn scopes_of(form: &Query, above: Option<&Limits>) -> Result<Vec<String>, Failure> {
    let mut scopes = Vec::new();
    for scope in form.get("scope").unwrap_or_default().split_ascii_whitespace() {
        if !scopes::is_known(scope) || above.is_some_and(|above| !above.cover(scope)) {
            let message = format!("The scope '{scope}' can't be granted");
            return Err(Failure::oauth("invalid_scope", &message));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    if scopes.is_empty() {
        return Err(invalid("The scope is missing"));
    }
    Ok(scopes)
}

/// The item that a request names, and whether by its shared link.
fn item(call: &Call<'_>, user: UserId, form: &Query) -> Result<Option<(NodeId, bool)>, Failure> {
    let found = match (form.get("resource"), form.get("box_shared_link")) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(invalid("Only one of resource and box_shared_link can be given")),
        (Some(resource), None) => (resource_node(call, user, resource), false),
        (None, Some(link)) => (linked_node(call, user, link), true),
    };
    let (node, by_link) = (found.0.ok_or_else(invalid_resource)?, found.1);
    Ok(Some((node.id, by_link)))
}

fn resource_node<'c>(call: &'c Call<'_>, user: UserId, resource: &str) -> Option<&'c Node> {
    let (kind, id) = resource.strip_prefix("https://api.box.com/2.0/")?.split_once('/')?;
    let folder = match kind {
        "files" => false,
        "folders" => true,
        _ => return None,
    };
    let node = call.world.tree.resolve(user, id).filter(|node| node.is_folder() == folder)?;
    (!call.world.tree.is_trashed(node.id)).then_some(node)
}

/// Links with a password serve nobody here.
fn linked_node<'c>(call: &'c Call<'_>, user: UserId, url: &str) -> Option<&'c Node> {
    let node = call.world.tree.shared(url)?;
    let link = node.shared_link.as_ref()?;
    let serves = node.owner == user || link.access != LinkAccess::Collaborators;
    (serves && link.password.is_none() && !link.is_over(call.now)).then_some(node)
}

fn is_within(call: &Call<'_>, item: NodeId, top: NodeId) -> bool {
    call.world.tree.is_within(item, top)
}

/// The name of somebody outside of Box, for whom an assertion speaks.
fn actor(call: &mut Call<'_>, form: &Query) -> Result<Option<String>, Failure> {
    match (form.get("actor_token"), form.get("actor_token_type")) {
        (None, None) => Ok(None),
        (Some(token), Some(ID_TOKEN)) => assertion::accept(call, token, external).map(Some),
        _ => Err(invalid("An actor_token has the actor_token_type of id tokens")),
    }
}

fn external(_: &Call<'_>, claims: &Claims) -> Result<String, Failure> {
    if claims.text("box_sub_type") != "external" {
        return Err(check_claim("box_sub_type", "It must be 'external'."));
    }
    for name in ["sub", "name"] {
        if claims.text(name).is_empty() {
            return Err(check_claim(name, "It is missing."));
        }
    }
    Ok(claims.text("name").to_owned())
}

/// One entry for each scope of an item, and none if there is no item.
fn restricted_to(call: &Call<'_>, scopes: &[String], item: Option<NodeId>) -> Value {
    let Some(node) = item.and_then(|id| call.world.tree.node(id)) else {
        return json!([]);
    };
    let object = view::mini(call.world, node);
    scopes.iter().map(|scope| json!({ "scope": scope, "object": object })).collect()
}

fn invalid(message: &str) -> Failure {
    Failure::oauth("invalid_request", message)
}

fn invalid_resource() -> Failure {
    Failure::oauth("invalid_resource", "The target resource is invalid.")
}

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
