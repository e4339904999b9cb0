//! Paging: from the facts of one page to the request for the next.

use crate::{
    error::{Error, ErrorKind},
    facts::Facts,
    operation::{Operation, PagingKind},
    request::{Body, Draft},
};

/// What paging must know of a page: five facts, so that the page itself may stay where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// Marker of the next page, or the next stream position; empty counts as absent.
    pub next_marker: Option<String>,
    /// Offset of this page.
    pub offset: Option<i64>,
    /// Limit that Box applied.
    pub limit: Option<i64>,
    /// Number of items over all pages.
    pub total: Option<i64>,
    /// Number of items on this page.
    pub entries: usize,
}

impl PageFacts {
    /// The facts of a page that stays where it is. `member` reads its scalars as text, by name.
    pub fn read(entries: usize, member: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name| member(name)?.parse().ok();
        Self {
            next_marker: member("next_marker").or_else(|| member("next_stream_position")),
            offset: number("offset"),
            limit: number("limit"),
            total: number("total_count"),
            entries,
        }
    }
}

/// The member of a page that lists its items.
pub const ENTRIES: &str = "entries";

/// Walks through the pages of one list.
#[derive(Debug)]
pub struct Paging {
    draft: Draft,
    way: Way,
    /// The markers or positions that led to pages, sorted.
    seen: Vec<String>,
}

#[derive(Debug)]
enum Way {
    Marker,
    BodyMarker,
    Position,
    Offset { offset: i64, limit: Option<i64> },
}

impl Paging {
    /// A walk that starts with the page that the draft asks for.
    ///
    /// Where Box offers both ways, markers are used (they have no largest offset), unless the draft asks for an
    /// offset or an order, which markers don't have. What the draft says by `usemarker` or `marker` goes first.
    ///
    /// # Errors
    /// `Paging` if the operation isn't paged, or if Box takes no offset as large as the draft's.
    pub fn new(mut draft: Draft) -> Result<Self, Error> {
        let way = match draft.operation.paging {
            Some(PagingKind::Both) if goes_by_marker(&draft) => {
                draft.set_query("usemarker", "true");
                Way::Marker
            }
            Some(PagingKind::Marker) => Way::Marker,
            Some(PagingKind::BodyMarker) => Way::BodyMarker,
            Some(PagingKind::Stream) => Way::Position,
            Some(PagingKind::Offset | PagingKind::Both) => {
                let number = |name| draft.query(name).and_then(|value| value.parse().ok());
                let (offset, limit) = (number("offset").unwrap_or(0), number("limit"));
                check_offset(draft.operation, offset)?;
                Way::Offset { offset, limit: limit.filter(|limit| *limit > 0) }
            }
            None => return Err(refusal(draft.operation, "the operation is not paged")),
        };
        let start = match way {
            Way::Marker => draft.query("marker").map(str::to_owned),
            Way::BodyMarker => members(&draft)?.text("marker"),
            Way::Position => draft.query("stream_position").map(str::to_owned),
            Way::Offset { .. } => None,
        };
        Ok(Self { draft, way, seen: start.into_iter().collect() })
    }

    /// The request for the page that is next.
    pub fn draft(&self) -> Draft {
        self.draft.clone()
    }

    /// Takes note of a page; `true` if there is another.
    ///
    /// # Errors
    /// `Paging` if there may be another that can't be asked for: Box leads in a circle, or the offset would be beyond
    /// the largest that Box takes. The page itself is good.
    pub fn handle_page(&mut self, facts: &PageFacts) -> Result<bool, Error> {
        let draft = &mut self.draft;
        if let Way::Offset { offset, limit } = &mut self.way {
            let Some(next) = next_offset(*offset, *limit, facts) else {
                return Ok(false);
            };
            check_offset(draft.operation, next)?;
            *offset = next;
            draft.set_query("offset", next.to_string());
            return Ok(true);
        }
        let Some(next) = facts.next_marker.as_deref().filter(|next| !next.is_empty()) else {
            return Ok(false);
        };
        let is_new = note(&mut self.seen, next);
        match self.way {
            // An enterprise without events answers 0, from which everything would come anew.
            Way::Position if !is_new || next == "0" => return Ok(false),
            _ if !is_new => return Err(refusal(draft.operation, "Box named the same next page twice")),
            Way::Position => draft.set_query("stream_position", next),
            Way::BodyMarker => draft.body = Body::Bytes(members(draft)?.with_text("marker", next).into()),
            Way::Marker | Way::Offset { .. } => draft.set_query("marker", next),
        }
        Ok(true)
    }
}

/// Where the next page begins, `None` after the last.
fn next_offset(offset: i64, limit: Option<i64>, facts: &PageFacts) -> Option<i64> {
    // By the limit, not by the entries: Box leaves out what the user must not see.
    let entries = i64::try_from(facts.entries).unwrap_or(i64::MAX);
    let step = facts.limit.filter(|limit| *limit > 0).or(limit).unwrap_or(entries);
    let next = offset.saturating_add(step);
    let total = facts.total.filter(|total| *total > 0).unwrap_or(i64::MAX);
    (entries > 0 && next < total).then_some(next)
}

/// Takes note of what leads to a page; `false` if it did before.
fn note(seen: &mut Vec<String>, next: &str) -> bool {
    let found = seen.binary_search_by(|known| known.as_str().cmp(next));
    if let Err(at) = found {
        seen.insert(at, next.to_owned());
    }
    found.is_err()
}

/// Whether a draft that may go both ways goes by marker.
fn goes_by_marker(draft: &Draft) -> bool {
    match draft.query("usemarker") {
        Some(asked) => asked == "true",
        None if draft.query("marker").is_some() => true,
        None => ["offset", "sort", "direction"].iter().all(|name| draft.query(name).is_none()),
    }
}

fn check_offset(operation: &'static Operation, offset: i64) -> Result<(), Error> {
    let max = operation.max_offset;
    if offset <= max {
        return Ok(());
    }
    let instead = match operation.paging {
        Some(PagingKind::Both) => {
            "page by marker instead: `usemarker=true`, and neither `offset` nor an order, has no such limit"
        }
        _ => "the list has no markers, so it must be narrowed",
    };
    let [offset, max] = [offset, max].map(|number| number.to_string());
    let message =
        ["offset ", &offset, " can't be asked for, as Box takes none beyond ", &max, "; ", instead].concat();
    Err(refusal(operation, message))
}

fn refusal(operation: &'static Operation, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Paging, message).with_operation(operation.id)
}

/// The members of a JSON body.
fn members(draft: &Draft) -> Result<Facts<'_>, Error> {
    let Body::Bytes(bytes) = &draft.body else {
        return Err(Error::internal("a marker belongs into a body, and there is none"));
    };
    Facts::read(bytes).ok_or_else(|| Error::internal("the body is not a JSON object"))
}
