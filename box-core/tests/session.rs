//! The session machine, as scripts: each step is an output that it must give, and the driver's answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::{Content, Reply},
    request::Body,
    rng::Rng,
    session::{ClientCredentials, Grant, OAuthApp, Session, SessionOutput, Subject, Token, Tokens, WaiterId},
    time::Timestamp,
};

const START: Timestamp = Timestamp(1_000_000);

fn app() -> OAuthApp {
    OAuthApp { client_id: "id".to_owned(), client_secret: "secret".into() }
}

fn oauth(refresh: &str, access: Option<&str>) -> Session {
    let tokens = Tokens::new(Some(refresh.into()), access.map(Into::into));
    Session::new(Grant::OAuth(app()), Some(tokens), Rng::new(1))
}

fn pair(number: u32) -> Result<Reply, Error> {
    let body = format!(r#"{{"access_token":"a{number}","refresh_token":"r{number}","expires_in":3600}}"#);
    Ok(Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) })
}

fn refused(code: &str) -> Result<Reply, Error> {
    Err(Error::new(ErrorKind::OAuth, "Invalid refresh token").with_code(code).with_status(400))
}

/// A session, its clock, and what its waiters got.
struct Script {
    session: Session,
    now: Timestamp,
    tokens: Vec<(u64, String, u64)>,
    errors: Vec<(u64, Error)>,
}

impl Script {
    fn new(session: Session) -> Self {
        Self { session, now: START, tokens: Vec::new(), errors: Vec::new() }
    }

    fn ask(&mut self, waiters: impl IntoIterator<Item = u64>, rejected: Option<u64>) {
        for waiter in waiters {
            self.session.request(self.now, WaiterId(waiter), rejected);
        }
    }

    /// The next output that isn't an answer to a waiter.
    fn next(&mut self) -> SessionOutput {
        loop {
            match self.session.poll_output() {
                SessionOutput::Token(WaiterId(waiter), Token { secret, generation }) => {
                    self.tokens.push((waiter, secret.expose().to_owned(), generation));
                }
                SessionOutput::Failed(WaiterId(waiter), error) => self.errors.push((waiter, error)),
                output => return output,
            }
        }
    }

    fn expect(&mut self, name: &str) -> SessionOutput {
        let output = self.next();
        let shown = format!("{output:?}");
        assert!(shown.starts_with(name), "expected {name}, found {shown}");
        output
    }

    fn lock_and_load(&mut self, stored: Option<Tokens>) {
        self.expect("Lock");
        self.session.handle_locked(Ok(()));
        self.expect("Load");
        self.session.handle_loaded(self.now, Ok(stored));
    }

    /// The form that a token request sends.
    fn form(&mut self) -> String {
        let SessionOutput::Send(draft, _) = self.expect("Send") else { unreachable!() };
        let Body::Bytes(form) = draft.body else { panic!("a form") };
        String::from_utf8(form.to_vec()).unwrap()
    }

    fn stored(&mut self, expected: u64) -> Tokens {
        let SessionOutput::Store { expected_generation, tokens } = self.expect("Store") else {
            unreachable!()
        };
        assert_eq!(expected_generation, expected);
        tokens
    }

    /// A whole refresh, on an empty store.
    fn refresh(&mut self) {
        self.lock_and_load(None);
        self.form();
        self.session.handle_reply(self.now, pair(1));
        self.stored(0);
        self.announce();
    }

    /// The rest of a refresh whose tokens were stored.
    fn announce(&mut self) {
        self.session.handle_stored(Ok(()));
        self.expect("Changed");
        self.session.handle_announced();
        self.expect("Unlock");
        self.expect("Idle");
    }
}

#[test]
fn many_waiters_share_one_refresh_and_nobody_gets_a_token_before_it_is_stored() {
    let mut script = Script::new(oauth("r0", None));
    script.ask(0..200, None);
    script.lock_and_load(None);
    let form = script.form();
    assert!(form.contains("grant_type=refresh_token") && form.contains("refresh_token=r0"), "{form}");
    script.ask(200..300, None);
    script.session.handle_reply(script.now, pair(1));
    let tokens = script.stored(0);
    assert_eq!(tokens.refresh_token, Some("r1".into()));
    assert!(script.tokens.is_empty());
    script.announce();
    assert_eq!(script.tokens.len(), 300);
    assert!(
        script.tokens.iter().all(|(_, token, generation)| token == "a1" && *generation == tokens.generation)
    );
}

#[test]
fn a_good_token_needs_no_lock() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    assert_eq!(script.session.token(START, None).unwrap().secret.expose(), "a0");
    script.ask([1], None);
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a0".to_owned(), 1)]);
}

#[test]
fn late_refusals_of_an_old_token_get_the_new_one() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.ask([2], Some(1));
    script.session.handle_reply(script.now, pair(1));
    script.stored(0);
    script.announce();
    script.ask([3], Some(1));
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 3);
}

