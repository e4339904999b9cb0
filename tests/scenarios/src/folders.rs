use box_core::{actions::Api, models::Item};

use crate::World;

/// A folder is made, read, renamed, moved, copied, listed and deleted.
pub async fn folders_live_and_die<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("reports", "0").await.unwrap();
    assert_eq!(folder.name.as_deref(), Some("reports"));
    let inner = client.folders().create("inner", folder.id.as_str()).await.unwrap();

    let read = client.folders().get(&folder.id).fields(["name", "item_collection"]).await.unwrap();
    assert_eq!(read.item_collection.unwrap().total_count, Some(1));
    assert_eq!(read.size, None, "a field that was not asked for");

    let renamed = client.folders().update(&inner.id).name("renamed").description("d").await.unwrap();
    assert_eq!((renamed.name.as_deref(), renamed.description.as_deref()), (Some("renamed"), Some("d")));
    let moved = client.folders().update(&inner.id).parent("0").await.unwrap();
    assert_eq!(moved.parent.unwrap().id, "0");
    let copy = client.folders().copy(&inner.id, folder.id.as_str()).name("copied").await.unwrap();
    assert_ne!(copy.id, inner.id);

    let items = client.folders().list_items(&folder.id).await.unwrap().entries.unwrap();
    assert_eq!(items.iter().map(Item::name).collect::<Vec<_>>(), [Some("copied")]);
    assert!(matches!(items[0], Item::Folder(_)));

    let full = client.folders().delete(&folder.id).await.unwrap_err();
    assert_eq!((full.status(), full.code()), (Some(400), Some("folder_not_empty")));
    client.folders().delete(&folder.id).recursive(true).await.unwrap();
    assert!(client.folders().get(&folder.id).await.unwrap_err().is_not_found());
}

/// The user who is signed in, and the others of the enterprise.
pub async fn users_are_known<W: World>(world: &W) {
    let client = world.client();
    let me = client.users().me().await.unwrap();
    assert!(me.login.is_some() && me.space_amount.is_some());
    assert_eq!(client.users().get(&me.id).await.unwrap().id, me.id);
    let users = world.all(client.users().list().limit(2).items()).await.unwrap();
    assert!(users.len() >= 3 && users.iter().any(|user| user.id == me.id), "{users:?}");
}
