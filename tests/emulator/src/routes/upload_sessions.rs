use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    Failure, Reply, Route,
    call::{Call, id_text, required},
    dates::timestamp,
    scopes,
    world::{Target, UploadSession, check_name},
};

pub(super) const ROUTES: &[Route] = &[
    Route::upload("upload_sessions.create", "POST", "/2.0/files/upload_sessions", create),
    Route::upload(
        "upload_sessions.create_for_version",
        "POST",
        "/2.0/files/{file_id}/upload_sessions",
        create_for_version,
    ),
    Route::upload("upload_sessions.get", "GET", "/2.0/files/upload_sessions/{upload_session_id}", get),
    Route::upload("upload_sessions.abort", "DELETE", "/2.0/files/upload_sessions/{upload_session_id}", abort),
];

const LIFE: u64 = 7 * 24 * 3600 * 1000;

fn create(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let Some(folder) = body.get("folder_id").and_then(id_text) else {
        return Err(Failure::new(400, "missing_destination", "'folder_id' is required"));
    };
    let name = required(&body, "file_name")?;
    check_name(&name)?;
    let parent = call.folder(&folder)?.id;
    call.check_free(parent, &name, None, false)?;
    open(call, body.get("file_size"), Target::NewFile { parent, name })
}

fn create_for_version(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let body = call.json()?;
    let node = call.file(call.param("file_id"))?;
    let name = body.get("file_name").and_then(Value::as_str).map(str::to_owned);
    if let (Some(name), Some(parent)) = (&name, node.parent) {
        check_name(name)?;
        call.check_free(parent, name, Some(node.id), false)?;
    }
    let file = node.id;
    open(call, body.get("file_size"), Target::Version { file, name })
}

fn open(call: &mut Call<'_>, size: Option<&Value>, target: Target) -> Result<Reply, Failure> {
    let Some(file_size) = size.and_then(Value::as_u64) else {
        return Err(Failure::parameter("file_size", "missing_parameter", "'file_size' is required"));
    };
    if file_size < call.settings.min_session_size {
        let message = "The file is too small for an upload session";
        return Err(Failure::new(400, "file_size_too_small", message));
    }
    call.check_space(file_size)?;
    let id = call.world.ids.token().to_uppercase();
    let session = UploadSession {
        owner: call.user,
        target,
        file_size,
        part_size: call.settings.part_size.unwrap_or_else(|| part_size(file_size)).max(1),
        expires_at: call.now + LIFE,
        parts: BTreeMap::new(),
    };
    let reply = Reply::json(201, &describe(call, &id, &session));
    call.world.sessions.open(id, session);
    Ok(reply)
}

fn get(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param("upload_session_id").to_owned();
    let session = find(call, &id)?;
    Ok(Reply::json(200, &describe(call, &id, session)))
}

fn abort(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param("upload_session_id").to_owned();
    find(call, &id)?;
    call.world.sessions.end(&id);
    Ok(Reply::new(204))
}

/// The caller's session, while it lives.
pub(super) fn find<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c UploadSession, Failure> {
    let session = call.world.sessions.get(id).filter(|session| session.owner == call.user);
    let session = session.ok_or_else(Failure::not_found)?;
    let (Target::NewFile { parent: goal, .. } | Target::Version { file: goal, .. }) = &session.target;
    if !call.reaches(*goal) {
        return Err(scopes::insufficient());
    }
    if session.expires_at <= call.now {
        return Err(Failure::new(410, "session_expired", "The upload session has expired"));
    }
    Ok(session)
}

/// 8 MiB, and larger where the file would have more than a thousand parts.
fn part_size(file_size: u64) -> u64 {
    let mut size = 8 * 1024 * 1024;
    while file_size / size > 1000 {
        size *= 2;
    }
    size
}

fn describe(call: &Call<'_>, id: &str, session: &UploadSession) -> Value {
    let base = format!("{}/2.0/files/upload_sessions/{id}", call.settings.addresses.upload);
    json!({
        "type": "upload_session",
        "id": id,
        "session_expires_at": timestamp(session.expires_at),
        "part_size": session.part_size,
        "total_parts": session.total_parts(),
        "num_parts_processed": session.parts.len(),
        "session_endpoints": {
            "upload_part": base,
            "status": base,
            "abort": base,
            "commit": format!("{base}/commit"),
            "list_parts": format!("{base}/parts"),
            "log_event": format!("{base}/log"),
        },
    })
}
