use serde_json::{Map, Value, json};

use super::folders::parent_of;
use crate::{
    Body, Content, Failure, Part, Reply, Request, Route,
    call::{Call, required},
    dates,
    world::{Kind, Node, NodeId, Version, check_name},
};

pub(super) const ROUTES: &[Route] = &[
    Route::upload("files.upload", "POST", "/2.0/files/content", upload),
    Route::upload("files.upload_version", "POST", "/2.0/files/{file_id}/content", upload_version),
];

fn upload(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let (attributes, content) = parts(call)?;
    let name = required(&attributes, "name")?;
    check_name(&name)?;
    let parent = parent_of(call, &attributes)?;
    call.check_free(parent, &name, None, false)?;
    let id = create_file(call, parent, name, vec![content.clone()], content.sha1, &attributes)?;
    reply_files(call, 201, id)
}

fn upload_version(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let node = call.file(call.param("file_id"))?;
    let id = node.id;
    call.check_if_match(node)?;
    let (attributes, content) = parts(call)?;
    let name = attributes.get("name").and_then(Value::as_str).map(str::to_owned);
    add_version(call, id, name, vec![content.clone()], content.sha1, &attributes)?;
    reply_files(call, 201, id)
}

/// Makes a file of contents laid end to end.
pub(super) fn create_file(
    call: &mut Call<'_>,
    parent: NodeId,
    name: String,
    contents: Vec<Content>,
    sha1: crate::FileDigest,
    attributes: &Map<String, Value>,
) -> Result<NodeId, Failure> {
    let (created, modified) = content_dates(attributes)?;
    check_contents(call, &contents)?;
    let id = call.world.ids.item();
    let current = new_version(call, contents, sha1);
    let kind = Kind::File { current, earlier: Vec::new() };
    let mut node = Node::new(id, call.user, Some(parent), name, call.now, kind);
    node.author = call.author();
    node.content_created_at = created.unwrap_or(call.now);
    node.content_modified_at = modified.unwrap_or(call.now);
    if let Some(description) = attributes.get("description").and_then(Value::as_str) {
        description.clone_into(&mut node.description);
    }
    call.world.tree.insert(node);
    Ok(id)
}

/// Replaces the content of a file and keeps the old one as an earlier version.
pub(super) fn add_version(
    call: &mut Call<'_>,
    id: NodeId,
    name: Option<String>,
    contents: Vec<Content>,
    sha1: crate::FileDigest,
    attributes: &Map<String, Value>,
) -> Result<(), Failure> {
    let (_, modified) = content_dates(attributes)?;
    check_contents(call, &contents)?;
    let place = call.world.tree.node(id).and_then(|node| Some((node.parent?, node.name.clone())));
    let (parent, old_name) = place.ok_or_else(Failure::not_found)?;
    let name = name.unwrap_or(old_name);
    check_name(&name)?;
    call.check_free(parent, &name, Some(id), false)?;
    let version = new_version(call, contents, sha1);
    let now = call.now;
    call.world.tree.edit(id, call.user, now, |node| {
        node.name = name;
        node.content_modified_at = modified.unwrap_or(now);
        if let Kind::File { current, earlier } = &mut node.kind {
            earlier.push(std::mem::replace(current, version));
        }
    });
    Ok(())
}

/// A file in the list that answers every kind of upload.
pub(super) fn reply_files(call: &Call<'_>, status: u16, id: NodeId) -> Result<Reply, Failure> {
    let node = call.world.tree.node(id).ok_or_else(Failure::not_found)?;
    let list = json!({ "total_count": 1, "entries": [call.represent(node)] });
    Ok(Reply::json(status, &list))
}

fn check_contents(call: &Call<'_>, contents: &[Content]) -> Result<(), Failure> {
    call.check_space(contents.iter().map(|content| content.len).sum())
}

fn new_version(call: &mut Call<'_>, contents: Vec<Content>, sha1: crate::FileDigest) -> Version {
    Version {
        id: call.world.ids.item(),
        sha1,
        size: contents.iter().map(|content| content.len).sum(),
        contents,
    }
}

fn content_dates(attributes: &Map<String, Value>) -> Result<(Option<u64>, Option<u64>), Failure> {
    let date = |name| dates::parse(attributes.get(name).unwrap_or(&Value::Null), name);
    Ok((date("content_created_at")?, date("content_modified_at")?))
}

/// The attributes and the file of a multipart body, in the order that Box insists on.
fn parts(call: &Call<'_>) -> Result<(Map<String, Value>, Content), Failure> {
    let parts = multipart(call.request)?;
    let place = |name: &str| parts.iter().position(|part| part.name == name);
    let missing = |name| Failure::parameter(name, "missing_parameter", "a part of the body is missing");
    let attributes = place("attributes").ok_or_else(|| missing("attributes"))?;
    let file = parts.iter().position(|part| part.name == "file" || part.filename.is_some());
    let file = file.ok_or_else(|| missing("file"))?;
    if file < attributes {
        let message = "The part attributes must come before the part file";
        return Err(Failure::new(400, "metadata_after_file_contents", message));
    }
    let bytes = parts.get(attributes).and_then(|part| part.body.bytes()).unwrap_or_default();
    let Ok(Value::Object(attributes)) = serde_json::from_slice(&bytes) else {
        return Err(Failure::bad_request("The part attributes is not a JSON object"));
    };
    let content = parts.get(file).map(|part| part.body.content()).ok_or_else(|| missing("file"))?;
    if content.len > call.settings.max_simple_upload {
        let message = "The file is too large for one request";
        return Err(Failure::new(413, "request_entity_too_large", message));
    }
    match call.request.header("content-md5") {
        Some(digest) if !digest.trim().eq_ignore_ascii_case(&content.sha1.hex()) => {
            Err(Failure::new(400, "bad_digest", "The digest does not fit the file"))
        }
        _ => Ok((attributes, content)),
    }
}

fn multipart(request: &Request) -> Result<&[Part], Failure> {
    match &request.body {
        Body::Parts(parts) => Ok(parts),
        Body::Malformed(why) => Err(Failure::bad_request(why.clone())),
        Body::Empty if !declares_body(request) => {
            Err(Failure::new(411, "length_required", "A content-length is required"))
        }
        _ => Err(Failure::bad_request("The body is not multipart/form-data")),
    }
}

/// Whether the head announces a body, be it an empty one.
pub(super) fn declares_body(request: &Request) -> bool {
    request.header("content-length").is_some() || request.header("transfer-encoding").is_some()
}
