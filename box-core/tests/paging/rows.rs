//! Every paged row of the table can be walked, from its least request and from that with everything.

use std::collections::BTreeMap;

use box_core::{
    operation::{Operation, PagingKind},
    operations::OPERATIONS,
    page::{PageFacts, Paging},
    request::{Body, Draft},
};
use serde_json::Value;

use super::{bytes, requests};

/// What a request asks for: its query, sorted, and its body.
type Asked = (Vec<(String, String)>, Option<Value>);

fn asked(draft: &Draft) -> Asked {
    let mut query = draft.query.clone();
    query.sort();
    let body = match &draft.body {
        Body::Empty => None,
        body => Some(serde_json::from_slice(&bytes(body)).unwrap()),
    };
    (query, body)
}

/// The first page of two, and the last.
fn pages(kind: PagingKind) -> [PageFacts; 2] {
    let facts = PageFacts { entries: 3, ..PageFacts::default() };
    match kind {
        PagingKind::Offset => {
            let facts = PageFacts { limit: Some(3), total: Some(9), ..facts };
            [facts.clone(), PageFacts { entries: 0, ..facts }]
        }
        _ => [PageFacts { next_marker: Some("next".to_owned()), ..facts.clone() }, facts],
    }
}

/// Walks over two pages; gives what both requests ask for.
fn walk(operation: &Operation, draft: &Draft) -> [Asked; 2] {
    let kind = operation.paging.unwrap();
    let mut paging = Paging::new(draft.clone()).unwrap();
    let first = paging.draft();
    let [page, last] = pages(kind);
    assert!(paging.handle_page(&page).unwrap(), "{}", operation.id);
    let second = paging.draft();
    for draft in [&first, &second] {
        assert_eq!((draft.operation.id, &draft.path), (operation.id, &first.path));
        assert_eq!(draft.headers, first.headers);
    }
    assert!(!paging.handle_page(&last).unwrap(), "{}", operation.id);
    [asked(&first), asked(&second)]
}

fn set(query: &mut Vec<(String, String)>, name: &str, value: &str) {
    query.retain(|(known, _)| known != name);
    query.push((name.to_owned(), value.to_owned()));
    query.sort();
}

#[test]
fn every_paged_row_can_be_walked() {
    let drafts = requests::calls();
    let paged = OPERATIONS.iter().filter(|operation| operation.paging.is_some());
    let mut walked = BTreeMap::<_, usize>::new();
    for operation in paged {
        let kind = operation.paging.unwrap();
        *walked.entry(format!("{kind:?}")).or_default() += 1;
        for amount in ["required", "every"] {
            let name = format!("{} {amount}", operation.id);
            let Some((_, draft)) = drafts.iter().find(|(known, _)| *known == name) else {
                assert_eq!(amount, "every", "no call of {name}");
                continue;
            };
            let mut draft = draft.clone();
            // What the samples say may be more than any list has, or another way.
            for (name, value) in [("offset", "5"), ("usemarker", "true")] {
                if draft.query(name).is_some() {
                    draft.set_query(name, value);
                }
            }
            let (given, _) = asked(&draft);
            let start = draft.query("offset").map_or(0, |offset| offset.parse().unwrap());
            let [(mut query, mut body), second] = walk(operation, &draft);
            let mut expected = given;
            if kind == PagingKind::Both {
                set(&mut expected, "usemarker", "true");
            }
            assert_eq!(query, expected, "the first request of {name}");
            match kind {
                PagingKind::Marker | PagingKind::Both => set(&mut query, "marker", "next"),
                PagingKind::Stream => set(&mut query, "stream_position", "next"),
                PagingKind::Offset => set(&mut query, "offset", &(start + 3).to_string()),
                PagingKind::BodyMarker => body.as_mut().unwrap()["marker"] = "next".into(),
            }
            assert_eq!((query, body), second, "the second request of {name}");
        }
    }
    println!("{walked:?}");
    assert_eq!(walked.len(), 5, "a kind of paging that no row has: {walked:?}");
}
