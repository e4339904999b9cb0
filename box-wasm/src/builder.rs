//! Configuring a client.

use std::{fmt, rc::Rc, time::Duration};

use box_core::{
    RetryPolicy,
    action::CallOptions,
    call::CallConfig,
    error::Error,
    event::Event,
    hosts::Hosts,
    rng::Rng,
    secret::Secret,
    session::{
        AskReason, ClientCredentials, Grant, OAuthApp, PROVIDER_TIMEOUT, Provided, Session, Subject, Tokens,
    },
    timeouts::Timeouts,
    traffic::{RateLimits, RetryBudget, Traffic},
};

use crate::{
    client::{Client, Shared},
    drive::{Exchange, Observer},
    gate::Gate,
    platform::{entropy, is_page},
    session::{Hooks, SessionHandle},
    transport::{Layer, Layered, Transport},
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
    layers: Vec<Rc<dyn Layer>>,
    on_event: Option<Observer>,
    config: CallConfig,
    limits: Option<RateLimits>,
    budget: RetryBudget,
}

impl Default for ClientBuilder {
    /// Over the platform's `fetch`.
    fn default() -> Self {
        Self {
            grant: None,
            tokens: None,
            hooks: Hooks::default(),
            transport: Transport::Fetch,
            layers: Vec::new(),
            on_event: None,
            config: CallConfig::default(),
            limits: None,
            budget: RetryBudget::default(),
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

    /// Puts a layer around every exchange, inside of those that were added before.
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Rc::new(layer));
        self
    }

    /// Is told of what happens in calls, also in those of the session. It must return soon.
    pub fn on_event(mut self, hook: impl Fn(&Event) + 'static) -> Self {
        self.on_event = Some(Rc::new(hook));
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

    /// Limits of time of all calls.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.config.timeouts = timeouts;
        self
    }

    /// How many calls a user may make, which the client and all that come from it keep. By default those that Box
    /// publishes, at Box itself, and none elsewhere. Where N clients act for the same users, each takes its
    /// [`share`](RateLimits::share).
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// How many requests may be sent again, over all calls.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.config.defaults
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
        config.follows_redirects = self.transport.follows_redirects();
        (config.hides_replies, config.hides_progress) = (is_page(), self.transport.hides_progress());
        config.observed = self.on_event.is_some();
        let limits = if config.hosts.is_box() { RateLimits::default() } else { RateLimits::none() };
        config.traffic = Traffic::new(self.limits.unwrap_or(limits), self.budget);
        (config.subject, config.service) = (Some(grant.owner()), grant.is_service());
        let app = match &grant {
            Grant::OAuth(app) => Some(app.clone()),
            _ => None,
        };
        let session = Session::new(grant, self.tokens, rng.fork());
        let layered = Layered::around(self.transport, self.layers);
        let exchange = Exchange::new(layered, config, self.on_event, rng);
        let session = SessionHandle::new(session, exchange.clone(), self.hooks);
        Ok(Client::new(exchange, Shared { session, app, gate: Gate::new() }))
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
