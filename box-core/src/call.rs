//! One API call, from token to result.
//!
//! ```text
//!          NeedToken            Send               handle_head, handle_body*, handle_body_end
//!  Token ------------> (driver) ----> InFlight ---------------------------------------------> Done
//!    ^   handle_token                  |    |  redirect: Send to the target
//!    |                                 |    '--------------------------------> InFlight
//!    |  401 once: NeedToken{rejected}  |  lost, 429, 5xx, 202: by class and policy
//!    '---------------------------------+----> Waiting --handle_timeout--> Token
//! ```
//!
//! A call has an errand: its own request, a look at the state of the item when nobody knows what became of the request
//! (`reread.rs`), or, where the platform hides refusals, a look at the token (`hidden.rs`).

mod again;
mod flight;
mod followed;
mod hidden;
mod landing;
mod reread;
mod told;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use crate::{
    error::{Attempt, Error, ErrorKind},
    event::Event,
    headers::Headers,
    hosts::Hosts,
    operation::Host,
    options::CallOptions,
    reply::{Content, Head, Reply, RequestId},
    request::{About, Body, Draft, Request},
    retry::RetryPolicy,
    rng::Rng,
    session::{Token, TokenNeed},
    time::Timestamp,
    timeouts::Timeouts,
    traffic::Traffic,
};
use flight::Flight;

/// What all calls of a client share.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallConfig {
    /// Where Box is.
    pub hosts: Hosts,
    /// When a request is sent again.
    pub retry: RetryPolicy,
    /// How long a call may take.
    pub timeouts: Timeouts,
    /// Limits of rate and of retries, which clones share.
    pub traffic: Traffic,
    /// Options of all calls.
    pub defaults: CallOptions,
    /// The `user-agent` field; none lets the platform choose.
    pub user_agent: Option<String>,
    /// Whose session it is, for audits.
    pub subject: Option<String>,
    /// The user for whom the session acts, where it is one of many: limits of rate are a user's.
    pub user: Option<String>,
    /// Whether the session is that of a service account, whose items are not those of a person.
    pub service: bool,
    /// Whether calls tell what happens in them, as [`CallOutput::Event`].
    pub observed: bool,
    /// Whether the platform follows redirects itself, out of sight, as browsers do.
    pub follows_redirects: bool,
    /// Whether the platform hides replies that don't name its page as their reader, as browsers do. Box's 401 is
    /// such a reply, and looks like a lost connection.
    pub hides_replies: bool,
    /// Whether the platform hides how much of a body has gone out, as `fetch` does.
    pub hides_progress: bool,
}

impl CallConfig {
    /// The limits of time of a call.
    pub fn timeouts_of(&self, options: &CallOptions) -> Timeouts {
        options.timeouts.or(self.defaults.timeouts).unwrap_or(self.timeouts)
    }
}

/// How a caller wants the body of a successful reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// In memory.
    Bytes,
    /// Read to its end and kept by the driver, in a form of the platform's own.
    Kept,
    /// Handed over as it comes.
    Stream,
}

/// What the driver shall do next.
#[derive(Debug)]
pub enum CallOutput {
    /// Get a token from the session and answer with [`Call::handle_token`].
    NeedToken(TokenNeed),
    /// Send a request and report what comes of it.
    Send(RequestId, Request),
    /// Stop a request; nothing more is expected of it.
    Cancel(RequestId),
    /// Something happened. Needs no answer.
    Event(Event),
    /// Nothing to do before an input, or this time.
    Timeout(Option<Timestamp>),
    /// The result. The machine is finished.
    Done(Result<Reply, Error>),
}

/// The machine of one API call.
#[derive(Debug)]
pub struct Call {
    draft: Draft,
    options: CallOptions,
    config: Arc<CallConfig>,
    want: Want,
    rng: Rng,
    deadline: Option<Timestamp>,
    poll_until: Option<Timestamp>,
    token: Option<Token>,
    refreshed: bool,
    /// When the first request went out.
    first_sent: Option<Timestamp>,
    attempts: Vec<Attempt>,
    failures: u32,
    /// Whether a request may have had an effect of which nobody knows.
    open: bool,
    refusal: Option<Error>,
    errand: Errand,
    token_in_url: bool,
    requests: u32,
    observed: bool,
    state: State,
    outputs: VecDeque<CallOutput>,
}

