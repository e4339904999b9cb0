//! Assertions are good for one use and for a minute of Box's clock.

use std::collections::BTreeSet;

use box_emulator::{Emulator, Fault, FaultKind};
use box_native::{
    ErrorKind,
    box_core::hint::Hint,
    transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError},
};

use crate::{Forms, config, is, open, service, start, support::requests};

/// Box's time can't be read, as in a page or behind some proxies.
struct NoDate;

impl Layer for NoDate {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        Box::pin(async move {
            let mut reply = next.send(request).await?;
            reply.head.headers.retain(|name| name != "date");
            Ok(reply)
        })
    }
}

#[tokio::test]
async fn a_clock_that_is_ten_minutes_off_is_corrected_by_one_more_request() {
    for ahead in [600_000, -600_000] {
        let server = start().await;
        server.control(|emulator| emulator.settings_mut().clock_ahead = ahead);
        let client = service(&server);
        client.users().me().await.unwrap();
        assert_eq!(requests(&server, "oauth.token"), 2, "{ahead}");
        // From then on the difference is known.
        server.control(Emulator::expire_tokens);
        client.users().me().await.unwrap();
        assert_eq!(requests(&server, "oauth.token"), 3, "{ahead}");
        let life = client.access_token().await.unwrap().expires_in.unwrap().as_secs();
        assert!((3500..=3600).contains(&life), "{life}");
    }
}

#[tokio::test]
async fn a_clock_that_nothing_corrects_is_told() {
    for ahead in [600_000, -600_000] {
        let server = start().await;
        server.control(|emulator| emulator.settings_mut().clock_ahead = ahead);
        let config = config(&server, box_emulator::keys::PLAIN, None);
        let client = open(&server).jwt(config).layer(NoDate).build().unwrap();
        let error = client.users().me().await.unwrap_err();
        is(&error, Hint::ClockWrong);
        assert!(error.needs_sign_in(), "{error:?}");
        assert_eq!(requests(&server, "oauth.token"), 1, "{ahead}");
    }
}

#[tokio::test]
async fn an_assertion_is_signed_anew_whenever_it_may_have_been_used() {
    let used = "Please check the 'jti' claim. A unique 'jti' value is required.";
    let faults = [
        Fault::new("oauth.token", FaultKind::Drop).after_effect(),
        Fault::new("oauth.token", FaultKind::Drop),
        Fault::status("oauth.token", 503),
        Fault::status("oauth.token", 400).code("invalid_grant").message(used),
    ];
    for fault in faults {
        let server = start().await;
        let forms = Forms::default();
        let config = config(&server, box_emulator::keys::PLAIN, None);
        let client = open(&server).jwt(config).layer(forms.clone()).build().unwrap();
        let shown = format!("{fault:?}");
        server.control(|emulator| emulator.fail(fault));
        client.users().me().await.unwrap_or_else(|e| panic!("{shown}: {e:?}"));
        let assertions = forms.values("assertion");
        let distinct: BTreeSet<_> = assertions.iter().collect();
        assert_eq!((assertions.len(), distinct.len()), (2, 2), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn tries_come_to_an_end() {
    let server = start().await;
    server.control(|emulator| emulator.fail(Fault::status("oauth.token", 503).times(1000)));
    let forms = Forms::default();
    let config = config(&server, box_emulator::keys::PLAIN, None);
    let client = open(&server).jwt(config).layer(forms.clone()).build().unwrap();
    let error = client.users().me().await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::SignInNeeded, "{error:?}");
    let assertions = forms.values("assertion");
    assert!((2..=8).contains(&assertions.len()), "{}", assertions.len());
    assert_eq!(assertions.iter().collect::<BTreeSet<_>>().len(), assertions.len());
}
