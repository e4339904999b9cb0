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
//! Where the platform hides refusals (`hidden.rs`), a lost reply may have been a 401.

mod followed;
mod hidden;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{
    action::CallOptions,
    error::{self, Error, ErrorKind, Outcome, Sent},
    headers::Headers,
    hosts::Hosts,
    operation::{Accepted, ReplyKind},
    redirect, refusal,
    reply::{BodyPlan, Content, Head, Reply, RequestId},
    request::{Draft, Replay, Request},
    retry::{self, Attempt, RetryPolicy},
    rng::Rng,
    session::Token,
    time::Timestamp,
};

/// What all calls of a client share.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallConfig {
    /// Where Box is.
    pub hosts: Hosts,
    /// When a request is sent again.
    pub retry: RetryPolicy,
    /// The `user-agent` field; none lets the platform choose.
    pub user_agent: Option<String>,
    /// Whether the platform follows redirects itself, out of sight, as browsers do.
    pub follows_redirects: bool,
    /// Whether the platform hides replies that don't name its page as their reader, as browsers do. Box's 401 is
    /// such a reply, and looks like a lost connection.
    pub hides_replies: bool,
}

/// Most bytes of a successful reply that are kept in memory.
const MAX_REPLY: u64 = 256 * 1024 * 1024;

/// Least wait between two polls, also where Box asks for none.
const MIN_POLL: Duration = Duration::from_millis(100);

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
    NeedToken {
        /// Generation of the token that Box has just refused.
        rejected: Option<u64>,
    },
    /// Send a request and report what comes of it.
    Send(RequestId, Request),
    /// Stop a request; nothing more is expected of it.
    Cancel(RequestId),
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
    attempts: u32,
    failures: u32,
    refusal: Option<Error>,
    probe: Option<hidden::Probe>,
    token_in_url: bool,
    requests: u32,
    state: State,
    outputs: VecDeque<CallOutput>,
}

#[derive(Debug)]
enum State {
    Token,
    InFlight(Flight),
    Waiting { until: Timestamp },
    Done,
}

