//! Configuring a client.

mod grants;

use std::{fmt, rc::Rc};

use box_core::{
    RetryPolicy,
    action::CallOptions,
    call::CallConfig,
    error::Error,
    event::Event,
    hosts::Hosts,
    rng::Rng,
    session::{Grant, Session, Tokens},
    timeouts::Timeouts,
    traffic::{RateLimits, RetryBudget, Traffic},
};

use crate::{
    client::{Client, Shared},
    drive::{Exchange, Observer},
    gate::Gate,
    platform::{entropy, is_page},
    session::{Hooks, SessionHandle},
    store::MemoryStore,
    subjects::{SUBJECTS, Sessions},
    transport::{Layer, Layered, Transport},
};

/// Settings of a client. One of [`token_provider`](Self::token_provider), [`oauth`](Self::oauth),
/// [`client_credentials`](Self::client_credentials), [`jwt`](Self::jwt) and [`access_token`](Self::access_token) is
/// needed. What a page knows, its visitors know: a client secret or a key belongs to servers, and a page has a token
/// provider.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    grant: Option<Result<Grant, Error>>,
    tokens: Option<Tokens>,
    hooks: Hooks,
    subjects: usize,
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
            hooks: Hooks::new(Rc::new(MemoryStore::new())),
            subjects: SUBJECTS,
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
    /// `InvalidInput` without a way to sign in, for a private key that can't be read, and for `oauth` with a store that
    /// keeps no refresh tokens; `Internal` if the platform gives no randomness.
    pub fn build(self) -> Result<Client, Error> {
        let Some(grant) = self.grant else {
            let ways = "`token_provider`, `oauth`, `client_credentials`, `jwt` or `access_token`";
            return Err(Error::invalid(["a client needs ", ways].concat()));
        };
        let grant = grant?;
        if matches!(grant, Grant::OAuth(_)) && !self.hooks.store.keeps_refresh_tokens() {
            let why =
                "this token store keeps no refresh tokens, and `oauth` needs them: bring a store of your own";
            return Err(Error::invalid(why));
        }
        let rng = Rng::new(u64::from_ne_bytes(entropy()?));
        let mut config = self.config;
        config.follows_redirects = self.transport.follows_redirects();
        (config.hides_replies, config.hides_progress) = (is_page(), self.transport.hides_progress());
        config.observed = self.on_event.is_some();
        let limits = if config.hosts.is_box() { RateLimits::default() } else { RateLimits::none() };
        config.traffic = Traffic::new(self.limits.unwrap_or(limits), self.budget);
        let layered = Layered::around(self.transport, self.layers);
        let exchange = Exchange::new(layered, config, self.on_event, rng).acting_for(&grant);
        let session = Session::new(grant, self.tokens, exchange.rng());
        let session = SessionHandle::new(session, exchange.clone(), self.hooks);
        let sessions = Sessions::new(session.clone(), self.subjects);
        Ok(Client::new(exchange, session, Shared { sessions, gate: Gate::new() }))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("grant", &self.grant).finish_non_exhaustive()
    }
}
