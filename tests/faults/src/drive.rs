//! The loop that executes a call, as the drivers of the platforms have it.

use std::{future::pending, pin::Pin, sync::Arc};

use box_core::{
    call::{Call, CallOutput, Want},
    error::Error,
    options::CallOptions,
    reply::{BodyPlan, Reply, RequestId},
    request::Draft,
    session::{Token, TokenNeed},
};
use bytes::{Bytes, BytesMut};

use crate::{
    client::Client,
    clock::{First, first},
    source::Source,
    wire::{Flight, Incoming, Lost, Stream},
};

/// What a call ended with: the reply, and the body that the driver holds.
pub type Ended = Result<(Reply, Held), Error>;

/// A body that stayed with the driver.
pub enum Held {
    /// None did.
    Nothing,
    /// All of it.
    Bytes(Bytes),
    /// It is still to come.
    Stream(Stream),
}

/// Makes a call.
pub(crate) async fn drive(
    client: &Client,
    draft: Draft,
    options: CallOptions,
    want: Want,
    source: &Source,
    with_token: bool,
) -> Ended {
    let clock = client.clock();
    let config = Arc::clone(client.config());
    let mut call = Call::new(clock.now(), draft, options, want, config, client.rng());
    let mut work = Work::Nothing;
    let mut held = Held::Nothing;
    let mut kept = BytesMut::new();
    loop {
        let until = loop {
            match call.poll_output() {
                CallOutput::NeedToken(need) => work = Work::token(client, need, with_token),
                CallOutput::Send(id, request) => {
                    work = Work::Reply(id, client.wire().send(request, source));
                }
                CallOutput::Cancel(_) => work = Work::Nothing,
                CallOutput::Event(event) => client.note(event),
                CallOutput::Timeout(until) => break until,
                CallOutput::Done(result) => return result.map(|reply| (reply, held)),
            }
        };
        let input = match first(work.next(), clock.sleep_until(until)).await {
            First::One(input) => input,
            First::Other(()) => Input::Timeout,
        };
        let now = clock.now();
        if let Work::Reply(id, flight) = &work {
            call.handle_sent(now, *id, flight.sent(now));
        }
        match input {
            Input::Timeout => call.handle_timeout(now),
            Input::Token(token) => {
                work = Work::Nothing;
                call.handle_token(now, token);
            }
            Input::Head(id, Incoming { head, body }) => match call.handle_head(now, id, head) {
                BodyPlan::Discard => work = Work::Nothing,
                BodyPlan::Buffer { .. } => work = Work::Body(id, body),
                BodyPlan::Keep => {
                    kept.clear();
                    work = Work::Kept(id, body);
                }
                BodyPlan::HandOver => {
                    work = Work::Nothing;
                    held = Held::Stream(body);
                }
            },
            Input::Bytes(id, bytes) => call.handle_body(now, id, &bytes),
            Input::Kept(bytes) => kept.extend_from_slice(&bytes),
            Input::End(id) => {
                if matches!(work, Work::Kept(..)) {
                    held = Held::Bytes(kept.split().freeze());
                }
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

/// What is under way. Dropping it ends it.
enum Work<'a> {
    Nothing,
    Token(Pin<Box<dyn Future<Output = Result<Token, Error>> + 'a>>),
    Reply(RequestId, Flight),
    Body(RequestId, Stream),
    Kept(RequestId, Stream),
}

/// What came of it.
enum Input {
    Timeout,
    Token(Result<Token, Error>),
    Head(RequestId, Incoming),
    Bytes(RequestId, Bytes),
    Kept(Bytes),
    End(RequestId),
    Lost(RequestId, Lost),
}

impl<'a> Work<'a> {
    fn token(client: &'a Client, need: TokenNeed, with_token: bool) -> Self {
        Self::Token(Box::pin(async move {
            match client.session() {
                Some(session) if with_token => session.token(client, need).await,
                _ => Err(Error::internal("a call of the session needs a token itself")),
            }
        }))
    }

    async fn next(&mut self) -> Input {
        match self {
            Self::Nothing => pending().await,
            Self::Token(token) => Input::Token(token.await),
            Self::Reply(id, flight) => match flight.reply().await {
                Ok(incoming) => Input::Head(*id, incoming),
                Err(lost) => Input::Lost(*id, lost),
            },
            Self::Body(id, body) => match body.next().await {
                Some(Ok(bytes)) => Input::Bytes(*id, bytes),
                Some(Err(error)) => Input::Lost(*id, Lost::after_sending(error)),
                None => Input::End(*id),
            },
            Self::Kept(id, body) => match body.next().await {
                Some(Ok(bytes)) => Input::Kept(bytes),
                Some(Err(error)) => Input::Lost(*id, Lost::after_sending(error)),
                None => Input::End(*id),
            },
        }
    }
}
