//! Configuring a client.

use std::rc::Rc;

use box_core::{
    RetryPolicy,
    call::CallConfig,
    error::Error,
    hosts::Hosts,
    rng::Rng,
    secret::Secret,
    session::{ClientCredentials, Grant, OAuthApp, Session, Subject, Tokens},
};

use crate::{
    client::{Client, Inner},
    drive::Exchange,
    platform::entropy,
    session::SessionHandle,
    store::MemoryStore,
};

/// Settings of a client. One of [`oauth`](Self::oauth), [`client_credentials`](Self::client_credentials) and
/// [`access_token`](Self::access_token) is needed. What a page knows, its visitors know: a client secret belongs
/// into workers and servers.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClientBuilder {
    grant: Option<Grant>,
    tokens: Option<Tokens>,
    config: CallConfig,
}

impl ClientBuilder {
    /// Acts for users who sign in on Box's page.
    pub fn oauth(mut self, client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        self.grant = Some(Grant::OAuth(app(client_id, client_secret)));
        self
    }

    /// Starts from tokens that were kept. With the refresh token alone the first call refreshes.
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
        self.grant = Some(Grant::ClientCredentials(ClientCredentials { app, subject }));
        self
    }

    /// Uses an access token, such as a developer token, for as long as it lives.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.grant = Some(Grant::AccessToken);
        self.tokens = Some(Tokens::new(None, Some(token.into())));
        self
    }

    /// Where Box is, if not at Box: an emulator, a proxy.
    pub fn hosts(mut self, hosts: Hosts) -> Self {
        self.config.hosts = hosts;
        self
    }

    /// When requests are sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.config.retry = policy;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// `InvalidInput` without a way to sign in, `Internal` if the platform gives no randomness.
    pub fn build(self) -> Result<Client, Error> {
        let Some(grant) = self.grant else {
            return Err(Error::invalid("a client needs `oauth`, `client_credentials` or `access_token`"));
        };
        let mut rng = Rng::new(entropy()?);
        let mut config = self.config;
        config.follows_redirects = true;
        let session = Session::new(grant, self.tokens, rng.fork());
        let exchange = Exchange::new(config, rng);
        let session = SessionHandle::new(session, exchange.clone(), MemoryStore::default());
        Ok(Client(Rc::new(Inner { exchange, session })))
    }
}

fn app(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> OAuthApp {
    OAuthApp { client_id: client_id.into(), client_secret: client_secret.into() }
}
