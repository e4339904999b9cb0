//! Each way to sign in, and what goes wrong with it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use box_emulator::keys;
use box_native::{
    Algorithm, Client, ErrorKind, KeySigner, SignInReason, Subject, TryStreamExt, box_core::hint::Hint,
};

use crate::{
    config, is, open, service, start,
    support::{builder, requests, until},
    token_requests,
};

/// What a client was told of its end.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<SignInReason>>>);

impl Told {
    pub(crate) fn hook(&self) -> impl Fn(SignInReason) -> std::future::Ready<()> + Send + Sync + 'static {
        let told = Arc::clone(&self.0);
        move |reason| {
            told.lock().unwrap().push(reason);
            std::future::ready(())
        }
    }

    pub(crate) fn reasons(&self) -> Vec<SignInReason> {
        self.0.lock().unwrap().clone()
    }

    /// The one reason, once it is there.
    pub(crate) async fn once(&self) -> SignInReason {
        until("the hook", || !self.reasons().is_empty()).await;
        let reasons = self.reasons();
        let [reason] = *reasons else { panic!("{reasons:?}") };
        reason
    }
}

#[tokio::test]
async fn a_code_is_exchanged_at_once_or_said_to_have_expired() {
    let server = start().await;
    let told = Told::default();
    let client = builder(&server).sign_in_needed(told.hook()).build().unwrap();
    assert!(client.users().me().await.unwrap_err().needs_sign_in());
    assert_eq!(told.once().await, SignInReason::NotSignedIn);
    for (wait, expired) in [(29_000, false), (31_000, true)] {
        let sign_in = client.begin_sign_in(None).unwrap();
        let now = server.now();
        let code = server.control(|emulator| emulator.authorize(now, None)).unwrap();
        server.control(|emulator| emulator.advance(wait));
        let answer = format!("http://127.0.0.1:1/?code={code}&state={}", sign_in.state().expose());
        let finished = client.finish_sign_in(&sign_in, &answer).await;
        match finished {
            Ok(()) => assert!(!expired && client.users().me().await.is_ok()),
            Err(error) => {
                assert!(expired, "{error:?}");
                assert_eq!((error.kind(), error.code()), (ErrorKind::OAuth, Some("invalid_grant")));
                is(&error, Hint::CodeExpired);
            }
        }
    }
}

#[tokio::test]
async fn client_credentials_act_for_the_service_account_or_for_a_user() {
    let server = start().await;
    let at = server.addresses();
    let of = |subject| open(&server).client_credentials(&at.client_id, at.client_secret.as_str(), subject);
    let service = of(Subject::Enterprise(at.enterprise_id.clone())).build().unwrap();
    let user = of(Subject::User(at.user_id.clone())).build().unwrap();
    assert_ne!(service.users().me().await.unwrap().id, at.user_id);
    assert_eq!(user.users().me().await.unwrap().id, at.user_id);
    server.control(box_emulator::Emulator::expire_tokens);
    user.users().me().await.unwrap();
    assert_eq!(requests(&server, "oauth.token"), 3);
}

#[tokio::test]
async fn an_application_that_box_does_not_know_is_told_so_once() {
    let server = start().await;
    let at = server.addresses();
    let subject = || Subject::Enterprise(at.enterprise_id.clone());
    let jwt = |client_id: &str| {
        let mut config = config(&server, keys::PLAIN, None);
        config.app.client_id = client_id.to_owned();
        open(&server).jwt(config)
    };
    for builder in [
        open(&server).client_credentials(&at.client_id, "another secret", subject()),
        open(&server).client_credentials("another", at.client_secret.as_str(), subject()),
        jwt("another"),
    ] {
        let told = Told::default();
        let client = builder.sign_in_needed(told.hook()).build().unwrap();
        for _ in 0..100 {
            let error = client.users().me().await.unwrap_err();
            assert!(error.needs_sign_in(), "{error:?}");
            is(&error, Hint::CredentialsWrong);
        }
        assert_eq!(told.once().await, SignInReason::Application);
    }
    assert_eq!(requests(&server, "oauth.token"), 3);
}