#[test]
fn tokens_are_renewed_shortly_before_they_end() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    for (seconds, fresh) in [(0, true), (3_569, true), (3_571, false), (7_200, false)] {
        let now = Timestamp(START.0 + seconds * 1000);
        assert_eq!(script.session.token(now, None).is_some(), fresh, "{seconds}");
    }
}

#[test]
fn newer_tokens_in_the_store_are_taken_instead_of_refreshing() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    let mut newer = Tokens::new(Some("r5".into()), Some("a5".into()));
    newer.generation = 5;
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(1, "a5".to_owned(), 5)]);
}

#[test]
fn newer_tokens_in_the_store_that_have_ended_are_refreshed() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    let mut newer = Tokens::new(Some("r5".into()), Some("a5".into()));
    (newer.generation, newer.expires_at, newer.refresh_at) = (5, Some(1), Some(1));
    script.lock_and_load(Some(newer));
    assert!(script.form().contains("refresh_token=r5"));
    script.session.handle_reply(script.now, pair(6));
    assert_eq!(script.stored(5).generation, 6);
}

#[test]
fn a_cancelled_waiter_does_not_end_the_refresh() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1, 2], None);
    script.lock_and_load(None);
    script.form();
    script.session.drop_waiter(WaiterId(1));
    script.session.drop_waiter(WaiterId(2));
    script.session.handle_reply(script.now, pair(1));
    script.stored(0);
    script.announce();
    assert!(script.tokens.is_empty());
    assert_eq!(script.session.token(script.now, None).unwrap().secret.expose(), "a1");
}

#[test]
fn a_final_refusal_is_asked_for_once() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask(0..10, Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    script.expect("SignInNeeded");
    script.expect("Unlock");
    script.expect("Idle");
    script.ask(10..10_000, None);
    script.lock_and_load(None);
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.len(), 10_000);
    assert!(script.errors.iter().all(|(_, error)| error.needs_sign_in()));

    script.session.sign_in(script.now, WaiterId(1), &pair(1).unwrap());
    script.lock_and_load(None);
    script.stored(0);
    script.announce();
    assert_eq!(script.tokens[0].1, "a1");
}

#[test]
fn passing_failures_are_not_final() {
    let mut script = Script::new(oauth("r0", None));
    for code in ["temporarily_unavailable", "invalid_request"] {
        script.ask([1], None);
        script.lock_and_load(None);
        script.form();
        script.session.handle_reply(script.now, refused(code));
        script.expect("Unlock");
        script.expect("Idle");
        assert!(!script.errors.pop().unwrap().1.needs_sign_in());
    }
    script.ask([1], None);
    script.expect("Lock");
    script.session.handle_locked(Err(Error::new(ErrorKind::Session, "locked")));
    script.expect("Idle");
    assert_eq!(script.errors.pop().unwrap().1.kind(), ErrorKind::Session);
}

#[test]
fn tokens_that_cannot_be_stored_are_kept_and_not_used() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored(0);
    script.session.handle_stored(Err(Error::new(ErrorKind::Session, "disk full")));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.errors.len(), 1);
    assert_eq!(script.session.token(script.now, None), None);

    script.ask([2], None);
    script.lock_and_load(None);
    assert_eq!(script.stored(0).refresh_token, Some("r1".into()), "stored without another request");
    script.announce();
    assert_eq!(script.tokens, [(2, "a1".to_owned(), 2)]);
}

#[test]
fn signing_in_during_a_refresh_wins() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.sign_in(script.now, WaiterId(2), &pair(7).unwrap());
    script.session.handle_reply(script.now, refused("invalid_grant"));
    assert_eq!(script.stored(0).refresh_token, Some("r7".into()));
    script.announce();
    assert_eq!(script.tokens.len(), 2);
    assert!(script.tokens.iter().all(|(_, token, _)| token == "a7"));
}

#[test]
fn tokens_that_end_within_seconds_still_answer_their_waiters() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    let body = r#"{"access_token":"a1","refresh_token":"r1","expires_in":0}"#;
    let reply = Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) };
    script.session.handle_reply(script.now, Ok(reply));
    script.stored(0);
    script.announce();
    assert_eq!(script.tokens.len(), 1);
}

#[test]
fn a_reply_without_a_token_is_an_error() {
    for body in ["", "{}", r#"{"access_token":""}"#, "<html>"] {
        let mut script = Script::new(oauth("r0", None));
        script.ask([1], None);
        script.lock_and_load(None);
        script.form();
        let reply = Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) };
        script.session.handle_reply(script.now, Ok(reply));
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.errors[0].1.kind(), ErrorKind::Decode, "{body}");
    }
}

