use box_core::actions::Api;
use serde_json::json;

use crate::World;

/// A token that has ended costs one refresh and no error.
pub async fn an_ended_token_is_refreshed_once<W: World>(world: &W) {
    let client = world.client();
    client.users().me().await.unwrap();
    let refreshes = world.count("requests", "oauth.refresh").await;
    for end in ["/expire_tokens", "/revoke_tokens"] {
        world.control(end, json!({})).await;
        client.users().me().await.unwrap();
        client.folders().get("0").await.unwrap();
    }
    assert_eq!(world.count("requests", "oauth.refresh").await, refreshes + 2);
}

/// When Box has ended the session, every call says so, and Box isn't asked again.
pub async fn a_revoked_session_needs_a_sign_in<W: World>(world: &W) {
    let client = world.client();
    client.users().me().await.unwrap();
    world.control("/revoke_tokens", json!({"all": true})).await;
    for _ in 0..5 {
        let error = client.users().me().await.unwrap_err();
        assert!(error.needs_sign_in(), "{error}");
        assert_eq!(error.code(), Some("invalid_grant"));
    }
    assert_eq!(world.count("requests", "oauth.refresh").await, 1);
}
