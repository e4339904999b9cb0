//! Signing in, by hand and at a command line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::{Arc, Mutex};

use box_emulator::server::{Options, Server};
use box_native::{Client, ErrorKind, SignIn};
use futures_util::FutureExt;
use support::{Native, builder, kept_tokens, requests, sign_in, soon};

const BACK: &str = "http://127.0.0.1:1/back";

struct ByHand {
    server: Server,
    client: Client,
}

impl ByHand {
    async fn start() -> Self {
        let server = Server::start(Options::default()).await.unwrap();
        let client = builder(&server).build().unwrap();
        Self { server, client }
    }

    /// Where the page sends the browser back to, after this decision.
    async fn decide(&self, sign_in: &SignIn, decision: &str) -> String {
        let page = self.client.authorize_url(sign_in).unwrap();
        let browser = http_without_redirects();
        let reply = browser.get(format!("{page}&decision={decision}")).send().await.unwrap();
        reply.headers()["location"].to_str().unwrap().to_owned()
    }
}

fn http_without_redirects() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider);
    let tls = tls.with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls);
    client.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

#[tokio::test]
async fn a_person_who_agrees_is_signed_in_once() {
    let story = ByHand::start().await;
    let begun = story.client.begin_sign_in(Some(BACK)).unwrap();
    // A web application takes it up again from what it kept.
    let resumed = SignIn::resume(begun.state().clone(), Some(BACK.to_owned()));
    let answer = story.decide(&begun, "approve").await;
    assert!(answer.starts_with(BACK), "{answer}");
    story.client.finish_sign_in(&resumed, &answer).await.unwrap();
    story.client.users().me().await.unwrap();
    let again = story.client.finish_sign_in(&resumed, &answer).await.unwrap_err();
    assert_eq!((again.kind(), again.code()), (ErrorKind::OAuth, Some("invalid_grant")));
    story.client.users().me().await.expect("the session goes on");
}

#[tokio::test]
async fn answers_to_another_sign_in_send_nothing() {
    let story = ByHand::start().await;
    let (mine, other) = (story.client.begin_sign_in(Some(BACK)), story.client.begin_sign_in(None));
    let (mine, other) = (mine.unwrap(), other.unwrap());
    let state = mine.state().expose();
    let answers = [
        format!("{BACK}?code=c&state={}", other.state().expose()),
        format!("{BACK}?code=c"),
        format!("{BACK}?state={state}"),
        format!("{BACK}?code=c&state=x&state={state}"),
        "not a URL: http://[".to_owned(),
    ];
    for answer in &answers {
        let error = story.client.finish_sign_in(&mine, answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{answer}");
        assert!(!format!("{error:?}").contains(state), "{error:?}");
    }
    assert_eq!(requests(&story.server, "oauth.token"), 0);
}

#[tokio::test]
async fn declining_and_coming_late_are_told_as_box_tells_them() {
    let story = ByHand::start().await;
    let sign_in = story.client.begin_sign_in(Some(BACK)).unwrap();
    let declined = story.decide(&sign_in, "deny").await;
    let error = story.client.finish_sign_in(&sign_in, &declined).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::OAuth, Some("access_denied")));
    assert_eq!(requests(&story.server, "oauth.token"), 0);

    let answer = story.decide(&sign_in, "approve").await;
    story.server.control(|emulator| emulator.advance(31_000));
    let error = story.client.finish_sign_in(&sign_in, &answer).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::OAuth, Some("invalid_grant")));
    assert_eq!(requests(&story.server, "oauth.token"), 1);
    // No session has begun, and none has ended.
    assert!(story.client.users().me().await.unwrap_err().needs_sign_in());
    let answer = story.decide(&sign_in, "approve").await;
    story.client.finish_sign_in(&sign_in, &answer).await.unwrap();
    story.client.users().me().await.unwrap();
}

#[tokio::test]
async fn clients_that_nobody_signs_in_to_say_so() {
    let story = ByHand::start().await;
    let client = Client::builder().access_token("t").build().unwrap();
    let sign_in = client.begin_sign_in(None).unwrap();
    let answer = format!("/?code=c&state={}", sign_in.state().expose());
    let errors = [
        client.authorize_url(&sign_in).unwrap_err(),
        client.finish_sign_in(&sign_in, &answer).await.unwrap_err(),
        client.sign_in_on_loopback(0, |_| panic!("no page")).await.unwrap_err(),
        Client::builder().build().unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:?}");
    }
    assert!(story.client.users().me().await.unwrap_err().needs_sign_in());
}

#[tokio::test]
async fn a_session_that_has_ended_begins_anew_with_the_next_sign_in() {
    let native = Native::start().await;
    native.control(|emulator| emulator.revoke_tokens(true));
    for _ in 0..3 {
        assert!(native.client.users().me().await.unwrap_err().needs_sign_in());
    }
    sign_in(&native.client).await;
    native.client.users().me().await.unwrap();
    native.control(|emulator| emulator.revoke_tokens(false));
    native.client.users().me().await.unwrap();
    assert_eq!(native.requests("oauth.refresh"), 2);
}

#[tokio::test]
async fn a_sign_in_returns_when_its_tokens_are_announced() {
    let server = Server::start(Options::default()).await.unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let client = builder(&server).tokens_changed(move |tokens| {
        let tell = Arc::clone(&tell);
        async move {
            tokio::task::yield_now().await;
            tell.lock().unwrap().push(tokens.generation);
        }
    });
    let client = client.build().unwrap();
    for round in 1..=3 {
        sign_in(&client).await;
        assert_eq!(told.lock().unwrap().len(), round);
    }
    assert!(told.lock().unwrap().is_sorted());
    assert!(kept_tokens(&server).await.refresh_token.is_some());
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_lose_what_the_code_bought() {
    let story = ByHand::start().await;
    let sign_in = story.client.begin_sign_in(Some(BACK)).unwrap();
    let answer = story.decide(&sign_in, "approve").await;
    let mut finish = Box::pin(story.client.finish_sign_in(&sign_in, &answer));
    // The first poll begins it; then its caller is gone.
    assert!((&mut finish).now_or_never().is_none());
    drop(finish);
    let signed_in = async {
        while story.client.users().me().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    soon("the sign-in goes on", signed_in).await;
    assert_eq!(requests(&story.server, "oauth.token"), 1);
}
