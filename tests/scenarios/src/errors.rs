use std::time::Duration;

use box_core::{actions::Api, error::ErrorKind};
use serde_json::json;

use crate::World;

/// What is in the way is a list, whether Box tells of one file or of several folders.
pub async fn conflicts_are_lists<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("taken", "0").await.unwrap();
    let error = client.folders().create("TAKEN", "0").await.unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(error.code(), Some("item_name_in_use"));
    assert_eq!(error.conflicts()[0]["id"], folder.id.as_str());
    assert_eq!(error.operation(), Some("folders.create"));
    assert!(error.request_id().is_some());

    let file = world.upload("0", "f.txt", b"f".to_vec()).await.unwrap();
    let error = world.upload("0", "f.txt", b"g".to_vec()).await.unwrap_err();
    assert_eq!(error.conflicts()[0]["id"], file.id.as_str());
    let error = client.files().preflight().name("f.txt").parent("0").size(1).await.unwrap_err();
    assert!(error.is_conflict());
    let url = client.files().preflight().name("g.txt").parent("0").size(1).await.unwrap();
    assert!(url.upload_url.is_some());
}

/// Whatever the body of an error is, its status counts, for JSON, content and empty replies alike.
pub async fn errors_keep_their_status<W: World>(world: &W) {
    let client = world.client();
    for (status, body) in [(404, "html"), (400, "empty"), (418, "json"), (501, "html")] {
        let fail = |operation| json!({"operation": operation, "kind": "status", "status": status, "body": body, "times": 5});
        for operation in ["folders.get", "files.download", "folders.delete"] {
            world.control("/fail", fail(operation)).await;
        }
        let errors = [
            client.folders().get("0").await.err(),
            client.files().download("1").await.err(),
            client.folders().delete("1").await.err(),
        ];
        let statuses: Vec<_> = errors.iter().map(|error| error.as_ref().unwrap().status()).collect();
        assert_eq!(statuses, [Some(status); 3], "{errors:?}");
        world.control("/clear_faults", json!({})).await;
    }
    world.control("/fail", json!({"operation": "users.me", "kind": "delay", "delay_ms": 60_000})).await;
    let late = client.users().me().with_timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout);
    let gone = client.folders().get("404404").await.unwrap_err();
    assert_eq!((gone.kind(), gone.code()), (ErrorKind::Api, Some("not_found")));
}

/// `if-match` guards a write, `if-none-match` spares a read.
pub async fn writes_can_be_guarded<W: World>(world: &W) {
    let client = world.client();
    let folder = client.folders().create("guarded", "0").await.unwrap();
    let etag = folder.etag.unwrap();
    let same = client.folders().get(&folder.id).if_none_match(&etag).await.unwrap_err();
    assert_eq!(same.kind(), ErrorKind::NotModified);
    client.folders().update(&folder.id).name("changed").if_match(&etag).await.unwrap();
    let stale = client.folders().delete(&folder.id).if_match(&etag).await.unwrap_err();
    assert!(stale.is_precondition_failed());
}
