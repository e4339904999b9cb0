use serde_json::{Value, json};

use super::{upload_sessions::find, uploads::declares_body};
use crate::{
    Body, Content, Failure, Reply, Route,
    call::Call,
    paging::Rules,
    world::{StoredPart, UploadSession},
};

pub(super) const ROUTES: &[Route] = &[
    Route::upload(
        "upload_sessions.upload_part",
        "PUT",
        "/2.0/files/upload_sessions/{upload_session_id}",
        upload,
    ),
    Route::upload(
        "upload_sessions.list_parts",
        "GET",
        "/2.0/files/upload_sessions/{upload_session_id}/parts",
        list,
    ),
];

fn upload(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let id = call.param("upload_session_id").to_owned();
    let session = find(call, &id)?;
    let content = match &call.request.body {
        Body::Content(content) => content.clone(),
        Body::Small(bytes) => Content::from_bytes(bytes.clone()),
        Body::Empty if !declares_body(call.request) => {
            return Err(Failure::new(411, "length_required", "A content-length is required"));
        }
        _ => return Err(Failure::bad_request("The body of a part is its bytes")),
    };
    let range = call.request.header("content-range").and_then(read_range);
    let range =
        range.ok_or_else(|| Failure::bad_request("The header content-range is missing or malformed"))?;
    check_range(session, &range, content.len)?;
    check_digest(call.request.header("digest"), &content)?;
    let overlapping = session.parts.range(..range.last + 1).next_back();
    if overlapping.is_some_and(|(offset, part)| offset + part.content.len > range.first) {
        let message = "A part of this range was uploaded before";
        return Err(Failure::new(416, "range_overlaps_existing_part", message));
    }
    let part = StoredPart { id: call.world.ids.part(), content };
    let reply = Reply::json(200, &json!({ "part": describe(range.first, &part) }));
    call.world.sessions.store(&id, range.first, part);
    Ok(reply)
}

fn list(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let session = find(call, call.param("upload_session_id"))?;
    let window = Rules::USUAL.window(call)?;
    let all: Vec<_> = session.parts.iter().map(|(offset, part)| describe(*offset, part)).collect();
    let body = json!({
        "entries": window.cut(&all),
        "offset": window.offset,
        "limit": window.limit,
        "total_count": all.len(),
        "order": [{ "by": "offset", "direction": "ASC" }],
    });
    Ok(Reply::json(200, &body))
}

fn describe(offset: u64, part: &StoredPart) -> Value {
    json!({
        "part_id": part.id,
        "offset": offset,
        "size": part.content.len,
        "sha1": part.content.sha1.hex(),
    })
}

struct Range {
    first: u64,
    last: u64,
    total: u64,
}

fn read_range(header: &str) -> Option<Range> {
    let (range, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let range = Range { first: first.parse().ok()?, last: last.parse().ok()?, total: total.parse().ok()? };
    (range.first <= range.last && range.last < range.total).then_some(range)
}

fn check_range(session: &UploadSession, range: &Range, len: u64) -> Result<(), Failure> {
    let full = range.first.saturating_add(session.part_size);
    let expected = full.min(session.file_size);
    let problem = if range.total != session.file_size {
        "The total of content-range is not the size of the file"
    } else if !range.first.is_multiple_of(session.part_size) {
        "The part does not begin at a multiple of the part size"
    } else if range.last + 1 != expected {
        "Only the last part may be shorter than the part size"
    } else if range.last + 1 - range.first != len {
        "The body is not as long as content-range says"
    } else {
        return Ok(());
    };
    Err(Failure::bad_request(problem))
}

fn check_digest(header: Option<&str>, content: &Content) -> Result<(), Failure> {
    let Some(digest) = header.and_then(|header| header.trim().strip_prefix("sha=")) else {
        return Err(Failure::bad_request("The header digest is missing or not of the form sha=..."));
    };
    if digest != content.sha1.base64() {
        return Err(Failure::new(400, "bad_digest", "The digest does not fit the part"));
    }
    Ok(())
}
