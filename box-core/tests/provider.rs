//! A session whose tokens the application provides, as scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "scripts are tests")]

use std::time::Duration;

use box_core::{
    error::{Error, ErrorKind},
    rng::Rng,
    session::{AskReason, Grant, Provided, Session, SessionOutput, WaiterId},
    time::Timestamp,
};

struct Script {
    session: Session,
    now: Timestamp,
}

impl Script {
    fn new() -> Self {
        Self { session: Session::new(Grant::Provider, None, Rng::new(1)), now: Timestamp(1_000_000) }
    }

    fn ask(&mut self, waiters: std::ops::Range<u64>, rejected: Option<u64>) -> &mut Self {
        for waiter in waiters {
            self.session.request(self.now, WaiterId(waiter), rejected);
        }
        self
    }

    /// The application is asked, once, and answers.
    fn answers(&mut self, why: AskReason, answer: Result<(&str, Option<u64>), Error>) -> &mut Self {
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
    script.ask(0..200, None).answers(AskReason::Missing, Ok(("a1", Some(3600)))).tokens(200, "a1");
    script.now = script.now + Duration::from_secs(3600 - 31);
    script.ask(0..1, None).tokens(1, "a1");
    // Before it ends, a new one is asked for.
    script.now = script.now + Duration::from_secs(1);
    script.ask(0..9, None).answers(AskReason::Expired, Ok(("a2", Some(3600)))).tokens(9, "a2");
    script.ask(0..9, Some(2)).answers(AskReason::Rejected, Ok(("a3", None))).tokens(9, "a3");
    // Without an end it is good until Box refuses it.
    script.now = script.now + Duration::from_secs(86_400);
    script.ask(0..1, None).tokens(1, "a3");
}

#[test]
fn a_provider_that_fails_or_gives_nothing_is_an_error_for_all_that_wait_and_asked_anew() {
    let mut script = Script::new();
    let failed = || Err(Error::new(ErrorKind::Session, "thrown"));
    script.ask(0..3, None).answers(AskReason::Missing, failed()).errors(3);
    script.ask(0..3, None).answers(AskReason::Missing, Ok(("", None))).errors(3);
    script.ask(0..3, None).answers(AskReason::Missing, Ok(("a1", Some(100)))).tokens(3, "a1");
    // The last token is to be renewed early and still good: nobody is told of a failure in passing.
    script.now = script.now + Duration::from_secs(95);
    script.ask(0..3, None).answers(AskReason::Expired, failed()).tokens(3, "a1");
    script.now = script.now + Duration::from_secs(5);
    script.ask(0..3, None).answers(AskReason::Expired, failed()).errors(3);
}

#[test]
fn an_answer_that_nobody_waits_for_changes_nothing() {
    let mut script = Script::new();
    let late = Provided { access_token: "late".into(), expires_in: None };
    script.session.handle_provided(script.now, Ok(late));
    assert_eq!(script.session.token(script.now, None), None);
    script.ask(0..1, None);
    script.session.drop_waiter(WaiterId(0));
    script.answers(AskReason::Missing, Ok(("a1", None)));
    assert_eq!(script.session.token(script.now, None).unwrap().secret.expose(), "a1");
}
