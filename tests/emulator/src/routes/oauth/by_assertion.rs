use super::grant_alone;
use crate::{
    Failure, Reply,
    assertion::{self, Claims, check_claim},
    call::Call,
    query::Query,
    world::{Access, UserId},
};

pub(super) fn grant(call: &mut Call<'_>, form: &Query) -> Result<Reply, Failure> {
    let missing = || Failure::oauth("invalid_request", "The assertion is missing");
    let (user, enterprise) = assertion::accept(call, form.get("assertion").ok_or_else(missing)?, subject)?;
    let mut access = Access::of_user(user, super::access_end(call));
    access.enterprise = enterprise;
    Ok(grant_alone(call, access))
}

/// Whom an assertion names, and whether as the service account of the enterprise.
fn subject(call: &Call<'_>, claims: &Claims) -> Result<(UserId, bool), Failure> {
    let unknown = || check_claim("sub", "The 'sub' specified is invalid.");
    let users = &call.world.users;
    match claims.text("box_sub_type") {
        "enterprise" if claims.text("sub") == users.enterprise() => Ok((users.service(), true)),
        "user" => Ok((users.find(claims.text("sub")).ok_or_else(unknown)?.id, false)),
        "enterprise" => Err(unknown()),
        _ => Err(check_claim("box_sub_type", "It must be 'enterprise' or 'user'.")),
    }
}
