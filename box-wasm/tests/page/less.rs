//! Clients for other subjects, and for less.

use std::time::Duration;

use box_scenarios::World as _;
use box_wasm::{Client, Downscope, ErrorKind, Restriction, Subject};
use futures_util::future::join_all;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    content,
    grants::OTHER,
    support::{Emulator, Web},
};

#[wasm_bindgen_test]
async fn clients_of_one_user_share_one_session() {
    let emulator = Emulator::anew().await;
    let client = emulator.known_to(Client::builder().jwt(emulator.config("plain").await)).build().unwrap();
    let users: Vec<_> = (0..20).map(|_| client.with_user_subject(OTHER).unwrap()).collect();
    for user in join_all(users.iter().map(|user| user.users().me().send())).await {
        assert_eq!(user.unwrap().id, OTHER);
    }
    drop(users);
    client.with_user_subject(OTHER).unwrap().users().me().await.unwrap();
    assert_eq!(emulator.count("requests", "oauth.token").await, 1);

    // Back to the service account, whose session is the first client's.
    let enterprise = emulator.text("enterprise_id");
    let back = client.with_user_subject(OTHER).unwrap().with_enterprise_subject(enterprise).unwrap();
    let (service, again) = (client.users().me().await.unwrap(), back.users().me().await.unwrap());
    assert_eq!(service.id, again.id);
    assert_ne!(service.id, OTHER);
    assert_eq!(emulator.count("requests", "oauth.token").await, 2);
    assert!(client.close(Duration::from_secs(5)).await);
    assert_eq!(back.users().me().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[wasm_bindgen_test]
async fn sessions_that_nobody_uses_make_room() {
    let emulator = Emulator::anew().await;
    let (id, secret) = emulator.app();
    let subject = Subject::Enterprise("900100".to_owned());
    let builder = Client::builder().client_credentials(id, secret, subject).subjects(1);
    let client = emulator.known_to(builder).build().unwrap();
    let held = client.with_user_subject(OTHER).unwrap();
    for user in [OTHER, "1000001", OTHER] {
        assert_eq!(client.with_user_subject(user).unwrap().users().me().await.unwrap().id, user);
    }
    held.users().me().await.unwrap();
    assert_eq!(emulator.count("requests", "oauth.token").await, 2);
}

#[wasm_bindgen_test]
async fn a_downscoped_client_can_do_less() {
    let web = Web::over_fetch().await;
    let file = web.upload("0", "seen", content(1000)).await.unwrap();
    let other = web.upload("0", "unseen", content(1000)).await.unwrap();
    let scope = Downscope::new(["item_preview"], Restriction::File(file.id.clone()));
    let less = web.client.downscoped(scope.clone()).unwrap();
    let calls = join_all((0..20).map(|_| less.files().get(&*file.id).send())).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    let error = less.files().get(&*other.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api, "{error}");
    less.files().delete(&*file.id).await.unwrap_err();
    web.client.downscoped(scope).unwrap().files().get(&*file.id).await.unwrap();
    assert_eq!(web.emulator.count("requests", "oauth.token").await, 1);

    let token = less.access_token().await.unwrap();
    assert!(token.expires_in.is_some_and(|life| life > Duration::from_secs(3000)), "{token:?}");
    let page = web.emulator.known_to(Client::builder().access_token(token.access_token)).build().unwrap();
    page.files().get(&*file.id).await.unwrap();

    // When the first client's token ends, so does what came of it.
    web.emulator.control("/expire_tokens", json!({})).await;
    less.files().get(&*file.id).await.unwrap();
    let nothing =
        web.client.downscoped(Downscope::new(Vec::<String>::new(), Restriction::NoItem)).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::InvalidInput);
    let unsigned = Downscope::new(["annotation_edit"], Restriction::NoItem).by("7", "Ann");
    assert_eq!(web.client.downscoped(unsigned).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(web.client.with_user_subject("1").unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[wasm_bindgen_test]
async fn an_annotator_acts_in_a_name_of_its_own() {
    let emulator = Emulator::anew().await;
    let client = emulator.known_to(Client::builder().jwt(emulator.config("plain").await)).build().unwrap();
    let scopes = ["annotation_edit", "annotation_view_all", "item_preview"];
    let ann = client.downscoped(Downscope::new(scopes, Restriction::NoItem).by("ann-7", "Ann")).unwrap();
    ann.access_token().await.unwrap();
    assert_eq!(emulator.count("requests", "oauth.token").await, 2);
}

#[wasm_bindgen_test]
async fn a_page_can_not_revoke() {
    let web = Web::over_fetch().await;
    // Box doesn't let pages read the answer, which may have been that the tokens are void.
    let error = web.client.revoke().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");

    let (id, secret) = web.emulator.app();
    let at_box = Client::builder().oauth(id, secret).build().unwrap();
    assert_eq!(at_box.revoke().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    let provided = Client::builder().access_token("t").build().unwrap();
    assert_eq!(provided.revoke().await.unwrap_err().kind(), ErrorKind::InvalidInput);
}
