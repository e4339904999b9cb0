//! Paging, as lists that Box might answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

use box_core::{
    action::{Action, FromReply, Paged},
    actions::{events, folders, groups, search, trash, upload_sessions, users, webhooks},
    error::{Error, ErrorKind},
    headers::Headers,
    page::{PageFacts, Paging},
    reply::{Content, Reply},
    request::{Body, Draft},
    rng::Rng,
};
use serde_json::{Value, json};

/// The request of an action, with parameters of its query set.
fn asks(action: &impl Action, query: &[(&str, &str)]) -> Draft {
    let mut draft = action.draft(&mut Rng::new(1)).unwrap();
    for (name, value) in query {
        draft.set_query(name, *value);
    }
    draft
}

fn items(query: &[(&str, &str)]) -> Draft {
    asks(&folders::ListItems::new("0"), query)
}

fn events(query: &[(&str, &str)]) -> Draft {
    asks(&events::List::new(), query)
}

/// A page with this many entries that names the next page.
fn marked(next: &str, entries: usize) -> PageFacts {
    PageFacts { next_marker: Some(next.to_owned()), entries, ..PageFacts::default() }
}

/// A page that says nothing but its entries.
fn bare(entries: usize) -> PageFacts {
    PageFacts { entries, ..PageFacts::default() }
}

/// A page that states its limit and the number of all items.
fn stated(limit: i64, total: i64, entries: usize) -> PageFacts {
    PageFacts { limit: Some(limit), total: Some(total), entries, ..PageFacts::default() }
}

/// Feeds the pages, of which only the last may be the end. Answers the values of a query parameter in all requests,
/// and how the list ended.
fn walk(draft: &Draft, name: &str, pages: &[PageFacts]) -> (String, Result<(), Error>) {
    let mut paging = Paging::new(draft.clone()).unwrap();
    let mut asked = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        asked.push(paging.draft().query(name).unwrap_or("-").to_owned());
        let is_last = at + 1 == pages.len();
        match paging.handle_page(page) {
            Ok(more) => assert_eq!(more, !is_last, "page {at} of {pages:?}"),
            Err(error) if is_last => return (asked.join(" "), Err(error)),
            Err(error) => panic!("page {at} of {pages:?}: {error}"),
        }
    }
    (asked.join(" "), Ok(()))
}

/// Lists that end well: the first request, a parameter of its query, the values of the parameter in all requests, and
/// the pages.
type Script<'a> = (Draft, &'a str, &'a str, &'a [PageFacts]);

fn end_well(scripts: &[Script<'_>]) {
    for (draft, name, expected, pages) in scripts {
        let (asked, end) = walk(draft, name, pages);
        assert_eq!(
            (asked.as_str(), end.is_ok()),
            (*expected, true),
            "{} {name} {pages:?}",
            draft.operation.id
        );
    }
}

fn is_paging(error: &Error, draft: &Draft, parts: &[&str]) {
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Paging, Some(draft.operation.id)));
    for part in parts {
        assert!(error.message().contains(part), "{part}: {error}");
    }
}

#[test]
fn markers_go_on_until_there_is_none() {
    let hooks = asks(&webhooks::List::new(), &[]);
    end_well(&[
        (hooks.clone(), "marker", "- m1 m2", &[marked("m1", 2), marked("m2", 2), bare(1)]),
        (hooks.clone(), "marker", "- m1", &[marked("m1", 2), marked("", 1)]),
        (hooks.clone(), "marker", "-", &[bare(0)]),
        // A page may be empty and yet not be the last.
        (
            hooks.clone(),
            "marker",
            "- m1 m2 m3",
            &[marked("m1", 0), marked("m2", 0), marked("m3", 2), bare(0)],
        ),
        // What looks like an end of offset paging is none.
        (hooks.clone(), "marker", "- m1", &[PageFacts { total: Some(1), ..marked("m1", 1) }, bare(1)]),
        (hooks, "usemarker", "- -", &[marked("m1", 2), bare(1)]),
        (asks(&webhooks::List::new(), &[("marker", "m7")]), "marker", "m7 m8", &[marked("m8", 2), bare(1)]),
    ]);
}

