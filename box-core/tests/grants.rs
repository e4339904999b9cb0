//! Grants that sign or exchange, and the end of a session, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "scripts are tests")]

mod sessions;

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    hint::Hint,
    reply::{Content, Reply},
    rng::Rng,
    session::{
        Algorithm, Annotator, ClientCredentials, Downscope, Exchange, Grant, Jwt, Restriction, Session,
        SessionOutput, Subject, Token, WaiterId,
    },
    time::Timestamp,
};
use serde_json::Value;
use sessions::{Script, app, oauth, pair, refused};

fn jwt(algorithm: Algorithm) -> Grant {
    Grant::Jwt(Jwt { app: app(), key_id: "k1".to_owned(), algorithm, subject: Subject::User("7".to_owned()) })
}

fn exchange(from: &Grant, restriction: Restriction) -> Grant {
    Grant::Exchange(Exchange::new(from, Downscope::new(["item_preview", "item_share"], restriction)).unwrap())
}

fn script(grant: Grant) -> Script {
    let mut script = Script::new(Session::new(grant, None, Rng::new(1)));
    script.now = Timestamp(1_000_000_000_000);
    script
}

fn issued(date: Option<&str>) -> Reply {
    let mut headers = Headers::new();
    if let Some(date) = date {
        headers.set("date", date);
    }
    Reply {
        status: 200,
        headers,
        content: Content::Bytes(r#"{"access_token":"a1","expires_in":3600}"#.into()),
    }
}

impl Script {
    /// What is signed; the signature is three bytes.
    fn sign(&mut self) -> (Value, Value) {
        let SessionOutput::Sign { message, .. } = self.expect("Sign") else { unreachable!() };
        self.session.handle_signed(self.now, Ok(vec![1, 2, 3]));
        let message = String::from_utf8(message).unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let read =
            |part: &str| serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap();
        (read(header), read(claims))
    }

    fn parent(&mut self, secret: &str, generation: u64) -> Option<u64> {
        let SessionOutput::AskParent(need) = self.expect("AskParent") else { unreachable!() };
        self.session.handle_parent(self.now, Ok(Token { secret: secret.into(), generation }));
        need.rejected
    }

    fn fields(&mut self) -> Vec<(String, String)> {
        let form = self.form();
        let decode =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
        form.split('&')
            .filter_map(|field| field.split_once('='))
            .map(|(n, v)| (decode(n), decode(v)))
            .collect()
    }

    fn field(&mut self, names: &[&str]) -> Vec<Option<String>> {
        let fields = self.fields();
        names.iter().map(|name| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())).collect()
    }
}

#[test]
fn an_assertion_is_signed_by_the_driver_and_new_for_every_request() {
    for algorithm in [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512] {
        assert_eq!(Algorithm::named(algorithm.as_str()), Some(algorithm));
        let mut script = script(jwt(algorithm));
        let mut seen = Vec::new();
        script.ask([1], None);
        script.lock_and_load(None);
        for _ in 0..3 {
            let (header, claims) = script.sign();
            assert_eq!((&header["alg"], &header["kid"]), (&algorithm.as_str().into(), &"k1".into()));
            assert_eq!(claims["sub"], "7");
            let fields = script.field(&["grant_type", "assertion", "client_id", "client_secret"]);
            assert_eq!(fields[0].as_deref(), Some("urn:ietf:params:oauth:grant-type:jwt-bearer"));
            assert!(fields[1].as_ref().unwrap().ends_with(".AQID"));
            assert_eq!(fields[2..], [Some("id".to_owned()), Some("secret".to_owned())]);
            seen.push(claims["jti"].clone());
            // The reply is lost, so it goes again: signed anew, after a wait.
            let lost = Error::new(ErrorKind::Transport, "lost");
            script.session.handle_reply(script.now, Err(lost));
            script.expect("Pause");
            script.session.handle_paused();
            script.load();
        }
        assert!(seen.iter().enumerate().all(|(at, jti)| !seen[..at].contains(jti)));
        script.sign();
        script.form();
        script.session.handle_reply(script.now, Ok(issued(None)));
        script.stored();
        script.announce();
        assert_eq!(script.tokens.len(), 1);
    }
}

#[test]
fn a_signed_request_goes_a_few_times_and_no_more() {
    let mut script = script(jwt(Algorithm::Rs256));
    script.ask([1], None);
    script.lock_and_load(None);
    for _ in 0..4 {
        script.sign();
        script.form();
        script
            .session
            .handle_reply(script.now, refused("temporarily_unavailable").map_err(|e| e.with_status(503)));
        script.expect("Pause");
        script.session.handle_paused();
        script.load();
    }
    script.sign();
    script.form();
    script
        .session
        .handle_reply(script.now, refused("temporarily_unavailable").map_err(|e| e.with_status(503)));
    script.expect("Unlock");
    assert!(script.errors.is_empty());
    script.expect("Idle");
    assert!(script.errors[0].1.is_transient());
}

