//! Scopes of the application: what it may do for anybody.

use crate::{Failure, Route, Settings};

/// Refuses what no scope of the application covers.
pub(crate) fn check(settings: &Settings, route: &Route) -> Result<(), Failure> {
    let Some(granted) = &settings.scopes else {
        return Ok(());
    };
    let sufficient = sufficient(route);
    let covered = sufficient.is_empty() || granted.iter().any(|scope| sufficient.contains(&scope.as_str()));
    if covered {
        return Ok(());
    }
    let message = "The request requires higher privileges than provided by the access token.";
    let challenge =
        format!("Bearer realm=\"Service\", error=\"insufficient_scope\", error_description=\"{message}\"");
    Err(Failure::new(403, "insufficient_scope", message).with_header("www-authenticate", challenge))
}

/// Each of these is enough; a route with none of them needs no scope.
fn sufficient(route: &Route) -> &'static [&'static str] {
    match (route.id, route.method) {
        ("users.me", _) => &[],
        ("users.get" | "users.list", _) => &["manage_managed_users"],
        (_, "GET") => &["root_readonly", "root_readwrite"],
        _ => &["root_readwrite"],
    }
}
