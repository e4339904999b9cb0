//! The loop that executes the core's calls. It moves bytes and decides nothing.

use std::{cell::RefCell, future::pending, pin::pin, rc::Rc, sync::Arc};

use box_core::{
    action::CallOptions,
    call::{Call, CallConfig, CallOutput, Want},
    error::{Error, Sent},
    reply::{BodyPlan, Reply, RequestId},
    request::Draft,
    rng::Rng,
    session::Token,
};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    future::{Either, LocalBoxFuture, select},
};

use crate::{
    body::{Body, ByteStream},
    clock,
    session::SessionHandle,
    transport::{Cargo, Incoming, Transport},
};

/// What every call of a client needs.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) config: Arc<CallConfig>,
    pub(crate) transport: Transport,
    rng: Rc<RefCell<Rng>>,
}

impl Exchange {
    pub(crate) fn new(transport: Transport, config: CallConfig, rng: Rng) -> Self {
        Self { config: Arc::new(config), transport, rng: Rc::new(RefCell::new(rng)) }
    }

    /// A generator of its own for a machine.
    pub(crate) fn rng(&self) -> Rng {
        self.rng.borrow_mut().fork()
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
        let follows_redirects = config.follows_redirects;
        let mut call = Call::new(clock::now(), draft, options, want, config, self.rng());
        let mut work = Work::Nothing;
        let mut held = None;
        loop {
            let until = loop {
                match call.poll_output() {
                    CallOutput::NeedToken { rejected } => work = Work::token(session, rejected),
                    CallOutput::Send(id, request) => {
                        match self.transport.send(request, cargo, follows_redirects) {
                            Ok(reply) => work = Work::Reply(id, reply),
                            Err(error) => call.handle_transport_error(clock::now(), id, Sent::No, error),
                        }
                    }
                    CallOutput::Cancel(_) => work = Work::Nothing,
                    CallOutput::Event(_) => {}
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
                        held = Some(reply.body);
                    }
                },
                Input::Bytes(id, bytes) => call.handle_body(now, id, &bytes),
                Input::End(id) => {
                    work = Work::Nothing;
                    call.handle_body_end(now, id);
                }
                Input::Lost(id, error) => {
                    work = Work::Nothing;
                    // The platform doesn't tell a refused connection from a lost reply.
                    call.handle_transport_error(now, id, Sent::Maybe, error);
                }
            }
        }
    }
}

/// What is under way. Dropping it ends it.
enum Work<'a> {
    Nothing,
    Token(LocalBoxFuture<'a, Result<Token, Error>>),
    Reply(RequestId, LocalBoxFuture<'static, Result<Incoming, Error>>),
    Body(RequestId, ByteStream),
}

/// What came of it.
enum Input {
    Timeout,
    Token(Result<Token, Error>),
    Head(RequestId, Incoming),
    Bytes(RequestId, Bytes),
    End(RequestId),
    Lost(RequestId, Error),
}

impl<'a> Work<'a> {
    fn token(session: Option<&'a SessionHandle>, rejected: Option<u64>) -> Self {
        Self::Token(Box::pin(async move {
            match session {
                Some(session) => session.token(rejected).await,
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
                Err(error) => Input::Lost(*id, error),
            },
            Self::Body(id, body) => match body.next().await {
                Some(Ok(bytes)) => Input::Bytes(*id, bytes),
                Some(Err(error)) => Input::Lost(*id, error),
                None => Input::End(*id),
            },
        }
    }
}
