//! Paging, as lists that Box might answer.

#![allow(clippy::unwrap_used, reason = "scripts are tests")]

use box_core::{
    action::Action,
    actions::{folders, search, upload_sessions, users},
    error::ErrorKind,
    page::{PageFacts, Paging},
    request::Draft,
    rng::Rng,
};

fn draft(action: &impl Action) -> Draft {
    action.draft(&mut Rng::new(1)).unwrap()
}

fn marker(marker: Option<&str>, entries: usize) -> PageFacts {
    PageFacts { next_marker: marker.map(str::to_owned), entries, ..PageFacts::default() }
}

fn offset(limit: Option<i64>, total: Option<i64>, entries: usize) -> PageFacts {
    PageFacts { limit, total, entries, ..PageFacts::default() }
}

/// Feeds pages; gives the value of a query parameter in each request.
fn walk(draft: Draft, name: &str, pages: &[PageFacts]) -> Vec<Option<String>> {
    let mut paging = Paging::new(draft).unwrap();
    let mut asked = vec![paging.draft().query(name).map(str::to_owned)];
    for (i, page) in pages.iter().enumerate() {
        let more = paging.handle_page(page).unwrap();
        assert_eq!(more, i + 1 < pages.len(), "page {i}");
        if more {
            asked.push(paging.draft().query(name).map(str::to_owned));
        }
    }
    asked
}

#[test]
fn markers_go_on_over_empty_pages_until_there_is_none() {
    for end in [None, Some("")] {
        let pages = [marker(Some("m1"), 2), marker(Some("m2"), 0), marker(end, 1)];
        let asked = walk(draft(&folders::ListItems::new("0")), "marker", &pages);
        assert_eq!(asked, [None, Some("m1".to_owned()), Some("m2".to_owned())]);
    }
}

#[test]
fn usemarker_stands_on_every_page_where_box_offers_both_ways() {
    let pages = [marker(Some("m1"), 2), marker(None, 1)];
    let asked = walk(draft(&users::List::new()), "usemarker", &pages);
    assert_eq!(asked, [Some("true".to_owned()), Some("true".to_owned())]);
}

#[test]
fn an_order_or_an_offset_is_paged_by_offset() {
    let mut sorted = folders::ListItems::new("0");
    sorted.sort = Some("name".into());
    let pages = [offset(Some(2), Some(3), 2), offset(Some(2), Some(3), 1)];
    assert_eq!(walk(draft(&sorted), "offset", &pages), [None, Some("2".to_owned())]);
    let mut from = folders::ListItems::new("0");
    from.offset = Some(4);
    let pages = [offset(Some(2), Some(7), 2), offset(Some(2), Some(7), 1)];
    assert_eq!(walk(draft(&from), "offset", &pages), [Some("4".to_owned()), Some("6".to_owned())]);
    assert_eq!(walk(draft(&from), "usemarker", &pages), [None, None]);
}

#[test]
fn offsets_advance_by_the_limit_that_box_applied() {
    let mut query = search::Query::new();
    query.limit = Some(500);
    // Asked for 500, Box takes 200, and hides some entries of a page.
    let pages = [
        offset(Some(200), Some(450), 150),
        offset(Some(200), Some(450), 200),
        offset(Some(200), Some(450), 50),
    ];
    let asked = walk(draft(&query), "offset", &pages);
    assert_eq!(asked, [None, Some("200".to_owned()), Some("400".to_owned())]);
}

#[test]
fn offsets_do_without_limit_and_total() {
    for limit in [None, Some(0)] {
        let mut list = upload_sessions::ListParts::new("s");
        list.limit = Some(3);
        let pages = [offset(limit, None, 3), offset(limit, None, 1), offset(limit, None, 0)];
        let asked = walk(draft(&list), "offset", &pages);
        assert_eq!(asked, [None, Some("3".to_owned()), Some("6".to_owned())]);
    }
}

#[test]
fn a_circle_is_an_error() {
    let mut paging = Paging::new(draft(&folders::ListItems::new("0"))).unwrap();
    assert!(paging.handle_page(&marker(Some("m"), 1)).unwrap());
    assert_eq!(paging.handle_page(&marker(Some("m"), 1)).unwrap_err().kind(), ErrorKind::Paging);
}

#[test]
fn what_is_not_paged_cannot_be_walked() {
    let error = Paging::new(draft(&folders::Get::new("0"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Paging);
}
