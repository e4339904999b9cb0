//! Scopes of the application, which say what it may do for anybody, and those of a token, which may be fewer.

mod deeds;

use self::deeds::Deed;
use crate::{Failure, Request, Route, Settings, world::Limits};

/// Refuses what no scope of the application covers.
pub(crate) fn check(settings: &Settings, route: &Route) -> Result<(), Failure> {
    let Some(granted) = &settings.scopes else {
        return Ok(());
    };
    let sufficient = sufficient(route);
    let covered = sufficient.is_empty() || granted.iter().any(|scope| sufficient.contains(&scope.as_str()));
    covered.then_some(()).ok_or_else(insufficient)
}

/// Refuses what a token doesn't cover that was exchanged for another.
pub(crate) fn check_token(limits: &Limits, route: &Route, request: &Request) -> Result<(), Failure> {
    let may = |deed: &Deed| limits.scopes.iter().any(|scope| deed.is_covered(scope));
    Deed::of(route, request).iter().all(may).then_some(()).ok_or_else(insufficient)
}

pub(crate) fn insufficient() -> Failure {
    let message = "The request requires higher privileges than provided by the access token.";
    let challenge =
        format!("Bearer realm=\"Service\", error=\"insufficient_scope\", error_description=\"{message}\"");
    Failure::new(403, "insufficient_scope", message).with_header("www-authenticate", challenge)
}

/// Whether a token can be exchanged for one with this scope.
pub(crate) fn is_known(scope: &str) -> bool {
    KNOWN.contains(&scope)
}

const KNOWN: &[&str] = &[
    "annotation_edit",
    "annotation_view_all",
    "annotation_view_self",
    "base_explorer",
    "base_picker",
    "base_preview",
    "base_upload",
    "item_delete",
    "item_download",
    "item_preview",
    "item_read",
    "item_rename",
    "item_share",
    "item_upload",
    "manage_managed_users",
    "root_readonly",
    "root_readwrite",
];

/// Each of these is enough; a route with none of them needs no scope.
fn sufficient(route: &Route) -> &'static [&'static str] {
    match (route.id, route.method) {
        ("users.me", _) => &[],
        ("users.get" | "users.list", _) => &["manage_managed_users"],
        (_, "GET") => &["root_readonly", "root_readwrite"],
        _ => &["root_readwrite"],
    }
}
