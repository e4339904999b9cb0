use box_core::{actions::Api, hint::Hint};
use serde_json::json;

use crate::World;

/// A client that is derived from another has its session, and settings of its own.
pub async fn derived_clients_never_change_their_parent<W: World>(world: &W) {
    let client = world.client();
    let other = world.as_user("1000102");
    // The session is not one that may act for others.
    let refused = other.folders().get("0").await.unwrap_err();
    assert!(refused.is_forbidden(), "{refused}");
    client.folders().get("0").await.unwrap();

    world.control("/expire_tokens", json!({})).await;
    let refreshes = world.count("requests", "oauth.refresh").await;
    world.read_only().folders().get("0").await.unwrap();
    client.folders().create("by the parent", "0").await.unwrap();
    assert!(other.folders().get("0").await.unwrap_err().is_forbidden());
    assert_eq!(world.count("requests", "oauth.refresh").await, refreshes + 1);
}

/// A client that only reads sends nothing that writes.
pub async fn read_only_clients_send_no_write<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("kept", "0").await.unwrap();
    let reader = world.read_only();
    let refusals = [
        reader.folders().create("never", "0").await.err(),
        reader.folders().update(&folder.id).name("never").await.err(),
        reader.folders().delete(&folder.id).await.err(),
        client.folders().delete(&folder.id).read_only().await.err(),
    ];
    assert!(refusals.iter().flatten().all(|error| error.is_read_only()), "{refusals:?}");
    assert_eq!(refusals.iter().flatten().count(), refusals.len());
    assert_eq!(reader.folders().get(&folder.id).await.unwrap().name.as_deref(), Some("kept"));
    client.folders().update(&folder.id).name("changed").await.unwrap();
    let counters = world.control("/counters", json!(null)).await;
    let requests = ["folders.create", "folders.update", "folders.delete"]
        .map(|operation| counters["requests"][operation].as_u64().unwrap_or_default());
    assert_eq!(requests, [1, 1, 0]);
}

/// `if-none-match` of any call: an item that is as the caller knows it is told apart.
pub async fn unchanged_items_are_told<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("known", "0").await.unwrap();
    let etag = folder.etag.unwrap();
    let same = client.folders().get(&folder.id).with_if_none_match(&etag).await.unwrap_err();
    assert!(same.is_not_modified(), "{same}");
    assert_eq!(same.status(), Some(304));
    client.folders().update(&folder.id).name("changed").await.unwrap();
    let changed = client.folders().get(&folder.id).with_if_none_match(&etag).await.unwrap();
    assert_eq!(changed.name.as_deref(), Some("changed"));
}

/// The error about a taken name says what to do.
pub async fn taken_names_are_hinted<W: World>(world: &W) {
    let client = world.client();
    client.folders().create("taken", "0").await.unwrap();
    let taken = client.folders().create("taken", "0").await.unwrap_err();
    assert!(taken.is_name_taken(), "{taken}");
    assert_eq!(taken.hint(), Some(Hint::NameTaken));
    let uploaded = world.upload("0", "f.txt", b"f".to_vec()).await;
    assert_eq!(uploaded.err().and_then(|error| error.hint()), None);
    let taken = world.upload("0", "f.txt", b"g".to_vec()).await.unwrap_err();
    assert_eq!(taken.hint(), Some(Hint::NameTaken));
}