#[derive(Debug)]
struct Flight {
    id: RequestId,
    request: Request,
    hop: u32,
    head: Head,
    body: Vec<u8>,
    max: u64,
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
        let deadline = options.timeout.map(|timeout| now + timeout);
        let mut call = Self {
            draft,
            options,
            config,
            want,
            rng,
            deadline,
            poll_until: None,
            token: None,
            refreshed: false,
            attempts: 0,
            failures: 0,
            refusal: None,
            probe: None,
            token_in_url: false,
            requests: 0,
            state: State::Token,
            outputs: VecDeque::new(),
        };
        call.begin();
        call
    }

    /// What to do next. Drain it after every input, until it answers `Timeout` or `Done`.
    pub fn poll_output(&mut self) -> CallOutput {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        let wait = match self.state {
            State::Waiting { until } => Some(until),
            State::Done => None,
            State::Token | State::InFlight(_) => self.deadline,
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
                self.send();
            }
            // What made the token necessary says more than that there is none.
            Err(error) => {
                let error = match self.refusal.take() {
                    // Box didn't refuse, as far as anybody can see, and there is nothing to renew the token with.
                    Some(lost) if lost.status().is_none() && error.code().is_none() => {
                        self.probe = None;
                        let lost = lost.with_source(error);
                        return self.again_or_fail(now, Outcome::Lost(Sent::Maybe), lost);
                    }
                    Some(refusal) => error.with_source(refusal),
                    None => error,
                };
                self.finish(Err(error));
            }
        }
    }

    /// The status and header fields of a reply. The answer says what to do with its body.
    pub fn handle_head(&mut self, now: Timestamp, id: RequestId, head: Head) -> BodyPlan {
        let Some(flight) = self.flight(id) else {
            return BodyPlan::Discard;
        };
        flight.head = head.clone();
        if let Some(probe) = self.probe.take() {
            self.probe_answered(probe, head.status);
            return BodyPlan::Discard;
        }
        let operation = self.draft.operation;
        match head.status {
            202 if operation.accepted == Accepted::Poll => self.poll(now, &head),
            200..=299 if operation.reply == ReplyKind::Nothing => {
                self.finish(Ok(reply(head, Content::Bytes(Bytes::new()))));
            }
            200..=299 if self.want == Want::Stream => {
                self.finish(Ok(reply(head, Content::Held(id))));
                return BodyPlan::HandOver;
            }
            200..=299 if self.want == Want::Kept => return BodyPlan::Keep,
            200..=299 => return self.buffer(id, MAX_REPLY),
            304 => {
                let error = Error::new(ErrorKind::NotModified, "the item is unchanged");
                self.finish(Err(error.with_status(304)));
            }
            300..=399 if operation.reply == ReplyKind::Redirect => {
                self.finish(Ok(reply(head, Content::Bytes(Bytes::new()))));
            }
            300..=399 => self.redirect(),
            _ => return self.buffer(id, refusal::MAX_BODY),
        }
        BodyPlan::Discard
    }

    /// Bytes of a body that is buffered.
    pub fn handle_body(&mut self, now: Timestamp, id: RequestId, bytes: &[u8]) {
        let Some(flight) = self.flight(id) else {
            return;
        };
        let room = flight.max.saturating_sub(flight.body.len() as u64);
        if bytes.len() as u64 <= room {
            flight.body.extend_from_slice(bytes);
        } else if flight.head.status < 300 {
            let error = Error::new(ErrorKind::Decode, format!("the reply is longer than {MAX_REPLY} bytes"));
            self.outputs.push_back(CallOutput::Cancel(id));
            self.finish(Err(error));
        } else {
            // The status of an error counts; so much of its body is enough.
            self.outputs.push_back(CallOutput::Cancel(id));
            self.handle_body_end(now, id);
        }
    }

    /// The end of a body that is buffered.
    pub fn handle_body_end(&mut self, now: Timestamp, id: RequestId) {
        let Some(flight) = self.flight(id) else {
            return;
        };
        let (head, body) = (std::mem::take(&mut flight.head), std::mem::take(&mut flight.body));
        if head.status < 300 {
            let kept = self.want == Want::Kept;
            let content = if kept { Content::Held(id) } else { Content::Bytes(body.into()) };
            self.finish(Ok(reply(head, content)));
            return;
        }
        let in_header = flight.request.headers.get("authorization").is_some();
        let authorized = in_header || self.token_in_url;
        let wait = retry::retry_after(&head, now);
        let error = refusal::error(self.draft.operation, &head, &body).with_retry_after(wait);
        if head.status == 401 && authorized && !self.refreshed {
            self.refreshed = true;
            self.renew(error);
        } else {
            self.again_or_fail(now, Outcome::Status(head.status), error);
        }
    }

    /// A request, or the body of its reply, was lost.
    pub fn handle_transport_error(&mut self, now: Timestamp, id: RequestId, sent: Sent, error: Error) {
        let Some(flight) = self.flight(id) else {
            return;
        };
        if flight.head.status >= 400 {
            // The status is known, and it decides: the rest of the body wouldn't change anything.
            return self.handle_body_end(now, id);
        }
        let (unanswered, status) = (flight.head.status == 0, flight.head.status);
        match error.kind() {
            // The fault lies on this side: the source can't be read, or the transport can't send such a request.
            ErrorKind::Io | ErrorKind::InvalidInput | ErrorKind::Unsupported => {
                self.finish(Err(error));
            }
            // What the driver keeps is not what it should be.
            ErrorKind::Decode => self.finish(Err(error.with_status(status))),
            _ if unanswered && self.may_go_by_url(sent) => {
                self.token_in_url = true;
                self.send();
            }
            _ if unanswered && self.may_be_hidden(sent) => self.doubt(error),
            _ => {
                let hidden = unanswered && sent == Sent::Maybe && self.config.hides_replies;
                let error = if hidden { hidden::error(error) } else { error };
                self.again_or_fail(now, Outcome::Lost(sent), error);
            }
        }
    }

    /// The time of the last `Timeout` has come.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            if let State::InFlight(flight) = &self.state {
                self.outputs.push_back(CallOutput::Cancel(flight.id));
            }
            if !matches!(self.state, State::Done) {
                self.finish(Err(Error::new(ErrorKind::Timeout, "the call's time is over")));
            }
        } else if matches!(self.state, State::Waiting { until } if until <= now) {
            self.begin();
        }
    }

    fn begin(&mut self) {
        if self.draft.operation.host.is_anonymous() {
            self.send();
        } else {
            self.state = State::Token;
            self.outputs.push_back(CallOutput::NeedToken { rejected: None });
        }
    }

    fn send(&mut self) {
        if self.probe.is_some() {
            return self.send_probe();
        }
        let mut draft = self.draft.clone();
        for (name, value) in self.options.headers.iter() {
            draft.headers.set(name.to_owned(), value);
        }
        self.sign(&mut draft.headers);
        if let (true, Some(token)) = (self.token_in_url, &self.token) {
            draft.headers.retain(|name| name != "authorization");
            draft.set_query("access_token", token.secret.expose().to_owned());
        }
        let url = match self.config.hosts.url(&draft, self.options.endpoint.as_deref()) {
            Ok(url) => url,
            Err(error) => return self.finish(Err(error)),
        };
        let Draft { headers, body, .. } = draft;
        if let Some(error) = self.refuses_to_be_followed(&headers) {
            return self.finish(Err(error));
        }
        let method = self.draft.operation.method.as_str();
        self.attempts += 1;
        self.fly(Request { method, url, headers, body }, 0);
    }

    /// Says who asks.
    fn sign(&self, headers: &mut Headers) {
        if let Some(agent) = &self.config.user_agent {
            headers.set("user-agent", agent);
        }
        if let Some(user) = &self.options.as_user {
            headers.set("as-user", user);
        }
        if let Some(token) = &self.token {
            headers.set("authorization", format!("Bearer {}", token.secret.expose()));
        }
    }

    fn fly(&mut self, request: Request, hop: u32) {
        let id = RequestId(self.requests);
        self.requests += 1;
        self.outputs.push_back(CallOutput::Send(id, request.clone()));
        self.state =
            State::InFlight(Flight { id, request, hop, head: Head::default(), body: Vec::new(), max: 0 });
    }

    fn flight(&mut self, id: RequestId) -> Option<&mut Flight> {
        match &mut self.state {
            State::InFlight(flight) if flight.id == id => Some(flight),
            _ => None,
        }
    }

    fn buffer(&mut self, id: RequestId, max: u64) -> BodyPlan {
        if let Some(flight) = self.flight(id) {
            flight.max = max;
        }
        BodyPlan::Buffer { max }
    }

    fn redirect(&mut self) {
        let State::InFlight(flight) = &self.state else {
            return;
        };
        let hop = flight.hop;
        match redirect::follow(&flight.request, self.draft.operation.method, &flight.head, hop) {
            Ok(request) => self.fly(request, hop + 1),
            Err(error) => self.finish(Err(error)),
        }
    }

    fn renew(&mut self, error: Error) {
        let rejected = self.token.take().map(|token| token.generation);
        if self.draft.body.replay() == Replay::Once {
            self.finish(Err(error));
        } else {
            self.refusal = Some(error);
            self.state = State::Token;
            self.outputs.push_back(CallOutput::NeedToken { rejected });
        }
    }

    fn poll(&mut self, now: Timestamp, head: &Head) {
        let policy = &self.config.retry;
        let wait = retry::retry_after(head, now).map_or(policy.poll_every, |wait| wait.max(MIN_POLL));
        let until = *self.poll_until.get_or_insert(now + policy.poll_for);
        if now + wait > until {
            let error = Error::new(ErrorKind::Timeout, "Box answered `not ready` for too long");
            self.finish(Err(error.with_status(202).with_retry_after(Some(wait))));
        } else {
            self.wait(now, wait, None);
        }
    }

    fn again_or_fail(&mut self, now: Timestamp, outcome: Outcome, error: Error) {
        let attempt = Attempt {
            class: self.draft.operation.retry,
            guarded: self.draft.headers.get("if-match").is_some(),
            replay: self.draft.body.replay(),
            number: self.failures + 1,
            outcome,
            retry_after: error.retry_after(),
        };
        match self.config.retry.wait(attempt, &mut self.rng) {
            Some(wait) => {
                self.failures += 1;
                self.wait(now, wait, Some(error));
            }
            None => self.finish(Err(error)),
        }
    }

    /// Waits, or fails at once where the deadline would pass first.
    fn wait(&mut self, now: Timestamp, wait: Duration, error: Option<Error>) {
        let until = now + wait;
        if self.deadline.is_some_and(|deadline| deadline < until) {
            let late = || Error::new(ErrorKind::Timeout, "the call's time ends before the next try");
            self.finish(Err(error.unwrap_or_else(late).with_retry_after(Some(wait))));
        } else {
            self.state = State::Waiting { until };
        }
    }

    fn finish(&mut self, result: Result<Reply, Error>) {
        self.state = State::Done;
        let operation = self.draft.operation.id;
        let result = result.map_err(|error| {
            let outcome = error.status().map_or(Outcome::Lost(Sent::Maybe), Outcome::Status);
            let last = error::Attempt::new(outcome, None, Duration::ZERO);
            error.with_operation(operation).with_attempts(vec![last; self.attempts as usize])
        });
        self.outputs.push_back(CallOutput::Done(result));
    }
}

fn reply(head: Head, content: Content) -> Reply {
    Reply { status: head.status, headers: head.headers, content }
}
