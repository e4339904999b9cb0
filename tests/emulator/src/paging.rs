//! Listings by offset and by marker.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{Failure, PageEnd, Reply, call::Call};

/// What a listing allows.
pub(crate) struct Rules {
    pub(crate) default_limit: u64,
    pub(crate) max_limit: u64,
    pub(crate) max_offset: u64,
}

/// A window over a listing.
pub(crate) struct Window {
    pub(crate) offset: u64,
    pub(crate) limit: u64,
}

impl Rules {
    pub(crate) const FOLDER_ITEMS: Self = Self::up_to(300_000);
    pub(crate) const USUAL: Self = Self::up_to(10_000);

    const fn up_to(max_offset: u64) -> Self {
        Self { default_limit: 100, max_limit: 1000, max_offset }
    }

    pub(crate) fn window(&self, call: &Call<'_>) -> Result<Window, Failure> {
        let offset = call.query.number("offset", "invalid_offset")?.unwrap_or_default();
        if offset > self.max_offset {
            return Err(Failure::new(400, "invalid_offset", "The offset is too large"));
        }
        Ok(Window { offset, limit: self.limit(call)? })
    }

    fn limit(&self, call: &Call<'_>) -> Result<u64, Failure> {
        let limit = call.query.number("limit", "invalid_limit")?.unwrap_or(self.default_limit);
        Ok(limit.min(self.max_limit))
    }
}

impl Window {
    pub(crate) fn cut<'t, T>(&self, all: &'t [T]) -> &'t [T] {
        let start = usize::try_from(self.offset).unwrap_or(usize::MAX).min(all.len());
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let end = start.saturating_add(limit).min(all.len());
        all.get(start..end).unwrap_or_default()
    }
}

/// One page of entries that are keyed by ascending ids, by offset or by marker as the request says.
///
/// By marker the order is that of the ids, so that a page starts behind the last one whatever was removed meanwhile.
pub(crate) fn page<T>(
    call: &mut Call<'_>,
    rules: &Rules,
    order: &[&str],
    all: &[(u64, T)],
    show: impl Fn(&Call<'_>, &T) -> Value,
) -> Result<Reply, Failure> {
    if call.query.flag("usemarker") {
        return by_marker(call, rules, all, show);
    }
    let window = rules.window(call)?;
    let entries: Vec<_> = window.cut(all).iter().map(|(_, item)| show(call, item)).collect();
    let mut body = json!({
        "total_count": all.len(),
        "entries": entries,
        "offset": window.offset,
        "limit": window.limit,
    });
    if let (Some(object), false) = (body.as_object_mut(), order.is_empty()) {
        let direction = direction(call);
        let order: Vec<_> = order.iter().map(|by| json!({ "by": by, "direction": direction })).collect();
        object.insert("order".into(), order.into());
    }
    Ok(Reply::json(200, &body))
}

/// `ASC` or `DESC`.
pub(crate) fn direction(call: &Call<'_>) -> &'static str {
    let asked = call.query.get("direction").unwrap_or_default();
    if asked.eq_ignore_ascii_case("desc") { "DESC" } else { "ASC" }
}

fn by_marker<T>(
    call: &mut Call<'_>,
    rules: &Rules,
    all: &[(u64, T)],
    show: impl Fn(&Call<'_>, &T) -> Value,
) -> Result<Reply, Failure> {
    let limit = rules.limit(call)?.max(1);
    let query = fingerprint(call);
    let after = match call.query.get("marker") {
        Some(marker) => read_marker(marker, &query)
            .ok_or_else(|| Failure::new(400, "bad_request", "Invalid marker for this query"))?,
        None => 0,
    };
    call.world.marker_pages += 1;
    let every = call.settings.empty_page_every;
    let hollow = every > 1 && call.world.marker_pages.is_multiple_of(every);

    let mut left: Vec<_> = all.iter().filter(|(key, _)| *key > after).collect();
    left.sort_by_key(|(key, _)| *key);
    let take = if hollow && !left.is_empty() { 0 } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let more = left.len() > take;
    left.truncate(take);
    let last = left.last().map_or(after, |(key, _)| *key);
    let entries: Vec<_> = left.iter().map(|(_, item)| show(call, item)).collect();

    let mut body = json!({ "entries": entries, "limit": limit });
    let next =
        if more { Some(json!(write_marker(last, call.world.marker_pages, &query))) } else { end(call) };
    if let (Some(object), Some(next)) = (body.as_object_mut(), next) {
        object.insert("next_marker".into(), next);
    }
    Ok(Reply::json(200, &body))
}

fn end(call: &mut Call<'_>) -> Option<Value> {
    let turn = call.world.finished_listings;
    call.world.finished_listings += 1;
    let style = match (call.settings.page_end, turn % 3) {
        (PageEnd::Rotate, 0) => PageEnd::Null,
        (PageEnd::Rotate, 1) => PageEnd::Absent,
        (PageEnd::Rotate, _) => PageEnd::Empty,
        (fixed, _) => fixed,
    };
    match style {
        PageEnd::Absent => None,
        PageEnd::Empty => Some("".into()),
        PageEnd::Null | PageEnd::Rotate => Some(Value::Null),
    }
}

/// What must stay the same from page to page.
fn fingerprint(call: &Call<'_>) -> String {
    let path = call.params.iter().map(|(_, value)| value.as_str());
    let query =
        ["fields", "sort", "direction", "filter_term"].map(|name| call.query.get(name).unwrap_or_default());
    let text = path.chain(query).collect::<Vec<_>>().join("|");
    format!("{}|{text}", call.user)
}

/// `page` makes the marker behind an empty page another one than that in front of it.
fn write_marker(last: u64, page: u64, query: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{last};{page};{query}"))
}

fn read_marker(marker: &str, query: &str) -> Option<u64> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(marker).ok()?).ok()?;
    let (last, rest) = text.split_once(';')?;
    let (_page, rest) = rest.split_once(';')?;
    (rest == query).then(|| last.parse().ok()).flatten()
}
