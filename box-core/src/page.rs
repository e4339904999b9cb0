//! Paging.

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
