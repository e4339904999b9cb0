//! A session whose tokens the application provides, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

use std::time::Duration;

use box_core::{
    error::{Error, ErrorKind},
    rng::Rng,
    session::{AskReason, Grant, Locked, Provided, Session, SessionOutput, TokenNeed, Tokens, WaiterId},
    time::Timestamp,
};

struct Script {
    session: Session,
    now: Timestamp,
    store: Option<Tokens>,
}

impl Script {
    fn new() -> Self {
        Self {
            session: Session::new(Grant::Provider, None, Rng::new(1)),
            now: Timestamp(1_000_000),
            store: None,
        }
    }

    fn ask(&mut self, waiters: std::ops::Range<u64>, rejected: Option<u64>) -> &mut Self {
        for waiter in waiters {
            self.session.request(self.now, WaiterId(waiter), TokenNeed::instead_of(rejected));
        }
        self
    }

    /// The application is asked, once, and answers.
    fn answers(&mut self, why: AskReason, answer: Result<(&str, Option<u64>), Error>) -> &mut Self {
        self.lock_and_load();
        match self.session.poll_output() {
            SessionOutput::AskProvider { reason } => assert_eq!(reason, why),
            other => panic!("expected AskProvider, found {other:?}"),
        }
        assert!(matches!(self.session.poll_output(), SessionOutput::Idle));
        let provided = answer.map(|(token, seconds)| Provided {
            access_token: token.into(),
            expires_in: seconds.map(Duration::from_secs),
        });
        self.session.handle_provided(self.now, provided);
        self
    }

    /// Another user of the store may have been first.
    fn lock_and_load(&mut self) {
        assert!(matches!(self.session.poll_output(), SessionOutput::Lock { .. }));
        self.session.handle_locked(self.now, Ok(Locked::Free));
        assert!(matches!(self.session.poll_output(), SessionOutput::Load));
        self.session.handle_loaded(self.now, Ok(self.store.clone()));
    }

    /// What was provided is stored, and not told to the application, which knows it.
    fn stored(&mut self) -> &mut Self {
        match self.session.poll_output() {
            SessionOutput::Store { expected_generation, tokens } => {
                assert_eq!(expected_generation, self.store.as_ref().map_or(0, |tokens| tokens.generation));
                self.store = Some(tokens);
            }
            other => panic!("expected Store, found {other:?}"),
        }
        self.session.handle_stored(self.now, Ok(()));
        self.unlocked()
    }

    fn unlocked(&mut self) -> &mut Self {
        assert!(matches!(self.session.poll_output(), SessionOutput::Unlock));
        self
    }

    /// Everybody who waits gets this token, and nothing else happens: no lock, no store.
    fn tokens(&mut self, count: usize, token: &str) -> &mut Self {
        for _ in 0..count {
            match self.session.poll_output() {
                SessionOutput::Token(_, got) => assert_eq!(got.secret.expose(), token),
                other => panic!("expected Token, found {other:?}"),
            }
        }
        assert!(matches!(self.session.poll_output(), SessionOutput::Idle));
        self
    }

    fn errors(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            match self.session.poll_output() {
                SessionOutput::Failed(_, error) => assert_eq!(error.kind(), ErrorKind::Session),
                other => panic!("expected Failed, found {other:?}"),
            }
        }
        assert!(matches!(self.session.poll_output(), SessionOutput::Idle));
        self
    }
}

#[test]
fn one_question_serves_all_that_wait_until_the_token_ends() {
    let mut script = Script::new();
    script.ask(0..200, None).answers(AskReason::Missing, Ok(("a1", Some(3600)))).stored().tokens(200, "a1");
    script.now = script.now + Duration::from_secs(3600 - 61);
    script.ask(0..1, None).tokens(1, "a1");
    // Before it ends, a new one is asked for.
    script.now = script.now + Duration::from_secs(31);
    script.ask(0..9, None).answers(AskReason::Expired, Ok(("a2", Some(3600)))).stored().tokens(9, "a2");
    script.ask(0..9, Some(2)).answers(AskReason::Rejected, Ok(("a3", None))).stored().tokens(9, "a3");
    // Without an end it is good until Box refuses it.
    script.now = script.now + Duration::from_secs(86_400);
    script.ask(0..1, None).tokens(1, "a3");
}

#[test]
fn a_provider_that_fails_or_gives_nothing_is_an_error_for_all_that_wait_and_asked_anew() {
    let mut script = Script::new();
    let failed = || Err(Error::new(ErrorKind::Session, "thrown"));
    script.ask(0..3, None).answers(AskReason::Missing, failed()).unlocked().errors(3);
    script.ask(0..3, None).answers(AskReason::Missing, Ok(("", None))).unlocked().errors(3);
    script.ask(0..3, None).answers(AskReason::Missing, Ok(("a1", Some(100)))).stored().tokens(3, "a1");
    // The last token is to be renewed early and still good: nobody is told of a failure in passing.
    script.now = script.now + Duration::from_secs(95);
    script.ask(0..3, None).answers(AskReason::Expired, failed()).unlocked().tokens(3, "a1");
    script.now = script.now + Duration::from_secs(5);
    script.ask(0..3, None).answers(AskReason::Expired, failed()).unlocked().errors(3);
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    let mut script = Script::new();
    let late = Provided { access_token: "late".into(), expires_in: None };
    script.session.handle_provided(script.now, Ok(late));
    assert_eq!(script.session.token(script.now, TokenNeed::default()), None);
    script.ask(0..1, None);
    script.session.drop_waiter(WaiterId(0));
    script.answers(AskReason::Missing, Ok(("a1", None))).stored();
    assert_eq!(script.session.token(script.now, TokenNeed::default()).unwrap().secret.expose(), "a1");
}