#[test]
fn client_credentials_name_their_subject() {
    for (subject, expected) in [
        (Subject::Enterprise("9".to_owned()), "box_subject_type=enterprise"),
        (Subject::User("9".to_owned()), "box_subject_type=user"),
    ] {
        let grant = Grant::ClientCredentials(ClientCredentials { app: app(), subject });
        let mut script = Script::new(Session::new(grant, None, Rng::new(1)));
        script.ask([1], None);
        script.lock_and_load(None);
        let form = script.form();
        for part in [
            "grant_type=client_credentials",
            "client_id=id",
            "client_secret=secret",
            "box_subject_id=9",
            expected,
        ] {
            assert!(form.contains(part), "{form}");
        }
    }
}

#[test]
fn a_lone_access_token_ends_with_its_refusal() {
    let tokens = Tokens::new(None, Some("dev".into()));
    let mut script = Script::new(Session::new(Grant::AccessToken, Some(tokens), Rng::new(1)));
    script.ask([1], None);
    script.expect("Idle");
    script.ask([2], Some(1));
    script.lock_and_load(None);
    script.expect("SignInNeeded");
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 1);
    assert!(script.errors[0].1.needs_sign_in());

    // What looked like a refusal may have been a lost connection: the next call tries the token.
    script.ask([3], None);
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 2);
}

#[test]
fn new_tokens_are_used_when_the_application_knows_them() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored(0);
    script.session.handle_stored(Ok(()));
    script.expect("Changed");
    assert_eq!(script.session.token(script.now, None), None);
    script.ask([2], None);
    script.expect("Idle");
    assert!(script.tokens.is_empty());
    script.session.handle_announced();
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens.len(), 2);
}

#[test]
fn signing_in_while_older_tokens_are_announced_waits_for_its_own() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    let older = script.stored(0);
    script.session.handle_stored(Ok(()));
    script.expect("Changed");
    script.session.sign_in(script.now, WaiterId(2), &pair(7).unwrap());
    script.session.handle_announced();
    script.expect("Unlock");
    assert!(script.tokens.is_empty());
    script.lock_and_load(Some(older));
    assert_eq!(script.stored(2).refresh_token, Some("r7".into()));
    script.announce();
    assert!(script.tokens.iter().all(|(_, token, _)| token == "a7"));
    assert_eq!(script.tokens.len(), 2);
}

#[test]
fn of_two_equally_old_the_stored_tokens_count() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(Some(Tokens::new(Some("r-stored".into()), None)));
    assert!(script.form().contains("refresh_token=r-stored"));
}

#[test]
fn an_interrupted_refresh_is_begun_anew_and_its_tokens_are_kept() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.interrupt();
    script.expect("Idle");
    script.ask([2], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    script.stored(0);
    script.session.interrupt();
    script.ask([3], None);
    script.lock_and_load(None);
    assert_eq!(script.stored(0).refresh_token, Some("r1".into()));
    script.announce();
    assert_eq!(script.tokens, [(3, "a1".to_owned(), 2)]);
}

#[test]
fn the_tokens_of_another_client_are_left_alone() {
    let mut others = Tokens::new(Some("r5".into()), Some("a5".into()));
    (others.generation, others.owner) = (5, Some("client credentials of id for enterprise 9".to_owned()));
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(Some(others));
    script.expect("Unlock");
    script.expect("Idle");
    let (_, error) = script.errors.pop().unwrap();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.message().contains("oauth of id"), "{error}");

    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, pair(1));
    assert_eq!(script.stored(0).owner.as_deref(), Some("oauth of id"));
}

#[test]
fn a_sign_in_elsewhere_ends_the_latch() {
    let mut script = Script::new(oauth("r0", Some("a0")));
    script.ask([1], Some(1));
    script.lock_and_load(None);
    script.form();
    script.session.handle_reply(script.now, refused("invalid_grant"));
    script.expect("SignInNeeded");
    script.expect("Unlock");
    script.expect("Idle");

    script.ask([2], None);
    let mut newer = Tokens::new(Some("r5".into()), Some("a5".into()));
    newer.generation = 5;
    script.lock_and_load(Some(newer));
    script.expect("Unlock");
    script.expect("Idle");
    assert_eq!(script.tokens, [(2, "a5".to_owned(), 5)]);
}

#[test]
fn an_early_renewal_that_fails_costs_nothing() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.refresh();
    for (seconds, answered) in [(3_580, true), (3_601, false)] {
        script.now = Timestamp(START.0 + seconds * 1000);
        script.ask([2], None);
        script.lock_and_load(None);
        script.form();
        script.session.handle_reply(script.now, refused("temporarily_unavailable"));
        script.expect("Unlock");
        script.expect("Idle");
        assert_eq!(script.tokens.pop().unwrap().0 == 2, answered, "{seconds}");
    }
    assert_eq!(script.errors.len(), 1);
}

#[test]
fn a_refresh_token_that_is_not_replaced_stays() {
    let mut script = Script::new(oauth("r0", None));
    script.ask([1], None);
    script.lock_and_load(None);
    script.form();
    let body = r#"{"access_token":"a1","expires_in":3600}"#;
    let reply = Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) };
    script.session.handle_reply(script.now, Ok(reply));
    assert_eq!(script.stored(0).refresh_token, Some("r0".into()));
}
