//! A script on a virtual clock: what a driver would do, one line a step.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a script is a test")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{sync::Arc, time::Duration};

use box_core::{
    action::{Action, CallOptions},
    call::{Call, CallConfig, CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    reply::{BodyPlan, Head, Reply, RequestId},
    request::{Draft, Request},
    rng::Rng,
    session::Token,
    time::Timestamp,
};

/// A call and its clock.
pub(crate) struct Script {
    pub(crate) call: Call,
    pub(crate) now: Timestamp,
    id: Option<RequestId>,
}

impl Script {
    pub(crate) fn of(action: &impl Action) -> Self {
        Self::with(action, CallOptions::default(), Want::Bytes)
    }

    pub(crate) fn with(action: &impl Action, options: CallOptions, want: Want) -> Self {
        Self::draft(action.draft(&mut Rng::new(1)).unwrap(), options, want, CallConfig::default())
    }

    /// On a platform that follows redirects itself.
    pub(crate) fn following(action: &impl Action, options: CallOptions) -> Self {
        let mut config = CallConfig::default();
        config.follows_redirects = true;
        Self::draft(action.draft(&mut Rng::new(1)).unwrap(), options, Want::Bytes, config)
    }

    /// On a platform that hides replies which aren't meant for its page.
    pub(crate) fn hiding(action: &impl Action) -> Self {
        let mut config = CallConfig::default();
        config.hides_replies = true;
        Self::draft(action.draft(&mut Rng::new(1)).unwrap(), CallOptions::default(), Want::Bytes, config)
    }

    /// A read that the platform keeps in a form of its own.
    pub(crate) fn kept(action: &impl Action) -> Self {
        let draft = action.draft(&mut Rng::new(1)).unwrap();
        Self::draft(draft, CallOptions::default(), Want::Kept, CallConfig::default())
    }

    fn draft(draft: Draft, options: CallOptions, want: Want, config: CallConfig) -> Self {
        let now = Timestamp(1_000_000);
        let call = Call::new(now, draft, options, want, Arc::new(config), Rng::new(2));
        Self { call, now, id: None }
    }

    /// The call asks for a token; it gets one of this generation.
    pub(crate) fn token(&mut self, rejected: Option<u64>, generation: u64) -> &mut Self {
        match self.call.poll_output() {
            CallOutput::NeedToken(need) => assert_eq!(need.rejected, rejected),
            other => panic!("expected NeedToken, found {other:?}"),
        }
        let secret = format!("token-{generation}").into();
        self.call.handle_token(self.now, Ok(Token { secret, generation }));
        self
    }

    /// The call sends a request.
    pub(crate) fn sends(&mut self) -> Request {
        match self.call.poll_output() {
            CallOutput::Send(id, request) => {
                self.id = Some(id);
                request
            }
            other => panic!("expected Send, found {other:?}"),
        }
    }

    /// A reply with a body, as far as the call wants it.
    pub(crate) fn reply(&mut self, status: u16, headers: &[(&'static str, &str)], body: &str) -> BodyPlan {
        let id = self.id.expect("a request was sent");
        let plan = self.plan(status, headers);
        if let BodyPlan::Buffer { .. } = plan {
            // In two pieces, as a network may cut it.
            let (one, two) = body.as_bytes().split_at(body.len() / 2);
            self.call.handle_body(self.now, id, one);
            self.call.handle_body(self.now, id, two);
            self.call.handle_body_end(self.now, id);
        }
        plan
    }

    /// A reply whose body is lost on the way.
    pub(crate) fn cut(&mut self, status: u16, headers: &[(&'static str, &str)], body: &str) {
        let id = self.head(status, headers);
        self.call.handle_body(self.now, id, body.as_bytes());
        self.lost(Sent::Maybe);
    }

    /// The head of a reply.
    pub(crate) fn head(&mut self, status: u16, headers: &[(&'static str, &str)]) -> RequestId {
        self.plan(status, headers);
        self.id.expect("a request was sent")
    }

    fn plan(&mut self, status: u16, headers: &[(&'static str, &str)]) -> BodyPlan {
        let id = self.id.expect("a request was sent");
        let head = Head { status, headers: headers.iter().copied().collect() };
        self.call.handle_head(self.now, id, head)
    }

    /// There is no token, for this reason.
    pub(crate) fn no_token(&mut self, rejected: Option<u64>, error: Error) {
        match self.call.poll_output() {
            CallOutput::NeedToken(need) => assert_eq!(need.rejected, rejected),
            other => panic!("expected NeedToken, found {other:?}"),
        }
        self.call.handle_token(self.now, Err(error));
    }

    /// The request or its reply is lost.
    pub(crate) fn lost(&mut self, sent: Sent) -> &mut Self {
        self.fails(sent, ErrorKind::Transport)
    }

    /// The request fails in some way.
    pub(crate) fn fails(&mut self, sent: Sent, kind: ErrorKind) -> &mut Self {
        let id = self.id.expect("a request was sent");
        let error = Error::new(kind, "lost");
        self.call.handle_transport_error(self.now, id, sent, error);
        self
    }

    /// The call waits; the clock goes on to the time that it named.
    pub(crate) fn waits(&mut self) -> Duration {
        match self.call.poll_output() {
            CallOutput::Timeout(Some(until)) => {
                let wait = until.since(self.now);
                self.now = until;
                self.call.handle_timeout(self.now);
                wait
            }
            other => panic!("expected a wait, found {other:?}"),
        }
    }

    /// The call is done.
    pub(crate) fn done(&mut self) -> Result<Reply, Error> {
        match self.call.poll_output() {
            CallOutput::Done(result) => {
                assert!(matches!(self.call.poll_output(), CallOutput::Timeout(None)));
                result
            }
            other => panic!("expected Done, found {other:?}"),
        }
    }
}
