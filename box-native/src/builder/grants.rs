//! Ways to sign in, and what becomes of the tokens.

use std::{future::Future, sync::Arc};

use box_core::{
    secret::Secret,
    session::{
        AskReason, ClientCredentials, Grant, Jwt, JwtConfig, OAuthApp, Provided, SignInReason, Subject,
        Tokens,
    },
};

use super::ClientBuilder;
use crate::{
    signer::{KeySigner, Signer},
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
    /// developer console makes of it. A key that can't be read is an error of [`build`](Self::build).
    #[expect(clippy::needless_pass_by_value, reason = "nobody needs the key any more, and it is wiped")]
    pub fn jwt(self, config: JwtConfig) -> Self {
        let jwt = config.grant();
        self.signs(jwt.and_then(|jwt| Ok((jwt, KeySigner::from_config(&config)?))))
    }

    /// Acts as an application with a key pair, for this subject.
    #[expect(clippy::needless_pass_by_value, reason = "nobody needs the key any more, and it is wiped")]
    pub fn jwt_for(self, config: JwtConfig, subject: Subject) -> Self {
        self.signs(KeySigner::from_config(&config).map(|key| (config.grant_for(subject), key)))
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

    /// Asks the application for access tokens: it has a server that signs in, or does so in a way of its own. It is
    /// asked once for all calls that wait, before a token ends (where its end is known) and when Box refuses it. All
    /// who share a [`token_store`](Self::token_store) share its tokens.
    pub fn token_provider<F>(mut self, provide: impl Fn(AskReason) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Provided, crate::Error>> + Send + 'static,
    {
        self.grant = Some(Ok(Grant::Provider));
        self.provider = Some(Arc::new(move |reason| Box::pin(provide(reason))));
        self
    }

    /// Keeps tokens here; in memory by default. A client for another subject keeps its own beside them,
    /// where the store has a place for it ([`TokenStore::beside`]), and in memory otherwise, as downscoped ones do.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Is told of new tokens of this session, after they are stored and before anything uses them; of those that a
    /// provider gave not. It may take [`STEP_TIMEOUT`](box_core::session::STEP_TIMEOUT).
    pub fn tokens_changed<F>(mut self, hook: impl Fn(Tokens) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tokens_changed = Some(Arc::new(move |tokens| Box::pin(hook(tokens))));
        self
    }

    /// Is told that this session has ended and why, once until there are new credentials. Calls learn it as an error and
    /// don't wait for it. It may take [`STEP_TIMEOUT`](box_core::session::STEP_TIMEOUT).
    pub fn sign_in_needed<F>(mut self, hook: impl Fn(SignInReason) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.sign_in_needed = Some(Arc::new(move |reason| Box::pin(hook(reason))));
        self
    }

    /// How many sessions of other subjects and of downscopes are kept while no client uses them; 1,000 by default. A
    /// client of one that is kept needs no token request.
    pub fn subjects(mut self, most: usize) -> Self {
        self.subjects = Some(most);
        self
    }

    fn signs(mut self, jwt: Result<(Jwt, impl Signer), crate::Error>) -> Self {
        self.grant = Some(jwt.map(|(jwt, signer)| {
            self.signer = Some(Arc::new(signer));
            Grant::Jwt(jwt)
        }));
        self
    }
}

fn app(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> OAuthApp {
    OAuthApp { client_id: client_id.into(), client_secret: client_secret.into() }
}