#[test]
fn where_box_offers_both_ways_markers_are_asked_for_on_every_page() {
    let pages = [marked("m1", 2), marked("m2", 2), bare(1)];
    let by_offset = [stated(2, 5, 2), stated(2, 5, 2), stated(2, 5, 1)];
    for draft in [
        items(&[]),
        asks(&users::List::new(), &[]),
        asks(&trash::ListItems::new(), &[]),
        items(&[("limit", "2")]),
        items(&[("marker", "m0")]),
        items(&[("usemarker", "true"), ("sort", "name")]),
    ] {
        let (asked, _) = walk(&draft, "usemarker", &pages);
        assert_eq!(asked, "true true true");
        assert!(walk(&draft, "marker", &pages).0.ends_with(" m1 m2"));
    }
    end_well(&[
        (items(&[("sort", "name")]), "offset", "- 2 4", &by_offset),
        (items(&[("direction", "DESC")]), "offset", "- 2 4", &by_offset),
        (items(&[("offset", "0")]), "offset", "0 2 4", &by_offset),
        (items(&[("offset", "0")]), "usemarker", "- - -", &by_offset),
        (items(&[("usemarker", "false")]), "offset", "- 2 4", &by_offset),
        (items(&[("usemarker", "false")]), "usemarker", "false false false", &by_offset),
        (items(&[("usemarker", "false")]), "marker", "- - -", &by_offset),
    ]);
}

#[test]
fn offsets_advance_by_the_limit_that_box_applied() {
    let query = |limit| asks(&search::Query::new(), &[("limit", limit)]);
    let parts = asks(&upload_sessions::ListParts::new("s"), &[("limit", "3")]);
    let unasked = asks(&groups::List::new(), &[]);
    let zero = PageFacts { limit: Some(0), ..bare(2) };
    let negative = PageFacts { limit: Some(-1), total: Some(-1), ..bare(2) };
    end_well(&[
        // Box takes less than asked for, and hides some entries of a page.
        (
            query("500"),
            "offset",
            "- 200 400",
            &[stated(200, 450, 150), stated(200, 450, 1), stated(200, 450, 50)],
        ),
        // And may change its mind.
        (
            query("500"),
            "offset",
            "- 200 300",
            &[stated(200, 301, 200), stated(100, 301, 100), stated(1, 301, 1)],
        ),
        // Without a limit that Box states, it is that asked for.
        (parts.clone(), "offset", "- 3 6", &[bare(3), bare(1), bare(0)]),
        (parts.clone(), "offset", "- 3 6", &[zero.clone(), negative, bare(0)]),
        (parts, "offset", "- 3", &[PageFacts { total: Some(4), ..zero.clone() }, stated(0, 4, 1)]),
        // Without any limit nothing is passed over.
        (unasked, "offset", "- 2 4", &[zero, bare(2), bare(0)]),
        (
            asks(&groups::List::new(), &[("offset", "7"), ("limit", "0")]),
            "offset",
            "7 9",
            &[bare(2), bare(0)],
        ),
    ]);
}

#[test]
fn offset_paging_ends_at_the_total_or_with_an_empty_page() {
    let list = asks(&groups::List::new(), &[("limit", "2")]);
    end_well(&[
        (list.clone(), "offset", "-", &[stated(2, 0, 0)]),
        (list.clone(), "offset", "-", &[stated(2, 2, 2)]),
        (list.clone(), "offset", "- 2", &[stated(2, 3, 2), stated(2, 3, 1)]),
        (list.clone(), "offset", "- 2", &[stated(2, 9, 2), stated(2, 9, 0)]),
        (list.clone(), "offset", "- 2", &[bare(2), bare(0)]),
        // The total may come late, and shrink.
        (list.clone(), "offset", "- 2 4", &[bare(2), stated(2, 9, 2), stated(2, 5, 1)]),
        // A marker means nothing here.
        (list, "offset", "-", &[PageFacts { next_marker: Some("m".to_owned()), ..stated(2, 1, 1) }]),
    ]);
}