#[tokio::test]
async fn every_algorithm_signs_with_every_form_of_key_in_the_consoles_file() {
    let server = start().await;
    let forms = [
        (keys::PLAIN, None),
        (keys::PKCS1, None),
        (keys::AES256, Some(keys::PASSPHRASE)),
        (keys::AES256_SHA1, Some(keys::PASSPHRASE)),
        (keys::TRIPLE_DES, Some(keys::PASSPHRASE)),
    ];
    let user = &server.addresses().user_id;
    for (pem, passphrase) in forms {
        let file = || config(&server, pem, passphrase);
        open(&server).jwt(file()).build().unwrap().users().me().await.unwrap();
        let for_user = open(&server).jwt_for(file(), Subject::User(user.clone())).build().unwrap();
        assert_eq!(&for_user.users().me().await.unwrap().id, user);
        for algorithm in [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512] {
            let mut jwt = file().grant().unwrap();
            jwt.algorithm = algorithm;
            let key = KeySigner::from_config(&file()).unwrap();
            let client = open(&server).jwt_with_signer(jwt, key).build().unwrap();
            client.users().me().await.unwrap_or_else(|e| panic!("{algorithm:?}: {e:?}"));
        }
    }
    assert_eq!(requests(&server, "oauth.token"), 25);
    assert_eq!(server.control(|emulator| emulator.counters().grants.values().sum::<u64>()), 25);
}

#[tokio::test]
async fn a_key_that_box_does_not_know_is_told_so() {
    let server = start().await;
    let wrong = open(&server).jwt(config(&server, keys::OTHER, None));
    let mut config = config(&server, keys::PLAIN, None);
    config.key_id = "another".to_owned();
    for builder in [wrong, open(&server).jwt(config)] {
        let told = Told::default();
        let client = builder.sign_in_needed(told.hook()).build().unwrap();
        for _ in 0..100 {
            is(&client.users().me().await.unwrap_err(), Hint::KeyWrong);
        }
        told.once().await;
    }
    assert_eq!(requests(&server, "oauth.token"), 2);
}

#[tokio::test]
async fn an_access_token_lasts_as_long_as_it_lives() {
    let server = start().await;
    let told = Told::default();
    let token = server.addresses().developer_token.as_str();
    let client = open(&server).access_token(token).sign_in_needed(told.hook()).build().unwrap();
    client.users().me().await.unwrap();
    let handed_on = client.access_token().await.unwrap();
    assert_eq!((handed_on.access_token.expose(), handed_on.expires_in), (token, None));
    server.control(box_emulator::Emulator::expire_tokens);
    is(&client.users().me().await.unwrap_err(), Hint::DeveloperTokenExpired);
    assert_eq!(told.once().await, SignInReason::TokenEnded);
    assert_eq!(token_requests(&server), 0);
}

#[tokio::test]
async fn a_provider_hands_on_what_another_client_has() {
    let server = start().await;
    let giver = service(&server);
    let source = giver.clone();
    let provided = open(&server).token_provider(move |_| {
        let source = source.clone();
        async move { source.access_token().await.map(Into::into) }
    });
    let client: Client = provided.build().unwrap();
    let (given, taken) = (giver.users().me().await.unwrap(), client.users().me().await.unwrap());
    assert_eq!(given.id, taken.id);
    let life = client.access_token().await.unwrap().expires_in.unwrap();
    assert!(life > Duration::from_secs(3500) && life <= Duration::from_secs(3600), "{life:?}");
    let items: Vec<_> = client.folders().list_items("0").items().try_collect().await.unwrap();
    assert!(items.is_empty());
    assert_eq!(requests(&server, "oauth.token"), 1);
}
