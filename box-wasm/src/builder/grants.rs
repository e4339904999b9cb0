//! Ways to sign in, and what becomes of the tokens.

use std::{rc::Rc, time::Duration};

use box_core::{
    error::Error,
    secret::Secret,
    session::{
        AskReason, ClientCredentials, Grant, Jwt, JwtConfig, OAuthApp, PROVIDER_TIMEOUT, Provided,
        SignInReason, Subject, Tokens,
    },
};

use super::ClientBuilder;
use crate::{
    signer::{Signer, WebCryptoSigner},
    store::TokenStore,
};

impl ClientBuilder {
    /// Acts for users who sign in on Box's page.
    pub fn oauth(mut self, client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        self.grant = Some(Ok(Grant::OAuth(app(client_id, client_secret))));
        self
    }

    /// Starts from tokens that were kept. With the refresh token alone the first call refreshes. A token store that
    /// holds tokens goes first, because a refresh token is good for one use.
    pub fn tokens(mut self, refresh_token: impl Into<Secret>, access_token: Option<Secret>) -> Self {
        self.tokens = Some(Tokens::new(Some(refresh_token.into()), access_token));
        self
    }

    /// Acts as an application: for its service account in an enterprise, or for a user.
    pub fn client_credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        subject: Subject,
    ) -> Self {
        let app = app(client_id, client_secret);
        self.grant = Some(Ok(Grant::ClientCredentials(ClientCredentials { app, subject })));
        self
    }

    /// Acts as an application with a key pair, for its service account. `JwtConfig::from_json` reads the file that the
    /// developer console makes of it; its key has to be converted ([`WebCryptoSigner`]). A key that can't be read is an
    /// error of [`build`](Self::build).
    pub fn jwt(self, config: JwtConfig) -> Self {
        let jwt = config.grant();
        self.signs(jwt.and_then(|jwt| Ok((jwt, WebCryptoSigner::from_pem(config.private_key)?))))
    }

    /// Acts as an application with a key pair, for this subject.
    pub fn jwt_for(self, config: JwtConfig, subject: Subject) -> Self {
        let jwt = config.grant_for(subject);
        self.signs(WebCryptoSigner::from_pem(config.private_key).map(|key| (jwt, key)))
    }

    /// Acts as an application with a key pair, and lets the application sign: its key stays where it is.
    pub fn jwt_with_signer(self, jwt: Jwt, signer: impl Signer) -> Self {
        self.signs(Ok((jwt, signer)))
    }

    /// Uses an access token, such as a developer token, for as long as it lives.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.grant = Some(Ok(Grant::AccessToken));
        self.tokens = Some(Tokens::new(None, Some(token.into())));
        self
    }

    /// Asks the application for access tokens, such as of a server that signs in. It is asked once for all calls that
    /// wait, before a token ends (where its end is known) and when Box refuses it; with a
    /// [`TabStore`](crate::TabStore), once for all tabs. It has a minute to answer.
    pub fn token_provider<F>(mut self, provide: impl Fn(AskReason) -> F + 'static) -> Self
    where
        F: Future<Output = Result<Provided, Error>> + 'static,
    {
        self.grant = Some(Ok(Grant::Provider));
        self.hooks.provider = Some((Rc::new(move |reason| Box::pin(provide(reason))), PROVIDER_TIMEOUT));
        self
    }

    /// How long a token provider may take, if not a minute.
    pub fn provider_timeout(mut self, timeout: Duration) -> Self {
        if let Some((_, patience)) = &mut self.hooks.provider {
            *patience = timeout;
        }
        self
    }

    /// Keeps tokens here; in memory by default. A client for another subject keeps its own beside them
    /// ([`TokenStore::beside`]), downscoped ones theirs in memory.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.hooks.store = Rc::new(store);
        self
    }

    /// Is told of new tokens of this session, after they are stored and before anything uses them; of those that a
    /// provider gave not. It may take [`STEP_TIMEOUT`](box_core::session::STEP_TIMEOUT).
    pub fn tokens_changed<F>(mut self, hook: impl Fn(Tokens) -> F + 'static) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        self.hooks.tokens_changed = Some(Rc::new(move |tokens| Box::pin(hook(tokens))));
        self
    }

    /// Is told that this session has ended and why, once until there are new credentials. Calls learn it as an error and
    /// don't wait for it.
    pub fn sign_in_needed<F>(mut self, hook: impl Fn(SignInReason) -> F + 'static) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        self.hooks.sign_in_needed = Some(Rc::new(move |reason| Box::pin(hook(reason))));
        self
    }

    /// How many sessions of other subjects and of downscopes are kept while no client uses them; 1,000 by default. A
    /// client of one that is kept needs no token request.
    pub fn subjects(mut self, most: usize) -> Self {
        self.subjects = most;
        self
    }

    fn signs(mut self, jwt: Result<(Jwt, impl Signer), Error>) -> Self {
        self.grant = Some(jwt.map(|(jwt, signer)| {
            self.hooks.signer = Some(Rc::new(signer));
            Grant::Jwt(jwt)
        }));
        self
    }
}

fn app(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> OAuthApp {
    OAuthApp { client_id: client_id.into(), client_secret: client_secret.into() }
}