#[test]
fn what_is_beyond_the_largest_offset_is_an_error_behind_all_that_came_before() {
    let sorted = |offset| items(&[("sort", "name"), ("offset", offset), ("limit", "1000")]);
    let found = |offset| asks(&search::Query::new(), &[("offset", offset), ("limit", "200")]);
    let marker = "usemarker=true";
    let cases = [
        // A request for the largest itself is made.
        (sorted("299000"), vec![bare(1000), bare(1000)], "301000", "300000", marker),
        (sorted("299999"), vec![stated(1000, 400_000, 1000)], "300999", "300000", marker),
        (found("9800"), vec![bare(200), bare(200)], "10200", "10000", "narrowed"),
        (found("9900"), vec![stated(200, 10_101, 200)], "10100", "10000", "narrowed"),
        (
            asks(&users::List::new(), &[("offset", "10000"), ("limit", "1")]),
            vec![bare(1)],
            "10001",
            "10000",
            marker,
        ),
        (
            asks(&trash::ListItems::new(), &[("offset", "9001"), ("limit", "1000")]),
            vec![bare(1)],
            "10001",
            "10000",
            marker,
        ),
        (
            asks(&upload_sessions::ListParts::new("s"), &[("offset", "9001"), ("limit", "1000")]),
            vec![bare(1)],
            "10001",
            "10000",
            "narrowed",
        ),
    ];
    for (draft, pages, offset, max, instead) in &cases {
        let (asked, end) = walk(draft, "offset", pages);
        assert_eq!(asked.split(' ').count(), pages.len(), "{asked}");
        is_paging(&end.unwrap_err(), draft, &[offset, max, instead]);
    }
    // Lists that end before it are whole.
    end_well(&[
        (
            sorted("299000"),
            "offset",
            "299000 300000",
            &[stated(1000, 301_000, 1000), stated(1000, 301_000, 1000)],
        ),
        (found("9900"), "offset", "9900", &[stated(200, 10_100, 200)]),
        (found("10000"), "offset", "10000", &[bare(0)]),
    ]);
    // What starts beyond it is not begun.
    is_paging(&Paging::new(sorted("300001")).unwrap_err(), &sorted("0"), &["300001", marker]);
    is_paging(&Paging::new(found("10001")).unwrap_err(), &found("0"), &["10001", "narrowed"]);
    // Numbers that no list has.
    let huge = PageFacts { limit: Some(i64::MAX), ..bare(1) };
    assert!(walk(&found("1"), "offset", &[huge]).1.is_ok());
}

#[test]
fn a_circle_is_an_error() {
    let query = asks(&search::QueryMetadata::new("enterprise_1.contract", "0"), &[]);
    let hooks = asks(&webhooks::List::new(), &[]);
    let cases = [
        (items(&[]), vec![marked("m", 1), marked("m", 1)]),
        (hooks, vec![marked("a", 1), marked("c", 1), marked("b", 0), marked("a", 1)]),
        (query, vec![marked("m", 1), marked("m", 0)]),
        // Back to where it began.
        (asks(&webhooks::List::new(), &[("marker", "m0")]), vec![marked("m1", 1), marked("m0", 1)]),
    ];
    for (draft, pages) in &cases {
        is_paging(&walk(draft, "marker", pages).1.unwrap_err(), draft, &["twice"]);
    }
}

#[test]
fn streams_end_when_they_say_nothing_new() {
    const FAR: &str = "1152922976252290886";
    let streaming = [("stream_type", "admin_logs_streaming"), ("stream_position", "7")];
    let position = "stream_position";
    end_well(&[
        // Few entries, or none, are no end.
        (
            events(&[("limit", "100")]),
            position,
            "- 5 6 7",
            &[marked("5", 100), marked("6", 1), marked("7", 0), marked("7", 0)],
        ),
        (events(&[(position, "now")]), position, "now 5", &[marked("5", 0), marked("5", 0)]),
        // The same position again, with entries or without; also one of long ago.
        (events(&[(position, FAR)]), position, FAR, &[marked(FAR, 3)]),
        (events(&[]), position, "- 5 6", &[marked("5", 1), marked("6", 1), marked("5", 1)]),
        // No position, or 0: the one before stays.
        (events(&streaming), position, "7", &[bare(0)]),
        (events(&streaming), position, "7 9", &[marked("9", 1), marked("0", 0)]),
        (events(&streaming), position, "7 9", &[marked("9", 1), marked("", 2)]),
        (events(&[(position, "0")]), position, "0 5", &[marked("5", 1), marked("0", 0)]),
    ]);
    let mut paging = Paging::new(events(&streaming)).unwrap();
    assert!(paging.handle_page(&marked("9", 1)).unwrap());
    assert!(!paging.handle_page(&marked("0", 0)).unwrap());
    assert_eq!(paging.draft().query(position), Some("9"), "where the next one goes on");
}