#[test]
fn a_signer_that_fails_is_told_and_asked_anew() {
    let mut script = script(jwt(Algorithm::Rs256));
    for _ in 0..2 {
        script.ask([1], None);
        script.lock_and_load(None);
        script.expect("Sign");
        script.session.handle_signed(script.now, Err(Error::new(ErrorKind::Session, "no key")));
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.errors.pop().unwrap().1.message(), "no key");
    }
}

#[test]
fn boxes_clock_counts_once_it_is_known() {
    let mut script = script(jwt(Algorithm::Rs256));
    script.ask([1], None);
    script.lock_and_load(None);
    let (_, claims) = script.sign();
    assert_eq!(claims["exp"], 1_000_000_045);
    script.form();
    // 2001-09-09T01:46:40Z is the clock here; Box is ten minutes ahead.
    let reply = issued(Some("Sun, 09 Sep 2001 01:56:40 GMT"));
    script.session.handle_reply(script.now, Ok(reply));
    let tokens = script.stored();
    assert_eq!(tokens.expires_at, Some((1_000_000_000 + 600 + 3600) * 1000));
    script.announce();
    script.now = script.now + Duration::from_secs(3_600);
    script.ask([2], None);
    script.lock_and_load(Some(tokens));
    let (_, claims) = script.sign();
    assert_eq!(claims["exp"], 1_000_004_245);
}

#[test]
fn what_is_derived_exchanges_the_tokens_of_its_parent() {
    let parent = jwt(Algorithm::Rs256);
    let cases = [
        (Restriction::NoItem, None, None),
        (Restriction::File("1/2".to_owned()), Some("https://api.box.com/2.0/files/1%2F2"), None),
        (Restriction::Folder("3".to_owned()), Some("https://api.box.com/2.0/folders/3"), None),
        (Restriction::SharedLink("https://app.box.com/s/x".into()), None, Some("https://app.box.com/s/x")),
    ];
    for (restriction, resource, link) in cases {
        let grant = exchange(&parent, restriction);
        assert!(!grant.owner().contains("app.box.com"), "{}", grant.owner());
        let mut script = script(grant);
        script.ask([1], None);
        script.lock_and_load(None);
        assert_eq!(script.parent("p1", 4), None);
        let fields = script.field(&["grant_type", "subject_token", "scope", "resource", "box_shared_link"]);
        let text = |text: Option<&str>| text.map(str::to_owned);
        let expected = [
            text(Some("urn:ietf:params:oauth:grant-type:token-exchange")),
            text(Some("p1")),
            text(Some("item_preview item_share")),
            text(resource),
            text(link),
        ];
        assert_eq!(fields, expected);
        // The parent's token may have ended, which is tried once.
        script.session.handle_reply(script.now, refused("invalid_grant"));
        assert_eq!(script.parent("p2", 5), Some(4));
        assert_eq!(script.field(&["subject_token"]), [Some("p2".to_owned())]);
        script.session.handle_reply(script.now, Ok(issued(None)));
        script.stored();
        script.announce();
        assert_eq!(script.tokens[0].1, "a1");
    }
    let keys = ["a", "b"].map(|id| exchange(&parent, Restriction::SharedLink(id.into())).key());
    assert_ne!(keys[0], keys[1]);
    let nothing: [&str; 0] = [];
    assert!(Exchange::new(&parent, Downscope::new(nothing, Restriction::NoItem)).is_err());
}

#[test]
fn an_annotator_is_vouched_for_by_a_signature() {
    let downscope = Downscope::new(["annotation_edit"], Restriction::File("1".to_owned())).by("u-1", "Ann");
    assert!(Exchange::new(&Grant::Provider, downscope.clone()).is_err());
    let grant = Grant::Exchange(Exchange::new(&jwt(Algorithm::Rs256), downscope).unwrap());
    let mut script = script(grant);
    script.ask([1], None);
    script.lock_and_load(None);
    script.parent("p1", 1);
    let (_, claims) = script.sign();
    let Annotator { id, name } = Annotator { id: "u-1".to_owned(), name: "Ann".to_owned() };
    assert_eq!((&claims["sub"], &claims["name"]), (&id.into(), &name.into()));
    assert_eq!(claims["box_sub_type"], "external");
    let fields = script.field(&["actor_token_type", "actor_token"]);
    assert_eq!(fields[0].as_deref(), Some("urn:ietf:params:oauth:token-type:id_token"));
    assert!(fields[1].as_ref().unwrap().ends_with(".AQID"));
    // A lost reply: what was signed may have been used.
    script.session.handle_reply(script.now, Err(Error::new(ErrorKind::Transport, "lost")));
    script.expect("Pause");
    script.session.handle_paused();
    script.load();
    assert_ne!(script.sign().1["jti"], claims["jti"]);
}

