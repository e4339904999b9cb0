//! Token requests: each is a call of its own, driven by events.

use std::sync::Arc;

use box_core::{
    call::{Call, CallConfig, CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    options::CallOptions,
    reply::{BodyPlan, Head, Reply, RequestId},
    request::Draft,
    rng::Rng,
    time::Timestamp,
};

use crate::{
    box_site,
    event::{Event, Input, Life},
    network,
    world::World,
};

/// A token request under way.
#[derive(Debug)]
pub(crate) struct Exchange {
    call: Call,
    purpose: Purpose,
    /// The refresh token that it presents.
    refresh: Option<String>,
    /// When it is over at the latest.
    until: u64,
}

/// Who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Session,
    SignIn,
}

impl World {
    /// Begins a token request.
    pub(crate) fn begin_exchange(
        &mut self,
        life: Life,
        draft: Draft,
        options: CallOptions,
        purpose: Purpose,
    ) {
        let began = self.scheduler.now();
        let limit = options.timeout.map_or(0, |limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        let rng = Rng::new(self.rng.u64(..));
        let config = Arc::<CallConfig>::clone(&self.config);
        let Some(mind) = self.mind(life) else {
            return;
        };
        let key = mind.name();
        let call = Call::new(Timestamp(began), draft, options, Want::Bytes, config, rng);
        mind.exchanges.insert(key, Exchange { call, purpose, refresh: None, until: began + limit });
        self.drive(life, key, |_, _| {});
    }

    /// An exchange hears of something, and goes on.
    pub(crate) fn drive(&mut self, life: Life, key: u64, hears: impl FnOnce(&mut Call, Timestamp)) {
        let now = Timestamp(self.scheduler.now());
        let Some(mut exchange) = self.mind(life).and_then(|mind| mind.exchanges.remove(&key)) else {
            return;
        };
        hears(&mut exchange.call, now);
        loop {
            match exchange.call.poll_output() {
                CallOutput::Send(id, request) => {
                    let request = network::arriving(&request);
                    let first = exchange.refresh.is_none();
                    exchange.refresh = box_site::member(&request, "refresh_token");
                    if let Some(refresh) = &exchange.refresh {
                        self.sends_refresh(life, key, refresh, exchange.until, first);
                    }
                    self.send(life, key, id, request);
                }
                CallOutput::NeedToken(_) => {
                    exchange.call.handle_token(now, Err(Error::internal("a token request needs no token")));
                }
                CallOutput::Cancel(_) | CallOutput::Event(_) => {}
                CallOutput::Timeout(until) => {
                    if let Some(Timestamp(until)) = until {
                        self.scheduler.plan_at(until, Event::Heard(life, Input::Wake(key)));
                    }
                    if let Some(mind) = self.mind(life) {
                        mind.exchanges.insert(key, exchange);
                    }
                    return;
                }
                CallOutput::Done(result) => return self.ended(life, key, &exchange, result),
            }
        }
    }

    fn ended(&mut self, life: Life, key: u64, exchange: &Exchange, result: Result<Reply, Error>) {
        let now = self.scheduler.now();
        let shown = || match &result {
            Ok(_) => "answered".to_owned(),
            Err(error) => format!("{:?} {}", error.kind(), error.code().unwrap_or_default()),
        };
        self.trace.note(now, || format!("{life:?}: token request {key} {}", shown()));
        if let Some(refresh) = &exchange.refresh {
            let refused = result.as_ref().is_err_and(|error| error.code() == Some("invalid_grant"));
            self.judge.landed(life, refresh, refused, result.is_ok());
        }
        match exchange.purpose {
            Purpose::Session => {
                if let Some(mind) = self.mind(life) {
                    mind.session.handle_reply(Timestamp(now), result);
                }
            }
            Purpose::SignIn => {
                if let Ok(reply) = result {
                    self.signed_in(life, &reply);
                }
            }
        }
    }
}

/// Tells a call of a reply, or that there is none.
pub(crate) fn answer(
    call: &mut Call,
    now: Timestamp,
    id: RequestId,
    reply: Option<Box<box_emulator::Reply>>,
    sent: Sent,
) {
    let Some(reply) = reply else {
        let error = Error::new(ErrorKind::Transport, "the connection was closed");
        return call.handle_transport_error(now, id, sent, error);
    };
    let mut headers = Headers::new();
    for (name, value) in &reply.headers {
        headers.set(name.clone(), value.as_str());
    }
    if let BodyPlan::Buffer { .. } = call.handle_head(now, id, Head { status: reply.status, headers }) {
        call.handle_body(now, id, &reply.bytes().unwrap_or_default());
        call.handle_body_end(now, id);
    }
}
