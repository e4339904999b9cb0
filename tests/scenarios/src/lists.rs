use box_core::{actions::Api, models::Item};
use serde_json::json;

use crate::World;

/// 2,500 items come by marker and by offset, each once.
pub async fn pages_come_both_ways<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("many", "0").await.unwrap();
    world.control("/seed", json!({"folder_id": folder.id, "files": 2_500})).await;
    let list = || client.folders().list_items(&folder.id).fields(["name"]).limit(900);
    let names = |items: &[Item]| {
        let mut names: Vec<_> = items.iter().map(|item| item.name().map(str::to_owned)).collect();
        names.sort();
        names.dedup();
        names
    };
    let by_marker = world.all(list().items()).await.unwrap();
    assert_eq!((by_marker.len(), names(&by_marker).len()), (2_500, 2_500));
    let by_offset = world.all(list().sort("name").direction("ASC").items()).await.unwrap();
    assert_eq!((by_offset.len(), names(&by_offset)), (2_500, names(&by_marker)));
    let ahead = world.all(list().with_prefetch().items()).await.unwrap();
    assert_eq!((ahead.len(), names(&ahead)), (2_500, names(&by_marker)));
    let pages = world.all(list().pages()).await.unwrap();
    assert_eq!(pages.len(), 3);
    let page = list().offset(2_400).await.unwrap();
    assert_eq!((page.entries.unwrap().len(), page.total_count), (100, Some(2_500)));
}

/// A list ends by null, by an empty marker, or by none; a page may be empty and yet not be the last.
pub async fn lists_end_however_box_ends_them<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("ends", "0").await.unwrap();
    world.control("/seed", json!({"folder_id": folder.id, "files": 25, "folders": 5})).await;
    for end in ["null", "absent", "empty"] {
        world.control("/options", json!({"page_end": end, "empty_page_every": 2})).await;
        let items = world.all(client.folders().list_items(&folder.id).limit(7).items()).await.unwrap();
        assert_eq!(items.len(), 30, "{end}");
    }
}

/// An item is found by its exact name on whatever page, and absence is no error.
pub async fn names_are_found<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("find", "0").await.unwrap();
    world.control("/seed", json!({"folder_id": folder.id, "files": 1_100})).await;
    let last = client.folders().create("zz last", folder.id.as_str()).await.unwrap();
    let found = world.find(&folder.id, "zz last").await.unwrap();
    assert_eq!(found.as_ref().map(Item::id), Some(last.id.as_str()));
    assert!(world.find(&folder.id, "zz las").await.unwrap().is_none());
    assert!(world.find(&folder.id, "ZZ last").await.unwrap().is_none());
    assert!(world.find("404404", "x").await.unwrap_err().is_not_found());
}

/// Search takes any parameters and is paged.
pub async fn search_finds<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("haystack", "0").await.unwrap();
    world.control("/seed", json!({"folder_id": folder.id, "files": 250, "folders": 3})).await;
    let search = || client.search().query().query("seeded").ancestor_folder_ids([folder.id.as_str()]);
    let found = world.all(search().type_("file").limit(100).items()).await.unwrap();
    assert_eq!(found.len(), 250);
    let folders = search().type_("folder").await.unwrap();
    assert_eq!(folders.total_count, Some(3));
    let none = client.search().query().query("no such thing").await.unwrap();
    assert_eq!(none.entries.unwrap().len(), 0);
}
