//! The loop that executes the core's calls. It moves bytes and decides nothing.

use std::{
    cell::{Cell, RefCell},
    future::pending,
    pin::pin,
    rc::Rc,
    sync::Arc,
};

use box_core::{
    action::CallOptions,
    call::{Call, CallConfig, CallOutput, Want},
    error::{Error, Sent},
    event::Event,
    reply::{BodyPlan, Reply, RequestId},
    request::Draft,
    rng::Rng,
    session::{Grant, Token, TokenNeed},
};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    future::{Either, LocalBoxFuture, select},
};

use crate::{
    body::{Body, ByteStream},
    clock,
    outgoing::{Cargo, on_the_wire},
    session::SessionHandle,
    transport::{HttpReply, Layered, TransportError},
};

/// What every call of a client needs.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) config: Arc<CallConfig>,
    pub(crate) layered: Layered,
    observer: Option<Observer>,
    rng: Rc<RefCell<Rng>>,
}

/// Told of what happens in calls.
pub(crate) type Observer = Rc<dyn Fn(&Event)>;

impl Exchange {
    pub(crate) fn new(layered: Layered, config: CallConfig, observer: Option<Observer>, rng: Rng) -> Self {
        Self { config: Arc::new(config), layered, observer, rng: Rc::new(RefCell::new(rng)) }
    }

    /// The same for calls of another session.
    pub(crate) fn acting_for(&self, grant: &Grant) -> Self {
        let mut exchange = self.clone();
        let config = Arc::make_mut(&mut exchange.config);
        config.subject = Some(grant.owner());
        // A downscoped token is still the same user's.
        if !matches!(grant, Grant::Exchange(_)) {
            config.user = grant.user_id().map(str::to_owned);
            config.service = grant.is_service();
        }
        exchange
    }

    /// A generator of its own for a machine.
    pub(crate) fn rng(&self) -> Rng {
        self.rng.borrow_mut().fork()
    }

    /// Makes a call that needs no token.
    pub(crate) async fn call(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        let (reply, _) = self.drive(draft, options, Want::Bytes, Cargo::default(), None).await?;
        Ok(reply)
    }

    /// Makes a call; the body is there where a stream was wanted. Dropping the future ends what is under way.
    pub(crate) async fn drive(
        &self,
        draft: Draft,
        options: CallOptions,
        want: Want,
        cargo: Cargo<'_>,
        session: Option<&SessionHandle>,
    ) -> Result<(Reply, Option<Body>), Error> {
        let config = Arc::clone(&self.config);
        let idle = options.timeouts.or(config.defaults.timeouts).unwrap_or(config.timeouts).idle;
        let call = Call::new(clock::now(), draft, options, want, config, self.rng());
        let mut running = Running { call, observer: self.observer.as_ref() };
        let call = &mut running.call;
        let mut work = Work::Nothing;
        let mut held = None;
        let mut outgoing = None;
        loop {
            let until = loop {
                match call.poll_output() {
                    CallOutput::NeedToken(need) => work = Work::token(session, need),
                    CallOutput::Send(id, request) => {
                        let sent = Rc::new(Cell::new(0));
                        match on_the_wire(request, cargo, &sent) {
                            Ok(request) => work = Work::Reply(id, self.layered.send(request)),
                            Err(error) => call.handle_transport_error(clock::now(), id, Sent::No, error),
                        }
                        outgoing = Some((id, sent));
                    }
                    CallOutput::Cancel(_) => work = Work::Nothing,
                    CallOutput::Event(event) => self.observe(&event),
                    CallOutput::Timeout(until) => break until,
                    CallOutput::Done(result) => return result.map(|reply| (reply, held)),
                }
            };
            let input = {
                let (next, alarm) = (pin!(work.next()), pin!(clock::sleep_until(until)));
                match select(next, alarm).await {
                    Either::Left((input, _)) => input,
                    Either::Right(((), _)) => Input::Timeout,
                }
            };
            let now = clock::now();
            if let (Input::Timeout | Input::Lost(..), Some((id, sent))) = (&input, &outgoing) {
                call.handle_sent(now, *id, sent.get());
            }
            match input {
                Input::Timeout => call.handle_timeout(now),
                Input::Token(token) => {
                    work = Work::Nothing;
                    call.handle_token(now, token);
                }
                Input::Head(id, reply) => match call.handle_head(now, id, reply.head) {
                    BodyPlan::Discard => work = Work::Nothing,
                    BodyPlan::Buffer { .. } => work = Work::Body(id, reply.body.chunks()),
                    BodyPlan::Keep => {
                        // Nothing here asks for a form of its own: the stream is as good.
                        held = Some(reply.body);
                        call.handle_body_end(now, id);
                    }
                    BodyPlan::HandOver => {
                        work = Work::Nothing;
                        held = Some(reply.body.with_idle(idle));
                    }
                },
                Input::Bytes(id, bytes) => call.handle_body(now, id, &bytes),
                Input::End(id) => {
                    work = Work::Nothing;
                    call.handle_body_end(now, id);
                }
                Input::Lost(id, lost) => {
                    work = Work::Nothing;
                    call.handle_transport_error(now, id, lost.sent, lost.error);
                }
            }
        }
    }

    fn observe(&self, event: &Event) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}

/// A call under way. If its caller leaves, what it was about is told.
struct Running<'a> {
    call: Call,
    observer: Option<&'a Observer>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(observer) = self.observer {
            self.call.abandon();
            while let CallOutput::Event(event) = self.call.poll_output() {
                observer(&event);
            }
        }
    }
}

/// What is under way. Dropping it ends it.
enum Work<'a> {
    Nothing,
    Token(LocalBoxFuture<'a, Result<Token, Error>>),
    Reply(RequestId, LocalBoxFuture<'static, Result<HttpReply, TransportError>>),
    Body(RequestId, ByteStream),
}

/// What came of it.
enum Input {
    Timeout,
    Token(Result<Token, Error>),
    Head(RequestId, HttpReply),
    Bytes(RequestId, Bytes),
    End(RequestId),
    Lost(RequestId, TransportError),
}

impl<'a> Work<'a> {
    fn token(session: Option<&'a SessionHandle>, need: TokenNeed) -> Self {
        Self::Token(Box::pin(async move {
            match session {
                Some(session) => session.token(need).await,
                None => Err(Error::internal("a call of the session needs a token itself")),
            }
        }))
    }

    async fn next(&mut self) -> Input {
        match self {
            Self::Nothing => pending().await,
            Self::Token(token) => Input::Token(token.await),
            Self::Reply(id, reply) => match reply.await {
                Ok(reply) => Input::Head(*id, reply),
                Err(lost) => Input::Lost(*id, lost),
            },
            Self::Body(id, body) => match body.next().await {
                Some(Ok(bytes)) => Input::Bytes(*id, bytes),
                Some(Err(error)) => Input::Lost(*id, TransportError::after_sending(error)),
                None => Input::End(*id),
            },
        }
    }
}
