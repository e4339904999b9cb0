use crate::{
    Failure, Reply, Route,
    call::Call,
    paging::{self, Rules},
    view,
    world::User,
};

pub(super) const ROUTES: &[Route] = &[
    Route::api("users.me", "GET", "/2.0/users/me", me),
    Route::api("users.get", "GET", "/2.0/users/{user_id}", get),
    Route::api("users.list", "GET", "/2.0/users", list),
];

fn me(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.world.users.by_id(call.user).ok_or_else(Failure::not_found)?;
    Ok(Reply::json(200, &show(call, user)))
}

fn get(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let user = call.world.users.find(call.param("user_id")).ok_or_else(Failure::not_found)?;
    Ok(Reply::json(200, &show(call, user)))
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let term = call.query.get("filter_term").unwrap_or_default().to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&term);
    let fitting = call.world.users.managed().filter(|user| begins(&user.name) || begins(&user.login));
    let users: Vec<_> = fitting.map(|user| (user.id, user.clone())).collect();
    paging::page(call, &Rules::USUAL, &[], &users, show)
}

fn show(call: &Call<'_>, user: &User) -> serde_json::Value {
    let fields = call.query.list("fields");
    let mut shown = view::user(call.world, user, fields.as_deref(), call.settings.fields_style);
    if let (Some(limit), Some(space)) = (call.settings.storage_limit, shown.get_mut("space_amount")) {
        *space = limit.into();
    }
    shown
}
