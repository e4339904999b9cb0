use box_core::actions::Api;
use serde_json::json;

use crate::World;

/// Bytes that differ from block to block.
fn content(len: usize, seed: u8) -> Vec<u8> {
    let byte = |i: usize| ((i % 251) ^ (i >> 12)) & 0xff;
    let bytes = (0..len).map(|i| u8::try_from(byte(i)).unwrap_or_default() ^ seed);
    bytes.collect()
}

/// A file is uploaded, read, copied, moved, given a new version, downloaded and deleted.
pub async fn files_live_and_die<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("files", "0").await.unwrap();
    let odd = "quoted \"näme\" 日本.txt";
    let file = world.upload(&folder.id, odd, content(100_000, 0)).await.unwrap();
    assert_eq!((file.name.as_deref(), file.size), (Some(odd), Some(100_000)));
    let read = client.files().get(&file.id).fields(["name", "size", "sha1"]).await.unwrap();
    assert_eq!(read.sha1, file.sha1);
    assert_eq!(world.download(&file.id).await.unwrap(), content(100_000, 0));

    let copy = client.files().copy(&file.id, "0").name("copy.txt").await.unwrap();
    assert_eq!(copy.sha1, file.sha1);
    let moved = client.files().update(&copy.id).name("moved.txt").parent(folder.id.as_str()).await.unwrap();
    assert_eq!((moved.name.as_deref(), moved.parent.unwrap().id), (Some("moved.txt"), folder.id.clone()));

    let version = world.upload_version(&file.id, content(5, 1)).await.unwrap();
    assert_eq!((version.id.as_str(), version.size), (file.id.as_str(), Some(5)));
    assert_ne!(version.file_version, file.file_version);
    assert_eq!(world.download(&file.id).await.unwrap(), content(5, 1));
    let first = client.files().download(&file.id).version(file.file_version.unwrap().id).await.unwrap();
    assert_eq!(first, content(100_000, 0));

    let empty = world.upload(&folder.id, "empty", Vec::new()).await.unwrap();
    assert_eq!(empty.size, Some(0));
    assert!(world.download(&empty.id).await.unwrap().is_empty());

    client.files().delete(&file.id).await.unwrap();
    assert!(client.files().get(&file.id).await.unwrap_err().is_not_found());
}

/// A file above the limit of one request goes through a session, and its new version too.
pub async fn large_files_go_in_parts<W: World>(world: &W) {
    let client = world.client();
    let bytes = content(50_000_123, 3);
    let file = world.upload("0", "large.bin", bytes.clone()).await.unwrap();
    assert_eq!(file.size, Some(50_000_123));
    assert!(world.count("requests", "upload_sessions.upload_part").await >= 6);
    assert_eq!(world.count("effects", "upload_sessions.commit").await, 1);
    assert!(world.download(&file.id).await.unwrap() == bytes);

    // Box may still assemble the file when it is asked to commit.
    let not_yet = json!({"operation": "upload_sessions.commit", "kind": "status", "status": 202, "retry_after": "0", "times": 2});
    world.control("/fail", not_yet).await;
    let version = world.upload_version(&file.id, content(50_000_001, 4)).await.unwrap();
    assert_eq!((version.id, version.size), (file.id.clone(), Some(50_000_001)));

    let taken = world.upload("0", "large.bin", bytes).await.unwrap_err();
    assert_eq!(taken.conflicts()[0]["id"], file.id.as_str());
    client.files().delete(&file.id).await.unwrap();
}

/// Content comes from another origin, which learns neither token nor anything else that was meant for Box's API.
pub async fn downloads_hand_no_secret_on<W: World>(world: &W) {
    let client = world.client();
    let file = world.upload("0", "a.txt", content(1000, 5)).await.unwrap();
    let not_yet = json!({"operation": "files.download", "kind": "status", "status": 202, "retry_after": "0"});
    world.control("/fail", not_yet).await;
    let part = client.files().download(&file.id).range("bytes=10-19").await.unwrap();
    assert_eq!(part, content(1000, 5)[10..20]);
    assert_eq!(world.download(&file.id).await.unwrap(), content(1000, 5));
    let counters = world.control("/counters", json!(null)).await;
    assert_eq!(counters["leaks"], json!({}));
    assert_eq!(counters["requests"]["download.content"], 2);
}

/// What was deleted is listed, restored, and purged.
pub async fn trash_gives_back<W: World>(world: &W) {
    let client = world.client();
    let file = world.upload("0", "t.txt", content(10, 6)).await.unwrap();
    let folder = client.folders().create("t", "0").await.unwrap();
    client.files().delete(&file.id).await.unwrap();
    client.folders().delete(&folder.id).await.unwrap();
    let trashed = world.all(client.trash().list_items().limit(1).items()).await.unwrap();
    assert_eq!(trashed.len(), 2);

    world.upload("0", "t.txt", content(11, 6)).await.unwrap();
    let taken = client.trash().restore_file(&file.id).await.unwrap_err();
    assert!(taken.is_conflict());
    let restored = client.trash().restore_file(&file.id).name("t2.txt").await.unwrap();
    assert_eq!(restored.name.as_deref(), Some("t2.txt"));
    assert_eq!(world.download(&file.id).await.unwrap(), content(10, 6));

    client.trash().purge_folder(&folder.id).await.unwrap();
    assert!(client.trash().restore_folder(&folder.id).await.unwrap_err().is_not_found());
}
