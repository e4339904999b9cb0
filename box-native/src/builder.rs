//! Configuring a client.

mod grants;

use std::{fmt, sync::Arc};

use box_core::{
    RetryPolicy,
    action::CallOptions,
    call::CallConfig,
    error::{Error, ErrorKind},
    event::Event,
    hosts::Hosts,
    rng::Rng,
    session::{Grant, Session, Tokens},
    timeouts::Timeouts,
    traffic::{RateLimits, RetryBudget, Traffic},
};

use crate::{
    client::{Client, Shared},
    drive::Exchange,
    environment::Environment,
    gate::Gate,
    session::{Hooks, Provider, SessionHandle, SignInNeeded, TokensChanged},
    signer::Signer,
    store::{MemoryStore, TokenStore},
    subjects::{SUBJECTS, Sessions},
    telemetry::{Hook, Observer, Traced},
    transport::{Http, HttpSettings, Layer, Layered, Proxy, Roots, Transport},
};

/// Settings of a client. One of [`oauth`](Self::oauth), [`client_credentials`](Self::client_credentials),
/// [`jwt`](Self::jwt), [`token_provider`](Self::token_provider) and [`access_token`](Self::access_token) is needed.
#[derive(Clone, Default)]
#[must_use]
pub struct ClientBuilder {
    grant: Option<Result<Grant, Error>>,
    tokens: Option<Tokens>,
    store: Option<Arc<dyn TokenStore>>,
    tokens_changed: Option<TokensChanged>,
    sign_in_needed: Option<SignInNeeded>,
    provider: Option<Provider>,
    signer: Option<Arc<dyn Signer>>,
    subjects: Option<usize>,
    transport: Option<Arc<dyn Transport>>,
    layers: Vec<Arc<dyn Layer>>,
    http: HttpSettings,
    config: CallConfig,
    limits: Option<RateLimits>,
    budget: RetryBudget,
    hook: Option<Hook>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        let mut builder = Self::default();
        builder.config.user_agent = Some(concat!("box-native/", env!("CARGO_PKG_VERSION")).to_owned());
        builder
    }

    /// Settings from environment variables:
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `BOX_CLIENT_ID`, `BOX_CLIENT_SECRET` | the application |
    /// | `BOX_ENTERPRISE_ID` or `BOX_USER_ID` | client credentials for this enterprise or user |
    /// | `BOX_JWT_CONFIG_FILE` | the developer console's JSON file of an application with a key pair; acts for `BOX_USER_ID` or `BOX_ENTERPRISE_ID`, else for the service account of the enterprise in the file |
    /// | `BOX_REFRESH_TOKEN` | OAuth, from a token that was kept |
    /// | `BOX_ACCESS_TOKEN` | with `BOX_REFRESH_TOKEN` its access token; alone a token such as a developer token |
    /// | `BOX_TOKEN_FILE` | a file in which OAuth tokens are kept |
    /// | `BOX_API_URL`, `BOX_UPLOAD_URL`, `BOX_OAUTH2_URL` | other base URLs, all three |
    /// | `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` | see [`proxy_from_env`](Self::proxy_from_env) |
    ///
    /// # Errors
    /// `InvalidInput` that names the variables which are missing or wrong.
    pub fn from_env() -> Result<Self, Error> {
        Environment::read().apply(Self::new().proxy_from_env())
    }

    /// Sends through another transport than reqwest.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Settings of the default transport.
    pub fn http(mut self, settings: HttpSettings) -> Self {
        self.http = settings;
        self
    }

    /// Puts a layer around every exchange, inside of those that were added before.
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Arc::new(layer));
        self
    }

    /// Sends everything through a proxy. Other clients don't.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.http.proxy = Some(proxy);
        self
    }

    /// Sends through the proxy that the environment names, unless [`proxy`](Self::proxy) is set: `HTTPS_PROXY`,
    /// `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, also in lower case.
    pub fn proxy_from_env(mut self) -> Self {
        self.http.proxy_from_env = true;
        self
    }

    /// Whose certificates are trusted.
    pub fn tls_roots(mut self, roots: Roots) -> Self {
        self.http.roots = roots;
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

    /// Is told of what happens in calls: requests, token requests among them, waits before another try, and the end of
    /// each call that writes. Never of a query, a token or content. It holds the call up, so it should be quick.
    ///
    /// The same goes to `tracing`: a span for each call (`box.call`) and each exchange, and events with the targets
    /// `box::audit`, `box::retry` and `box::request`. With the feature `opentelemetry`, the metric
    /// `http.client.request.duration` goes to the provider that is set for the process when the client is built.
    pub fn on_event(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.hook = Some(Arc::new(observe));
        self
    }

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.config.defaults
    }

    /// The `user-agent` field.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.config.user_agent = Some(agent.into());
        self
    }

    /// The client.
    ///
    /// # Errors
    /// `InvalidInput` without a way to sign in, with a key that can't be read, or if a transport of the application's own
    /// is to take a proxy or TLS roots; `Internal` if TLS or randomness can't be had.
    pub fn build(self) -> Result<Client, Error> {
        let Some(grant) = self.grant else {
            let ways = "`oauth`, `client_credentials`, `jwt`, `token_provider` or `access_token`";
            return Err(Error::invalid(format!("a client needs {ways}")));
        };
        let grant = grant?;
        let transport = match self.transport {
            Some(_) if self.http.proxy.is_some() || !self.http.roots.is_default() => {
                return Err(Error::invalid("a transport of your own chooses proxy and TLS roots itself"));
            }
            Some(transport) => transport,
            None => Arc::new(Http::new(&self.http)?),
        };
        let transport = Arc::new(Traced(Layered::around(transport, self.layers)));
        let observer = Observer::new(self.hook);
        let seed = getrandom::u64().map_err(|e| no_entropy(&e))?;
        let rng = Rng::new(seed);
        let mut config = self.config;
        config.observed = true;
        let limits = if config.hosts.is_box() { RateLimits::default() } else { RateLimits::none() };
        config.traffic = Traffic::new(self.limits.unwrap_or(limits), self.budget);
        let exchange = Exchange::new(transport, config, observer, rng).acting_for(&grant);
        let session = Session::new(grant, self.tokens, exchange.rng());
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryStore::new()));
        let hooks = Hooks {
            tokens_changed: self.tokens_changed,
            sign_in_needed: self.sign_in_needed,
            provider: self.provider,
            signer: self.signer,
            ..Hooks::new(store)
        };
        let session = SessionHandle::new(session, exchange.clone(), hooks);
        let sessions = Arc::new(Sessions::new(session.clone(), self.subjects.unwrap_or(SUBJECTS)));
        Ok(Client::new(exchange, Shared { session, sessions, gate: Gate::default() }))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("grant", &self.grant)
            .field("tokens", &self.tokens)
            .field("http", &self.http)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

pub(crate) fn no_entropy(error: &getrandom::Error) -> Error {
    Error::new(ErrorKind::Internal, format!("the system gives no randomness: {error}"))
}