#[test]
fn markers_in_bodies_leave_all_else_as_it_was() {
    let body = |draft: &Draft| match &draft.body {
        Body::Bytes(bytes) => serde_json::from_slice::<Value>(bytes).unwrap(),
        other => panic!("{other:?}"),
    };
    let mut query = search::QueryMetadata::new("enterprise_1.contract", "0");
    query.query = Some("amount > :limit AND \"ö\" <> :marker".to_owned());
    let params = [("limit", json!(1.50)), ("marker", json!("m")), ("far", json!(9_007_199_254_740_993_u64))];
    query.query_params = Some(params.map(|(name, value)| (name.to_owned(), value)).into());
    query.fields = Some(vec!["name".to_owned()]);
    query.limit = Some(2);
    let mut paging = Paging::new(asks(&query, &[])).unwrap();
    let mut expected = body(&paging.draft());
    assert_eq!(expected.get("marker"), None);
    for marker in ["m1", "\"m\\2\""] {
        assert!(paging.handle_page(&marked(marker, 0)).unwrap());
        expected["marker"] = marker.into();
        assert_eq!(body(&paging.draft()), expected);
        assert_eq!(paging.draft().query, []);
    }
    for end in [bare(1), marked("", 1)] {
        assert!(!paging.handle_page(&end).unwrap());
    }
    query.marker = Some("m7".to_owned());
    let mut from = Paging::new(asks(&query, &[])).unwrap();
    assert_eq!(body(&from.draft())["marker"], "m7");
    assert!(from.handle_page(&marked("m7", 1)).is_err());
}

/// Facts of a page as the models tell them, and as a page tells them that stays where it is.
fn facts<A: Paged>(page: &Value) -> [PageFacts; 2] {
    let content = Content::Bytes(page.to_string().into());
    let read = A::Reply::from_reply(Reply { status: 200, headers: Headers::new(), content }).unwrap();
    let entries = page["entries"].as_array().map_or(0, Vec::len);
    let scalar = |name: &str| match &page[name] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    [A::facts(&read), PageFacts::read(entries, scalar)]
}

#[test]
fn facts_are_read_however_they_come() {
    fn same<A: Paged>(cases: &[(Value, PageFacts)]) {
        for (page, expected) in cases {
            for facts in facts::<A>(page) {
                assert_eq!(facts, *expected, "{page}");
            }
        }
    }
    let file = json!({"type": "file", "id": "1"});
    same::<folders::ListItems>(&[
        (json!({}), bare(0)),
        (json!({"entries": null, "next_marker": null, "limit": null, "total_count": null}), bare(0)),
        (json!({"entries": [file], "next_marker": ""}), marked("", 1)),
        (json!({"entries": [file, file], "next_marker": 12}), marked("12", 2)),
        (
            json!({"entries": [file, {"type": "hologram"}], "offset": "4", "limit": 2, "total_count": "9"}),
            PageFacts { offset: Some(4), ..stated(2, 9, 2) },
        ),
        (json!({"limit": "many"}), bare(0)),
    ]);
    same::<events::List>(&[
        (json!({"next_stream_position": "1152922976252290886"}), marked("1152922976252290886", 0)),
        (json!({"next_stream_position": 1_152_922_976_252_290_886_u64}), marked("1152922976252290886", 0)),
        (json!({"next_stream_position": 0, "entries": [], "chunk_size": 0}), marked("0", 0)),
        (json!({"next_stream_position": null, "entries": [{"event_id": "e"}]}), bare(1)),
    ]);
    same::<upload_sessions::ListParts>(&[(json!({"limit": 0, "total_count": 3}), stated(0, 3, 0))]);
}

#[test]
fn what_is_not_paged_cannot_be_walked() {
    let draft = asks(&folders::Get::new("0"), &[]);
    is_paging(&Paging::new(draft.clone()).unwrap_err(), &draft, &["not paged"]);
}
