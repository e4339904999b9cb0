use serde_json::{Value, json};

use super::folders::parent_of;
use crate::{
    Failure, Reply, Route,
    call::{Call, parent_id, required},
    world::check_name,
};

pub(super) const ROUTES: &[Route] = &[
    Route::api("files.preflight", "OPTIONS", "/2.0/files/content", new_file),
    Route::api("files.preflight_version", "OPTIONS", "/2.0/files/{file_id}/content", new_version),
];

fn new_file(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let name = required(&body, "name")?;
    check_name(&name)?;
    let parent = parent_of(call, &body)?;
    call.check_free(parent, &name, None, false)?;
    check_size(call, body.get("size"))?;
    Ok(address(call, "/2.0/files/content"))
}

fn new_version(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.file(call.param("file_id"))?;
    let parent = match parent_id(&body) {
        Some(parent) => call.folder(&parent)?.id,
        None => node.parent.ok_or_else(Failure::not_found)?,
    };
    if let Some(name) = body.get("name").and_then(Value::as_str) {
        check_name(name)?;
        call.check_free(parent, name, Some(node.id), false)?;
    }
    let path = format!("/2.0/files/{}/content", node.id);
    check_size(call, body.get("size"))?;
    Ok(address(call, &path))
}

fn check_size(call: &Call<'_>, size: Option<&Value>) -> Result<(), Failure> {
    // The largest file that a user's plan allows, as `max_upload_size` of the user says.
    let largest = 5_368_709_120;
    match size.and_then(Value::as_u64) {
        Some(size) if size <= largest => call.check_space(size),
        Some(_) => Err(Failure::new(
            403,
            "file_size_limit_exceeded",
            format!("File size exceeds the limit of {largest}"),
        )),
        None => Ok(()),
    }
}

fn address(call: &mut Call<'_>, path: &str) -> Reply {
    let base = &call.settings.addresses.upload;
    let token = call.world.ids.token();
    Reply::json(
        200,
        &json!({ "upload_url": format!("{base}{path}?upload_session_id={token}"), "upload_token": token }),
    )
}