/// What the next request is for.
#[derive(Debug)]
enum Errand {
    /// The call itself.
    Own,
    /// Whether the token is good.
    Token(hidden::Probe),
    /// Whether the call's request had its effect.
    State(Box<reread::Look>),
}

#[derive(Debug)]
enum State {
    Token,
    InFlight(Box<Flight>),
    Waiting { until: Timestamp },
    Done,
}

impl Call {
    /// A call of a draft. Its first output asks for a token, unless the operation needs none.
    pub fn new(
        now: Timestamp,
        draft: Draft,
        options: CallOptions,
        want: Want,
        config: Arc<CallConfig>,
        rng: Rng,
    ) -> Self {
        // What a client sets is for the API; the session has its own way of asking for tokens.
        let mut options =
            if draft.operation.host == Host::OAuth { options } else { options.or(&config.defaults) };
        let timeouts = *options.timeouts.get_or_insert(config.timeouts);
        let observed = config.observed;
        let total = options.timeout.or(timeouts.total_of(draft.operation));
        let mut call = Self {
            draft,
            options,
            config,
            want,
            rng,
            deadline: total.map(|total| now + total),
            poll_until: None,
            token: None,
            refreshed: false,
            first_sent: None,
            attempts: Vec::new(),
            failures: 0,
            open: false,
            refusal: None,
            errand: Errand::Own,
            token_in_url: false,
            requests: 0,
            observed,
            state: State::Token,
            outputs: VecDeque::new(),
        };
        if call.options.read_only && call.draft.operation.writes {
            call.finish(Err(Error::new(ErrorKind::ReadOnly, "the client only reads")));
        } else {
            call.begin(now);
        }
        call
    }

    /// Tells nothing from here on: nobody listens.
    pub fn hush(&mut self) {
        self.observed = false;
    }

    /// What to do next. Drain it after every input, until it answers `Timeout` or `Done`.
    pub fn poll_output(&mut self) -> CallOutput {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        let wait = match &self.state {
            State::Waiting { until } => Some(*until),
            State::Done => None,
            State::Token => self.deadline,
            State::InFlight(flight) => {
                let until = flight.until();
                Some(self.deadline.map_or(until, |deadline| deadline.min(until)))
            }
        };
        CallOutput::Timeout(wait)
    }

    /// The session's answer to `NeedToken`.
    pub fn handle_token(&mut self, now: Timestamp, token: Result<Token, Error>) {
        if !matches!(self.state, State::Token) {
            return;
        }
        match token {
            Ok(token) => {
                self.token = Some(token);
                self.refusal = None;
                self.send(now);
            }
            // What made the token necessary says more than that there is none.
            Err(error) => match self.refusal.take() {
                // Box didn't refuse, as far as anybody can see, and there is nothing to renew the token with.
                Some(lost) if lost.status().is_none() && error.code().is_none() => {
                    self.errand = Errand::Own;
                    self.lost_for_good(now, lost.with_source(error));
                }
                Some(refusal) => self.finish(Err(error.with_source(refusal))),
                None => self.finish(Err(error)),
            },
        }
    }

