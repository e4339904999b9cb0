//! Each of the commonest causes, really provoked, is named by the error's hint.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use box_emulator::{Emulator, Fault, FaultKind, RefreshMode, keys};
use box_native::box_core::hint::Hint;
use box_native::{Client, Error, JwtConfig, Subject, models::Reference};
use serde_json::json;
use support::{Native, builder, hosts, kept_tokens};

fn application(native: &Native, subject: Subject) -> Client {
    let at = native.server.addresses();
    let builder = Client::builder().hosts(hosts(&native.server));
    builder.client_credentials(&at.client_id, at.client_secret.as_str(), subject).build().unwrap()
}

fn service(native: &Native) -> Client {
    application(native, Subject::Enterprise(native.server.addresses().enterprise_id.clone()))
}

fn is(error: &Error, hint: Hint) {
    assert_eq!(error.hint(), Some(hint), "{error:?}");
    assert!(hint.text().ends_with('.'), "{hint:?}");
}

#[tokio::test]
async fn what_is_refused_because_of_the_item() {
    let native = Native::start().await;
    let file = native.client.upload("0", "a.txt", vec![1, 2, 3]).send().await.unwrap();
    is(&service(&native).files().get(&file.id).await.unwrap_err(), Hint::ServiceWithoutAccess);

    native.client.folders().create("taken", Reference::new("0")).await.unwrap();
    is(&native.client.folders().create("taken", Reference::new("0")).await.unwrap_err(), Hint::NameTaken);
    for name in ["a/b", &"x".repeat(256)] {
        let create =
            native.client.raw("POST", "/folders").json(&json!({"name": name, "parent": {"id": "0"}}));
        is(&create.send().await.unwrap_err(), Hint::NameRefused);
    }

    native.client.files().delete(&file.id).await.unwrap();
    is(&native.client.files().get(&file.id).await.unwrap_err(), Hint::ItemInTrash);

    native.control(|emulator| emulator.settings_mut().storage_limit = Some(10));
    let full = native.client.upload("0", "b.txt", vec![0; 100]).send().await.unwrap_err();
    is(&full, Hint::StorageFull);
}

#[tokio::test]
async fn what_is_refused_because_of_the_application() {
    let native = Native::start().await;
    let listed = native.client.users().me().with_header("origin", "https://elsewhere.example");
    is(&listed.await.unwrap_err(), Hint::OriginNotListed);
    native.control(|emulator| emulator.settings_mut().scopes = Some(vec!["root_readonly".to_owned()]));
    let create = native.client.folders().create("n", Reference::new("0"));
    is(&create.await.unwrap_err(), Hint::ScopeMissing);

    native.fail(Fault::new("oauth.token", FaultKind::WrongClock));
    is(&service(&native).users().me().await.unwrap_err(), Hint::ClockWrong);
    let at = native.server.addresses();
    let config = JwtConfig::from_json(&at.config_json(keys::OTHER, None)).unwrap();
    let stranger = Client::builder().hosts(hosts(&native.server)).jwt(config).build().unwrap();
    is(&stranger.users().me().await.unwrap_err(), Hint::KeyWrong);
    let subject = Subject::Enterprise(at.enterprise_id.clone());
    let stranger = Client::builder().hosts(hosts(&native.server));
    let stranger = stranger.client_credentials(&at.client_id, "wrong", subject).build().unwrap();
    is(&stranger.users().me().await.unwrap_err(), Hint::CredentialsWrong);
    native.control(|emulator| emulator.settings_mut().app_authorized = false);
    is(&service(&native).users().me().await.unwrap_err(), Hint::AppNotAuthorized);
}

#[tokio::test]
async fn what_is_refused_because_of_the_session() {
    let native = Native::start().await;
    native.control(|emulator| emulator.settings_mut().refresh_mode = RefreshMode::Strict);
    let developer = Client::builder()
        .hosts(hosts(&native.server))
        .access_token(native.server.addresses().developer_token.as_str())
        .build()
        .unwrap();
    developer.users().me().await.unwrap();
    native.control(Emulator::expire_tokens);
    is(&developer.users().me().await.unwrap_err(), Hint::DeveloperTokenExpired);

    let sign_in = native.client.begin_sign_in(None).unwrap();
    let now = native.server.now();
    let code = native.control(|emulator| emulator.authorize(now, None)).unwrap();
    native.control(|emulator| emulator.advance(31_000));
    let answer = format!("/?code={code}&state={}", sign_in.state().expose());
    is(&native.client.finish_sign_in(&sign_in, &answer).await.unwrap_err(), Hint::CodeExpired);

    // Two runs of a program that kept the same refresh token, without a store between them.
    let kept = kept_tokens(&native.server).await;
    let run = || {
        let tokens = kept.refresh_token.clone().unwrap();
        builder(&native.server).tokens(tokens, None).build().unwrap()
    };
    run().users().me().await.unwrap();
    is(&run().users().me().await.unwrap_err(), Hint::TokenRaced);

    native.control(|emulator| emulator.revoke_tokens(true));
    let ended = native.client.users().me().await.unwrap_err();
    assert!(ended.needs_sign_in());
    is(&ended, Hint::SessionRevoked);
}
