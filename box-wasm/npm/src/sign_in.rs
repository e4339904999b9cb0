//! Signing a person in on Box's page.

use box_core::{
    action::CallOptions,
    call::Want,
    error::Error,
    json::string,
    reply::Reply,
    session::{Grant, OAuthApp, WaiterId},
    sign_in::SignIn,
    time::Timestamp,
};

use crate::{
    command::{Command, list, number},
    derived::Waiting,
    engine::{Engine, gone},
    output::array,
    session::Client,
    slot::Owner,
};

impl Engine {
    /// Answers the page to open and the state to keep.
    pub(crate) fn begin_sign_in(&mut self, command: &Command<'_>) -> Result<(), Error> {
        let client = self.clients.get(command.id(2)).ok_or_else(gone)?;
        let app = app(client)?;
        let mut entropy = [0; 32];
        for (byte, value) in entropy.iter_mut().zip(list(command.value(3))) {
            *byte = number(value).and_then(|byte| u8::try_from(byte).ok()).unwrap_or_default();
        }
        let sign_in = SignIn::new(entropy, command.text(4).map(str::to_owned));
        let url = sign_in.authorize_url(&client.config.hosts, &app.client_id);
        let answer = array([string(&url), string(sign_in.state().expose())].into_iter());
        self.out.push("answer", &[&answer]);
        Ok(())
    }

    /// Takes the answer of that page.
    pub(crate) fn finish_sign_in(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let from = command.id(2);
        let client = self.clients.get(from).ok_or_else(gone)?;
        let app = app(client)?.clone();
        let redirect = command.text(4).map(str::to_owned);
        let sign_in = SignIn::resume(command.text(5).unwrap_or_default(), redirect);
        let code = sign_in.code(command.text(3).unwrap_or_default())?;
        let draft = app.exchange(code, sign_in.redirect_uri(), &mut client.rng)?;
        self.begin(command.now, from, Owner::SignIn(id), draft, CallOptions::default(), Want::Bytes);
        Ok(())
    }

    /// The code of a sign-in was exchanged: the session stores and announces what it bought.
    #[inline(never)]
    pub(crate) fn signed_in(&mut self, now: Timestamp, key: u32, client: u32, id: u32, reply: &Reply) {
        let Some(known) = self.clients.get(client) else {
            return;
        };
        self.waiting.put(key, Waiting { id, token_of: None });
        known.session.sign_in(now, WaiterId(key.into()), reply);
        self.drain_session(now, client);
    }
}

fn app(client: &Client) -> Result<&OAuthApp, Error> {
    match client.session.grant() {
        Grant::OAuth(app) => Ok(app),
        _ => Err(Error::invalid("signing in needs a client of an OAuth application")),
    }
}