    /// The time of the last `Timeout` has come.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            let error = Error::new(ErrorKind::Timeout, "the call's time is over");
            match self.state {
                State::Done => {}
                State::InFlight(_) => self.ran_out(now, error),
                _ => self.finish(Err(error)),
            }
            return;
        }
        match &self.state {
            State::Waiting { until } if *until <= now => self.begin(now),
            State::InFlight(_) => self.check_flight(now),
            _ => {}
        }
    }

    fn begin(&mut self, now: Timestamp) {
        if self.draft.operation.host.is_anonymous() {
            self.send(now);
        } else {
            self.need_token(None);
        }
    }

    /// The user whose limits of rate it counts against, as far as it is one of many.
    pub(crate) fn user(&self) -> &str {
        self.options.as_user.as_deref().or(self.config.user.as_deref()).unwrap_or_default()
    }

    /// Another token than the one of a generation that Box has refused. Content takes long, and so must its token.
    pub(crate) fn need_token(&mut self, rejected: Option<u64>) {
        self.state = State::Token;
        let mut need = TokenNeed::instead_of(rejected);
        need.lasting = matches!(self.draft.body, Body::Parts(_));
        self.outputs.push_back(CallOutput::NeedToken(need));
    }

    fn send(&mut self, now: Timestamp) {
        match &self.errand {
            Errand::Token(_) => self.send_probe(now),
            Errand::State(_) => self.send_look(now),
            Errand::Own => self.send_own(now),
        }
    }

    fn send_own(&mut self, now: Timestamp) {
        let class = self.draft.operation.rate;
        if let Some(until) = self.config.traffic.admit(now, class, self.user()) {
            let full = || Error::new(ErrorKind::Timeout, "the limit of rate lets the call begin too late");
            return self.wait(now, until.since(now), full);
        }
        match self.compose() {
            Ok(request) => self.fly(now, request, 0),
            Err(error) => self.finish(Err(error)),
        }
    }

    /// The request of the call itself, with the token that there is.
    fn compose(&self) -> Result<Request, Error> {
        let operation = self.draft.operation;
        let mut headers = self.draft.headers.clone();
        self.sign(&mut headers);
        let by_url = self.token.as_ref().filter(|_| self.token_in_url);
        if by_url.is_some() {
            headers.retain(|name| name != "authorization");
        }
        let query = self.draft.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut query = query.chain(by_url.map(|token| ("access_token", token.secret.expose())));
        let endpoint = self.options.endpoint.as_deref();
        let url = self.config.hosts.address(operation.host, &self.draft.path, &mut query, endpoint)?;
        if let Some(error) = self.refuses_to_be_followed(&headers) {
            return Err(error);
        }
        let (method, body) = (operation.method.as_str(), self.draft.body.clone());
        let about = About::new(operation.id, operation.path);
        Ok(Request { method, url, headers, body, about })
    }

    /// Says who asks, and how.
    fn sign(&self, headers: &mut Headers) {
        for (name, value) in self.options.headers.iter() {
            headers.set(name.to_owned(), value);
        }
        let mut set = |name: &'static str, value: Option<&str>| {
            if let (Some(value), None) = (value, headers.get(name)) {
                headers.set(name, value);
            }
        };
        set("user-agent", self.config.user_agent.as_deref());
        if self.draft.operation.host.is_anonymous() {
            return;
        }
        set("as-user", self.options.as_user.as_deref());
        set("if-match", self.options.if_match.as_deref());
        set("if-none-match", self.options.if_none_match.as_deref());
        set("boxapi", self.options.shared_link.as_ref().map(|link| link.header()).as_deref());
        set("box-notifications", self.options.suppress_notifications.then_some("off"));
        if let Some(token) = &self.token {
            headers.set("authorization", ["Bearer ", token.secret.expose()].concat());
        }
    }

    /// Waits, or fails at once where the deadline would pass first.
    fn wait(&mut self, now: Timestamp, wait: Duration, late: impl FnOnce() -> Error) {
        let until = now + wait;
        if self.deadline.is_some_and(|deadline| deadline < until) {
            self.finish(Err(late().with_retry_after(Some(wait))));
        } else {
            self.state = State::Waiting { until };
        }
    }

    fn finish(&mut self, result: Result<Reply, Error>) {
        self.state = State::Done;
        let operation = self.draft.operation;
        let attempts = std::mem::take(&mut self.attempts);
        let result = result.map_err(|error| {
            let unknown = self.open && operation.writes;
            let error = if unknown { again::outcome_unknown(error) } else { error };
            error.with_operation(operation.id).with_attempts(attempts)
        });
        self.audit(&result);
        self.outputs.push_back(CallOutput::Done(result));
    }
}

fn reply(head: Head, content: Content) -> Reply {
    Reply { status: head.status, headers: head.headers, content }
}
