//! A session as a script: each step is an output that it must give, and the driver's answer.

#![allow(dead_code, reason = "each test file uses its own part")]

use box_core::{
    error::{Error, ErrorKind},
    headers::Headers,
    reply::{Content, Reply},
    request::Body,
    rng::Rng,
    session::{Grant, Intent, Locked, OAuthApp, Session, SessionOutput, Token, TokenNeed, Tokens, WaiterId},
    time::Timestamp,
};

pub(crate) const START: Timestamp = Timestamp(1_000_000);

pub(crate) fn app() -> OAuthApp {
    OAuthApp { client_id: "id".to_owned(), client_secret: "secret".into() }
}

pub(crate) fn oauth(refresh: &str, access: Option<&str>) -> Session {
    let tokens = Tokens::new(Some(refresh.into()), access.map(Into::into));
    Session::new(Grant::OAuth(app()), Some(tokens), Rng::new(1))
}

pub(crate) fn pair(number: u32) -> Result<Reply, Error> {
    let body = format!(r#"{{"access_token":"a{number}","refresh_token":"r{number}","expires_in":3600}}"#);
    Ok(Reply { status: 200, headers: Headers::new(), content: Content::Bytes(body.into()) })
}

pub(crate) fn refused(code: &str) -> Result<Reply, Error> {
    Err(Error::new(ErrorKind::OAuth, "Invalid refresh token").with_code(code).with_status(400))
}

/// A record of a generation, as the client of [`oauth`] stores it.
pub(crate) fn record(generation: u64, refresh: &str, access: Option<&str>) -> Tokens {
    let mut tokens = Tokens::new(Some(refresh.into()), access.map(Into::into));
    (tokens.generation, tokens.owner) = (generation, Some("oauth of id".to_owned()));
    tokens
}

/// The same, of which somebody has begun to use the refresh token.
pub(crate) fn begun(generation: u64, refresh: &str, at: Timestamp) -> Tokens {
    let mut tokens = record(generation, refresh, None);
    tokens.intent = Some(Intent::new(at.0));
    tokens
}

pub(crate) fn failed(message: &str) -> Error {
    Error::new(ErrorKind::Session, message)
}

/// A session, its clock, and what its waiters got.
pub(crate) struct Script {
    pub(crate) session: Session,
    pub(crate) now: Timestamp,
    /// What is in the store.
    pub(crate) store: Option<Tokens>,
    pub(crate) tokens: Vec<(u64, String, u64)>,
    pub(crate) errors: Vec<(u64, Error)>,
}

impl Script {
    pub(crate) fn new(session: Session) -> Self {
        Self { session, now: START, store: None, tokens: Vec::new(), errors: Vec::new() }
    }

    pub(crate) fn ask(&mut self, waiters: impl IntoIterator<Item = u64>, rejected: Option<u64>) {
        for waiter in waiters {
            self.session.request(self.now, WaiterId(waiter), TokenNeed::instead_of(rejected));
        }
    }

    /// The next output that isn't an answer to a waiter.
    pub(crate) fn next(&mut self) -> SessionOutput {
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

    pub(crate) fn expect(&mut self, name: &str) -> SessionOutput {
        let output = self.next();
        let shown = format!("{output:?}");
        assert!(shown.starts_with(name), "expected {name}, found {shown}");
        output
    }

    pub(crate) fn lock_and_load(&mut self, stored: Option<Tokens>) {
        self.expect("Lock");
        self.session.handle_locked(self.now, Ok(Locked::Free));
        self.store = stored;
        self.load();
    }

    pub(crate) fn load(&mut self) {
        self.expect("Load");
        self.session.handle_loaded(self.now, Ok(self.store.clone()));
    }

    /// The form that a token request sends, after its intent was stored.
    pub(crate) fn form(&mut self) -> String {
        let mut output = self.next();
        if let SessionOutput::Store { expected_generation, tokens } = output {
            assert!(tokens.intent.is_some(), "{tokens:?}");
            assert_eq!(expected_generation, self.generation());
            self.store = Some(tokens);
            self.session.handle_stored(self.now, Ok(()));
            output = self.next();
        }
        let SessionOutput::Send(draft, _) = output else { panic!("expected Send, found {output:?}") };
        let Body::Bytes(form) = draft.body else { panic!("a form") };
        String::from_utf8(form.to_vec()).unwrap()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.store.as_ref().map_or(0, |tokens| tokens.generation)
    }

    /// New tokens, which replace what is in the store.
    pub(crate) fn stored(&mut self) -> Tokens {
        let SessionOutput::Store { expected_generation, tokens } = self.expect("Store") else {
            unreachable!()
        };
        assert!(tokens.intent.is_none(), "{tokens:?}");
        assert_eq!(expected_generation, self.generation());
        self.store = Some(tokens.clone());
        tokens
    }

    /// Box refuses the refresh token, the store holds nothing newer, and the intent is taken back.
    pub(crate) fn refuse(&mut self) {
        self.session.handle_reply(self.now, refused("invalid_grant"));
        self.load();
        self.stored();
        self.session.handle_stored(self.now, Ok(()));
        self.expect("SignInNeeded");
        self.expect("Unlock");
        self.expect("Idle");
    }

    /// A whole refresh, on an empty store.
    pub(crate) fn refresh(&mut self) {
        self.lock_and_load(None);
        self.form();
        self.session.handle_reply(self.now, pair(1));
        self.stored();
        self.announce();
    }

    /// The rest of a refresh whose tokens were stored.
    pub(crate) fn announce(&mut self) {
        self.session.handle_stored(self.now, Ok(()));
        self.expect("Changed");
        self.session.handle_announced();
        self.expect("Unlock");
        self.expect("Idle");
    }
}
