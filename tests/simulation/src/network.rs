//! The network between the clients and Box.

use box_core::{
    error::Sent,
    reply::RequestId,
    request::{Body, Request},
};

use crate::{
    event::{Arrival, Event, Input, Life, ReplyFate, ReplyTo},
    world::World,
};

/// Longest journey of a request or reply, in milliseconds.
const LATE: u64 = 60_000;

/// When a caller no longer waits for its reply.
const PATIENCE: u64 = 60_000;

impl World {
    /// A token request of a client goes out.
    pub(crate) fn send(&mut self, life: Life, exchange: u64, id: RequestId, request: box_emulator::Request) {
        let chaos = self.plan.chaos;
        let reply_to = ReplyTo::Exchange(life, exchange, id);
        let mut lost = |sent, after| {
            self.tally.lost += 1;
            self.scheduler.plan(after, Event::Heard(life, Input::Reply(exchange, id, None, sent)));
        };
        let (loses, is_busy) = (self.rng.u32(0..1000), self.rng.u32(0..1000));
        let loses = !self.calm && loses < chaos.lose;
        if loses && self.rng.u32(0..3) == 0 {
            // It never reaches Box.
            match self.rng.u32(0..3) {
                0 => lost(Sent::No, 20),
                1 => lost(Sent::Maybe, 50),
                _ => self.tally.lost += 1,
            }
            return;
        }
        let mut fate = ReplyFate::Fine;
        if loses {
            self.tally.lost += 1;
            fate = if self.rng.bool() { ReplyFate::Silence } else { ReplyFate::Cut };
        } else if !self.calm && is_busy < chaos.busy {
            let status = self.rng.choice([429, 500, 502, 503]).unwrap_or(503);
            if status == 429 || self.rng.bool() {
                // Whatever stands before Box answers.
                let reply = Some(Box::new(box_emulator::Reply::new(status)));
                let input = Input::Reply(exchange, id, reply, Sent::Maybe);
                self.scheduler.plan(60, Event::Heard(life, input));
                return;
            }
            fate = ReplyFate::Replaced(status);
        }
        let (there, back) = (self.journey(), self.journey());
        if self.chance(chaos.duplicate) {
            let (request, latency) = (request.clone(), 0);
            let arrival = Arrival { request, reply_to: ReplyTo::Nobody, fate: ReplyFate::Silence, latency };
            let after = there + self.rng.u64(1..2 * LATE);
            self.scheduler.plan(after, Event::Arrives(Box::new(arrival)));
        }
        let arrival = Arrival { request, reply_to, fate, latency: back };
        self.scheduler.plan(there, Event::Arrives(Box::new(arrival)));
    }

    fn journey(&mut self) -> u64 {
        if self.chance(self.plan.chaos.late) { self.rng.u64(1_000..LATE) } else { self.rng.u64(5..300) }
    }

    /// A caller uses a token.
    pub(crate) fn use_token(&mut self, life: Life, waiter: u64, token: &str) {
        let api = &self.box_site.addresses().api;
        let request = box_emulator::Request::new("GET", format!("{api}/2.0/users/me")).with_token(token);
        let fate = if self.chance(self.plan.chaos.lose) { ReplyFate::Cut } else { ReplyFate::Fine };
        let (there, latency) = (self.journey(), self.journey());
        let arrival = Arrival { request, reply_to: ReplyTo::Caller(life, waiter), fate, latency };
        self.scheduler.plan(there, Event::Arrives(Box::new(arrival)));
    }

    /// A request reaches Box.
    pub(crate) fn arrives(&mut self, arrival: &Arrival) {
        let now = self.scheduler.now();
        let reply = self.box_site.handle(now, &arrival.request);
        self.trace.note(now, || {
            let url = arrival.request.url.rsplit('/').next().unwrap_or_default();
            let refresh = crate::box_site::member(&arrival.request, "refresh_token").unwrap_or_default();
            let (to, fate, status) = (arrival.reply_to, arrival.fate, reply.status);
            format!("box: {url} {refresh:.4} for {to:?}: {status}, {fate:?}")
        });
        let (life, input) = match arrival.reply_to {
            ReplyTo::Nobody => return,
            ReplyTo::Caller(life, waiter) => match arrival.fate {
                ReplyFate::Fine if arrival.latency < PATIENCE => (life, Input::Used(waiter, reply.status)),
                _ => (life, Input::Used(waiter, 0)),
            },
            ReplyTo::Exchange(life, exchange, id) => {
                let reply = match arrival.fate {
                    ReplyFate::Silence => return,
                    ReplyFate::Cut => None,
                    ReplyFate::Fine => Some(Box::new(reply)),
                    ReplyFate::Replaced(status) => Some(Box::new(box_emulator::Reply::new(status))),
                };
                (life, Input::Reply(exchange, id, reply, Sent::Maybe))
            }
        };
        self.scheduler.plan(arrival.latency, Event::Heard(life, input));
    }
}

/// A request as it arrives.
pub(crate) fn arriving(request: &Request) -> box_emulator::Request {
    let mut arriving = box_emulator::Request::new(request.method, request.url.clone());
    for (name, value) in request.headers.iter() {
        arriving = arriving.with_header(name, value);
    }
    match &request.body {
        Body::Bytes(bytes) => arriving.with_body(box_emulator::Body::Small(bytes.clone())),
        _ => arriving,
    }
}
