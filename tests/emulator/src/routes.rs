//! The routes, one file per group of operations. Methods and paths are literals, on purpose: nothing here is shared
//! with the clients.

mod authorize;
mod commits;
mod downloads;
mod files;
mod folder_items;
mod folders;
mod oauth;
mod parts;
mod preflights;
mod search;
pub(crate) mod shared_items;
mod trash;
mod upload_sessions;
mod uploads;
mod users;

use crate::{
    Failure, Host, Route,
    call::Call,
    world::{Limits, UserId},
};

pub(crate) const GROUPS: &[&[Route]] = &[
    folders::ROUTES,
    folder_items::ROUTES,
    files::ROUTES,
    uploads::ROUTES,
    preflights::ROUTES,
    downloads::ROUTES,
    upload_sessions::ROUTES,
    parts::ROUTES,
    commits::ROUTES,
    search::ROUTES,
    shared_items::ROUTES,
    users::ROUTES,
    trash::ROUTES,
    oauth::ROUTES,
    authorize::ROUTES,
];

/// The routes that are no operations of Box's API: pages and file contents.
pub(crate) const NOT_OPERATIONS: &[&str] = &["oauth.authorize", "download.content"];

/// On whose behalf a call is made, and within which limits.
pub(crate) fn authenticate(call: &mut Call<'_>, route: &Route) -> Result<(UserId, Option<Limits>), Failure> {
    let header = call.request.header("authorization").unwrap_or_default();
    let bearer = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let in_query = call.query.get("access_token").filter(|_| route.id == "files.download");
    let token = bearer.map(|(_, token)| token.trim()).or(in_query).ok_or_else(Failure::bad_token)?;
    let access = call.world.tokens.accept(token, call.now).ok_or_else(Failure::bad_token)?;
    let Some(other) = call.request.header("as-user") else {
        return Ok((access.user, access.limits));
    };
    let other = call.world.users.find(other).filter(|user| access.enterprise && !user.service);
    let other =
        other.ok_or_else(|| Failure::new(403, "forbidden", "This token can't act as another user"))?;
    Ok((other.id, access.limits))
}

/// The answer to a request that no route fits.
pub(crate) fn unrouted(host: Host, method: &str, path: &str) -> Failure {
    let api = matches!(host, Host::Api | Host::Upload);
    match method {
        "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS" if api => {
            Failure::new(501, "not_in_emulator", format!("The emulator has no {method} {path} on this host"))
        }
        "GET" => Failure::html(404, "Not found"),
        _ => Failure::new(405, "method_not_allowed", "Method Not Allowed"),
    }
}