#[test]
fn a_revoked_session_is_gone_from_box_and_from_the_store() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    let held = script.store.clone();
    script.session.revoke(WaiterId(2));
    script.lock_and_load(held);
    assert_eq!(script.field(&["token", "client_id"]), [Some("r1".to_owned()), Some("id".to_owned())]);
    script.session.handle_reply(script.now, Ok(Reply { status: 200, ..issued(None) }));
    script.expect("Clear");
    script.session.handle_cleared(Ok(()));
    script.expect("Revoked(WaiterId(2))");
    script.expect("Unlock");
    script.expect("Idle");
    script.ask(10..20, None);
    script.lock_and_load(None);
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.len(), 10);
    assert!(script.errors.iter().all(|(_, error)| error.needs_sign_in()));

    // Whoever signs in then has newer tokens than any that were known before.
    script.session.sign_in(script.now, WaiterId(30), &pair(9).unwrap());
    script.lock_and_load(None);
    assert!(script.stored().generation > 2);
    script.announce();
}

#[test]
fn a_revocation_that_fails_leaves_the_session_as_it_is() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.session.revoke(WaiterId(2));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, Err(Error::new(ErrorKind::Transport, "lost")));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.pop().unwrap().1.kind(), ErrorKind::Transport);
    script.ask([3], None);
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 1);
}

#[test]
fn the_tokens_of_others_are_revoked_where_they_come_from() {
    let mut script = script(Grant::Provider);
    script.session.revoke(WaiterId(1));
    script.lock_and_load(None);
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors[0].1.kind(), ErrorKind::InvalidInput);
}

#[test]
fn applications_that_act_for_others_switch_between_subjects() {
    let grant = jwt(Algorithm::Rs512);
    let service = grant.for_subject(Subject::Enterprise("9".to_owned())).unwrap();
    assert_eq!((grant.user_id(), service.user_id()), (Some("7"), None));
    assert_eq!((grant.is_service(), service.is_service()), (false, true));
    assert_ne!(grant.key(), service.key());
    assert_eq!(service.for_subject(Subject::User("7".to_owned())).unwrap().key(), grant.key());
    let secret =
        Grant::ClientCredentials(ClientCredentials { app: app(), subject: Subject::User("7".to_owned()) });
    let service = secret.for_subject(Subject::Enterprise("9".to_owned())).unwrap();
    assert_eq!(service.owner(), "client credentials of id for enterprise 9");
    for other in [Grant::Provider, Grant::AccessToken, Grant::OAuth(app())] {
        assert!(other.for_subject(Subject::User("7".to_owned())).is_err());
    }
}

#[test]
fn a_refused_application_is_told_with_its_cause() {
    let cases = [
        ("invalid_client", "The client credentials are invalid", Hint::CredentialsWrong),
        ("unauthorized_client", "This app is not authorized", Hint::AppNotAuthorized),
        ("invalid_grant", "OAuth JWT signature verification failed", Hint::KeyWrong),
        ("invalid_grant", "Please check the 'kid' header", Hint::KeyWrong),
    ];
    for (code, message, hint) in cases {
        let mut script = script(jwt(Algorithm::Rs256));
        script.ask(0..3, None);
        script.lock_and_load(None);
        script.sign();
        script.form();
        let error = Error::new(ErrorKind::OAuth, message).with_code(code).with_status(400);
        script.session.handle_reply(script.now, Err(error));
        script.expect("SignInNeeded");
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.errors.len(), 3);
        assert!(script.errors.iter().all(|(_, error)| error.hint() == Some(hint)), "{message}");
    }
}

#[test]
fn sessions_have_names_that_tell_whose_they_are() {
    let user = jwt(Algorithm::Rs256);
    let on = |restriction| exchange(&user, restriction).owner();
    let cases = [
        (Grant::Provider.owner(), "a token provider"),
        (Grant::AccessToken.owner(), "an access token"),
        (Grant::OAuth(app()).owner(), "oauth of id"),
        (user.owner(), "jwt of id for user 7"),
        (on(Restriction::NoItem), "jwt of id for user 7, downscoped to item_preview item_share"),
        (
            on(Restriction::File("1".to_owned())),
            "jwt of id for user 7, downscoped to item_preview item_share on file 1",
        ),
        (
            on(Restriction::Folder("2".to_owned())),
            "jwt of id for user 7, downscoped to item_preview item_share on folder 2",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_revocation_signs_nothing_so_it_may_be_sent_again() {
    let mut script = script(jwt(Algorithm::Rs256));
    script.ask([1], None);
    script.lock_and_load(None);
    script.sign();
    let SessionOutput::Send(_, options) = script.expect("Send") else { unreachable!() };
    assert_eq!(options.max_attempts, Some(1));
    script.session.handle_reply(script.now, Ok(issued(None)));
    script.stored();
    script.announce();
    script.session.revoke(WaiterId(2));
    script.lock_and_load(script.store.clone());
    let SessionOutput::Send(_, options) = script.expect("Send") else { unreachable!() };
    assert_eq!(options.max_attempts, None);
}
