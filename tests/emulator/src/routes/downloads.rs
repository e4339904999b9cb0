use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{files::find_version, shared_items::check_download};
use crate::{Failure, Host, Reply, ReplyBody, Route, call::Call, world::Ticket};

pub(super) const ROUTES: &[Route] = &[
    Route::api("files.download", "GET", "/2.0/files/{file_id}/content", redirect),
    Route::open(Host::Download, "download.content", "GET", "/d/1/{ticket}/download", content),
];

const LIFE: u64 = 15 * 60 * 1000;

fn redirect(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let node = call.readable(call.param("file_id"), false)?;
    check_download(call, node)?;
    let (file, name) = (node.id, node.name.clone());
    let version = match call.query.get("version") {
        Some(version) => find_version(call, file, version)?.id,
        None => node.current().ok_or_else(Failure::not_found)?.id,
    };
    let now = call.now;
    call.world.tickets.retain(|_, ticket| ticket.expires_at > now);
    let id = call.world.ids.token();
    let location = format!("{}/d/1/{id}/download", call.settings.addresses.download);
    let ticket = Ticket { file, version, name, expires_at: now + LIFE };
    call.world.tickets.insert(id, ticket);
    Ok(Reply::new(302).with("location", location))
}

fn content(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let now = call.now;
    let gone = || Failure::html(404, "This download address is unknown or too old");
    let ticket = call.world.tickets.get(call.param("ticket"));
    let ticket = ticket.filter(|ticket| ticket.expires_at > now).ok_or_else(gone)?;
    let version = ticket.version.to_string();
    let version = find_version(call, ticket.file, &version).map_err(|_| gone())?;
    let range = match call.request.header("range").and_then(|range| read_range(range, version.size)) {
        Some(None) => {
            return Ok(Reply::new(416).with("content-range", format!("bytes */{}", version.size)));
        }
        Some(range) => range,
        None => None,
    };
    let encoded = utf8_percent_encode(&ticket.name, NON_ALPHANUMERIC);
    let ascii: String =
        ticket.name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
    let (status, offset, len) = match range {
        Some((first, last)) => (206, first, last + 1 - first),
        None => (200, 0, version.size),
    };
    let mut reply = Reply::new(status)
        .with("content-type", "application/octet-stream")
        .with("accept-ranges", "bytes")
        .with("cache-control", "private")
        .with("content-disposition", format!("attachment;filename=\"{ascii}\";filename*=UTF-8''{encoded}"));
    if let Some((first, last)) = range {
        reply = reply.with("content-range", format!("bytes {first}-{last}/{}", version.size));
    }
    reply.body = ReplyBody::Contents { contents: version.contents, offset, len };
    Ok(reply)
}

/// The first and last byte of a single range. `Some(None)` can't be satisfied; `None` is to be ignored.
#[expect(clippy::option_option, reason = "three outcomes of one header, used in one place")]
fn read_range(header: &str, len: u64) -> Option<Option<(u64, u64)>> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = match (first, last) {
        ("", suffix) => (len.saturating_sub(suffix.parse().ok()?), len.checked_sub(1)),
        (first, "") => (first.parse().ok()?, len.checked_sub(1)),
        (first, last) => {
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            if last < first {
                return None;
            }
            (first, len.checked_sub(1).map(|end| last.min(end)))
        }
    };
    Some(last.filter(|last| first <= *last).map(|last| (first, last)))
}
