//! Configuring a client.

use std::{fmt, rc::Rc, time::Duration};

use box_core::{
    RetryPolicy,
    call::CallConfig,
    error::Error,
    hosts::Hosts,
    rng::Rng,
    secret::Secret,
    session::{
        AskReason, ClientCredentials, Grant, OAuthApp, PROVIDER_TIMEOUT, Provided, Session, Subject, Tokens,
    },
};

use crate::{
    client::{Client, Inner},
    drive::Exchange,
    platform::{entropy, is_page},
    session::{Hooks, SessionHandle},
    transport::Transport,
};

/// Settings of a client. One of [`token_provider`](Self::token_provider), [`oauth`](Self::oauth),
/// [`client_credentials`](Self::client_credentials) and [`access_token`](Self::access_token) is needed. What a page
/// knows, its visitors know: a client secret belongs to servers, and a page has a token provider.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    grant: Option<Grant>,
    tokens: Option<Tokens>,
    hooks: Hooks,
    transport: Transport,
    config: CallConfig,
}

impl Default for ClientBuilder {
    /// Over the platform's `fetch`.
    fn default() -> Self {
        Self {
            grant: None,
            tokens: None,
            hooks: Hooks::default(),
            transport: Transport::Fetch,
            config: CallConfig::default(),
        }
    }
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

    /// Asks the application for access tokens, such as of a server that signs in. It is asked once for all calls that
    /// wait, before a token ends (where its end is known) and when Box refuses it. It has a minute to answer.
    pub fn token_provider<F>(mut self, provide: impl Fn(AskReason) -> F + 'static) -> Self
    where
        F: Future<Output = Result<Provided, Error>> + 'static,
    {
        self.grant = Some(Grant::Provider);
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

    /// Is told of new tokens before anything uses them.
    pub fn tokens_changed<F>(mut self, hook: impl Fn(Tokens) -> F + 'static) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        self.hooks.tokens_changed = Some(Rc::new(move |tokens| Box::pin(hook(tokens))));
        self
    }

    /// Sends through reqwest's backend for the web instead of `fetch`. What that can't do:
    /// [`Client::limits`](crate::Client::limits).
    #[cfg(feature = "reqwest")]
    pub fn reqwest(mut self) -> Self {
        self.transport = Transport::Reqwest(reqwest::Client::new());
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
            let ways = "`token_provider`, `oauth`, `client_credentials` or `access_token`";
            return Err(Error::invalid(["a client needs ", ways].concat()));
        };
        let mut rng = Rng::new(u64::from_ne_bytes(entropy()?));
        let mut config = self.config;
        let reads_all = matches!(self.transport, Transport::Fetch) && !is_page();
        (config.follows_redirects, config.hides_replies) = (!reads_all, is_page());
        config.hides_progress = true;
        let app = match &grant {
            Grant::OAuth(app) => Some(app.clone()),
            _ => None,
        };
        let session = Session::new(grant, self.tokens, rng.fork());
        let exchange = Exchange::new(self.transport, config, rng);
        let session = SessionHandle::new(session, exchange.clone(), self.hooks);
        Ok(Client(Rc::new(Inner { exchange, session, app })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("grant", &self.grant).finish_non_exhaustive()
    }
}

fn app(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> OAuthApp {
    OAuthApp { client_id: client_id.into(), client_secret: client_secret.into() }
}
