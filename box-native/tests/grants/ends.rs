//! How sessions end, and who is told.

use std::{
    future::pending,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use box_emulator::{Emulator, Fault};
use box_native::{
    Client, Downscope, ErrorKind, Restriction, SignInReason,
    box_core::hint::Hint,
    store::{FileStore, TokenStore},
};
use futures_util::future::join_all;

use crate::{
    is, open, service, start,
    support::{Native, builder, kept_tokens, requests, sign_in, soon, until},
    token_requests,
    ways::Told,
};

#[tokio::test]
async fn a_revoked_session_leaves_nothing_behind_and_asks_for_nothing() {
    let server = start().await;
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("tokens"));
    let client = builder(&server).token_store(store.clone()).build().unwrap();
    sign_in(&client).await;
    client.users().me().await.unwrap();
    let kept = store.load().await.unwrap().unwrap();
    soon("the revocation", client.revoke()).await.unwrap();
    assert_eq!(store.load().await.unwrap(), None);
    assert_eq!(requests(&server, "oauth.revoke"), 1);

    server.control(Emulator::reset_counters);
    for _ in 0..100 {
        for done in join_all((0..100).map(|_| client.users().me().send())).await {
            assert_eq!(done.unwrap_err().kind(), ErrorKind::SignInNeeded);
        }
    }
    assert_eq!(server.control(|emulator| emulator.counters().requests.values().sum::<u64>()), 0);

    // What was kept elsewhere is void.
    let other = open(&server).access_token(kept.access_token.unwrap()).build().unwrap();
    assert!(other.users().me().await.is_err());
    let other = builder(&server).tokens(kept.refresh_token.unwrap(), None).build().unwrap();
    assert!(other.users().me().await.unwrap_err().needs_sign_in());

    sign_in(&client).await;
    client.users().me().await.unwrap();
}

#[tokio::test]
async fn an_application_revokes_its_tokens_and_goes_on_with_new_ones() {
    let server = start().await;
    let service = service(&server);
    let user = service.with_user_subject(&server.addresses().user_id).unwrap();
    for client in [&service, &user] {
        let before = client.access_token().await.unwrap().access_token;
        client.revoke().await.unwrap();
        let old = open(&server).access_token(before.clone()).build().unwrap();
        assert!(old.users().me().await.is_err());
        client.users().me().await.unwrap();
        assert_ne!(client.access_token().await.unwrap().access_token, before);
    }
    assert_eq!(requests(&server, "oauth.token"), 4);
}

#[tokio::test]
async fn a_revocation_that_fails_leaves_the_session_as_it_was() {
    let native = Native::start().await;
    native.fail(Fault::status("oauth.revoke", 400).code("invalid_request"));
    assert!(native.client.revoke().await.is_err());
    native.client.users().me().await.unwrap();
    native.client.revoke().await.unwrap();
    assert!(native.client.users().me().await.unwrap_err().needs_sign_in());

    let developer = open(&native.server).access_token(native.server.addresses().developer_token.as_str());
    let developer = developer.build().unwrap();
    assert_eq!(developer.revoke().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    developer.users().me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_calls_after_box_has_ended_the_session_send_one_token_request() {
    let told = Told::default();
    let hook = told.hook();
    let native = Native::with(|builder| builder.sign_in_needed(hook)).await;
    assert!(told.reasons().is_empty());
    native.control(|emulator| emulator.revoke_tokens(true));
    for _ in 0..200 {
        let calls = (0..50).map(|_| tokio::spawn(native.client.users().me().send()));
        for done in soon("the calls", join_all(calls)).await {
            let error = done.unwrap().unwrap_err();
            assert!(error.needs_sign_in(), "{error:?}");
            is(&error, Hint::SessionRevoked);
        }
    }
    assert_eq!(token_requests(&native.server), 1);
    assert_eq!(told.once().await, SignInReason::Refused);

    // New credentials begin anew, also for the hook.
    sign_in(&native.client).await;
    native.client.users().me().await.unwrap();
    native.control(|emulator| emulator.revoke_tokens(true));
    assert!(native.client.users().me().await.is_err());
    until("the hook", || told.reasons().len() == 2).await;
}

#[tokio::test]
async fn nobody_waits_for_the_hook_that_is_told_of_the_end() {
    let native = Native::with(|builder| builder.sign_in_needed(|_| pending())).await;
    native.control(|emulator| emulator.revoke_tokens(true));
    let ended = tokio::time::timeout(Duration::from_secs(5), native.client.users().me().send()).await;
    assert!(ended.expect("no wait").unwrap_err().needs_sign_in());
    sign_in(&native.client).await;
    native.client.users().me().await.unwrap();
}

#[tokio::test]
async fn the_hook_can_not_call_its_own_client_and_may_panic() {
    let own = Arc::new(OnceLock::<Client>::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (client, log) = (Arc::clone(&own), Arc::clone(&seen));
    let native = Native::with(|builder| {
        builder.sign_in_needed(move |_| {
            let (client, log) = (client.get().cloned(), Arc::clone(&log));
            async move {
                let client = client.unwrap();
                // One that gets its tokens from it waits for it, too.
                let scoped = Downscope::new(["item_preview"], Restriction::NoItem);
                let derived = client.downscoped(scoped).unwrap();
                for client in [client, derived] {
                    let error = client.users().me().await.unwrap_err();
                    log.lock().unwrap().push(error.kind());
                }
                panic!("in the hook");
            }
        })
    })
    .await;
    own.set(native.client.clone()).unwrap();
    native.control(|emulator| emulator.revoke_tokens(true));
    assert!(native.client.users().me().await.unwrap_err().needs_sign_in());
    until("the hook", || seen.lock().unwrap().len() == 2).await;
    assert_eq!(*seen.lock().unwrap(), [ErrorKind::Session; 2]);
    sign_in(&native.client).await;
    native.client.users().me().await.unwrap();
}

#[tokio::test]
async fn a_refresh_that_never_ended_and_can_not_be_repeated_is_told_as_lost() {
    let server = start().await;
    let tokens = kept_tokens(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens");
    let client = |told: &Told| {
        let store = FileStore::new(&path);
        builder(&server).token_store(store).sign_in_needed(told.hook()).build().unwrap()
    };
    // A process spends the refresh token and dies before it knows the answer: the record of its intent stays.
    let mut record = serde_json::to_value(&tokens).unwrap();
    record["intent"] = serde_json::json!({"started_at": 1});
    std::fs::write(&path, record.to_string()).unwrap();
    let spent = builder(&server).tokens(tokens.refresh_token.unwrap(), None).build().unwrap();
    spent.users().me().await.unwrap();
    server.control(|emulator| emulator.revoke_tokens(false));

    let told = Told::default();
    let error = client(&told).users().me().await.unwrap_err();
    assert_eq!((error.kind(), error.needs_sign_in()), (ErrorKind::SessionLost, true), "{error:?}");
    assert_eq!(told.once().await, SignInReason::Lost);
}
