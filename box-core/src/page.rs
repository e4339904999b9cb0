//! Paging: from the facts of one page to the request for the next.

use crate::{
    error::{Error, ErrorKind},
    facts::Facts,
    operation::PagingKind,
    request::{Body, Draft},
};

/// What paging must know of a page: five facts, so that the page itself may stay where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// Marker of the next page; empty counts as absent.
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
}

#[derive(Debug)]
enum Way {
    Marker { seen: Vec<String> },
    BodyMarker { seen: Vec<String> },
    Offset { offset: i64, limit: Option<i64> },
    Position { last: Option<String> },
}

impl Paging {
    /// A walk that starts with the page that the draft asks for.
    ///
    /// Where Box offers both ways, markers are used (they have no largest offset), unless the draft asks for an
    /// offset or an order, which markers don't have.
    ///
    /// # Errors
    /// `Paging` if the operation isn't paged.
    pub fn new(mut draft: Draft) -> Result<Self, Error> {
        let seen = Vec::new();
        let by_offset = ["offset", "sort"].iter().any(|name| draft.query(name).is_some())
            || draft.query("usemarker") == Some("false");
        let way = match draft.operation.paging {
            Some(PagingKind::Both) if !by_offset => {
                draft.set_query("usemarker", "true");
                Way::Marker { seen }
            }
            Some(PagingKind::Marker) => Way::Marker { seen },
            Some(PagingKind::BodyMarker) => Way::BodyMarker { seen },
            Some(PagingKind::Stream) => {
                Way::Position { last: draft.query("stream_position").map(str::to_owned) }
            }
            Some(PagingKind::Offset | PagingKind::Both) => {
                let number = |name| draft.query(name).and_then(|value| value.parse().ok());
                Way::Offset { offset: number("offset").unwrap_or(0), limit: number("limit") }
            }
            None => return Err(Error::new(ErrorKind::Paging, "the operation is not paged")),
        };
        Ok(Self { draft, way })
    }

    /// The request for the page that is next.
    pub fn draft(&self) -> Draft {
        self.draft.clone()
    }

    /// Takes note of a page; `true` if there is another.
    ///
    /// # Errors
    /// `Paging` if Box leads in a circle.
    pub fn handle_page(&mut self, facts: &PageFacts) -> Result<bool, Error> {
        let marker = facts.next_marker.as_deref().filter(|marker| !marker.is_empty());
        match &mut self.way {
            Way::Marker { seen } => {
                let Some(marker) = marker else {
                    return Ok(false);
                };
                once(seen, marker)?;
                self.draft.set_query("marker", marker);
            }
            Way::BodyMarker { seen } => {
                let Some(marker) = marker else {
                    return Ok(false);
                };
                once(seen, marker)?;
                set_body_marker(&mut self.draft, marker)?;
            }
            Way::Position { last } => {
                if facts.entries == 0 || marker.is_none() || marker == last.as_deref() {
                    return Ok(false);
                }
                *last = marker.map(str::to_owned);
                self.draft.set_query("stream_position", marker.unwrap_or_default());
            }
            Way::Offset { offset, limit } => {
                // By the limit, not by the entries: Box leaves out what the user must not see.
                let entries = i64::try_from(facts.entries).unwrap_or(i64::MAX);
                let step = facts.limit.filter(|limit| *limit > 0).or(*limit).unwrap_or(entries);
                let next = offset.saturating_add(step.max(1));
                if entries == 0 || facts.total.is_some_and(|total| next >= total) {
                    return Ok(false);
                }
                *offset = next;
                self.draft.set_query("offset", next.to_string());
            }
        }
        Ok(true)
    }
}

/// `seen` is sorted.
fn once(seen: &mut Vec<String>, marker: &str) -> Result<(), Error> {
    let Err(at) = seen.binary_search_by(|known| known.as_str().cmp(marker)) else {
        return Err(Error::new(ErrorKind::Paging, "Box named the same next page twice"));
    };
    seen.insert(at, marker.to_owned());
    Ok(())
}

fn set_body_marker(draft: &mut Draft, marker: &str) -> Result<(), Error> {
    let Body::Bytes(bytes) = &draft.body else {
        return Err(Error::internal("a marker belongs into a body, and there is none"));
    };
    let body = Facts::read(bytes).ok_or_else(|| Error::internal("the body is not a JSON object"))?;
    draft.body = Body::Bytes(body.with_text("marker", marker).into());
    Ok(())
}
