use serde_json::{Map, Value};

use super::{
    upload_sessions::find,
    uploads::{add_version, create_file, reply_files},
};
use crate::{
    Failure, FileDigest, Reply, Route,
    call::{Call, id_text},
    emulator::digest_in_memory,
    world::{Target, UploadSession},
};

pub(super) const ROUTES: &[Route] = &[Route::upload(
    "upload_sessions.commit",
    "POST",
    "/2.0/files/upload_sessions/{upload_session_id}/commit",
    commit,
)];

fn commit(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param("upload_session_id").to_owned();
    let session = find(call, &id)?.clone();
    let body = call.json()?;
    if !fits(&session, &body) {
        let message = "The list of parts does not fit the parts that were uploaded";
        return Err(Failure::new(400, "parts_mismatch", message));
    }
    let contents = session.contents();
    let stated = stated_digest(call)?;
    let sha1 = call.request.assembled.or_else(|| digest_in_memory(&contents));
    let sha1 = if call.settings.trust_digests { Some(stated) } else { sha1 };
    match sha1 {
        Some(sha1) if sha1 == stated => {}
        Some(_) => {
            return Err(Failure::new(400, "bad_digest", "The digest does not fit the whole file"));
        }
        None => {
            let message = "The parts were not hashed before the commit";
            return Err(Failure::new(500, "internal_server_error", message));
        }
    }
    let sha1 = stated;
    let attributes = body.get("attributes").and_then(Value::as_object).cloned().unwrap_or_default();
    let file = match session.target {
        Target::NewFile { parent, name } => {
            if call.world.tree.node(parent).is_none() || call.world.tree.is_trashed(parent) {
                return Err(Failure::not_found());
            }
            call.check_free(parent, &name, None, false)?;
            create_file(call, parent, name, contents, sha1, &attributes)?
        }
        Target::Version { file, name } => {
            let node = call.file(&file.to_string())?;
            call.check_if_match(node)?;
            add_version(call, file, name, contents, sha1, &attributes)?;
            file
        }
    };
    call.world.sessions.end(&id);
    reply_files(call, 201, file)
}

fn stated_digest(call: &Call<'_>) -> Result<FileDigest, Failure> {
    let header = call.request.header("digest").and_then(|header| header.trim().strip_prefix("sha="));
    let digest = header.and_then(FileDigest::from_base64);
    digest.ok_or_else(|| Failure::bad_request("The header digest is missing or not of the form sha=..."))
}

/// Whether the list names every part, and the parts make up the file.
fn fits(session: &UploadSession, body: &Map<String, Value>) -> bool {
    let Some(listed) = body.get("parts").and_then(Value::as_array) else {
        return false;
    };
    session.complete()
        && listed.len() == session.parts.len()
        && listed.iter().all(|entry| names_part(session, entry))
}

fn names_part(session: &UploadSession, entry: &Value) -> bool {
    let offset = entry.get("offset").and_then(Value::as_u64);
    let Some(part) = offset.and_then(|offset| session.parts.get(&offset)) else {
        return false;
    };
    let sha1 = entry.get("sha1").and_then(Value::as_str);
    entry.get("part_id").and_then(id_text).as_deref() == Some(part.id.as_str())
        && entry.get("size").and_then(Value::as_u64) == Some(part.content.len)
        && sha1.is_none_or(|sha1| sha1.eq_ignore_ascii_case(&part.content.sha1.hex()))
}
