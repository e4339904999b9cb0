//! A request under way: what of it has moved, and how long it may take.

use bytes::Bytes;

use crate::{
    call::{Call, CallOutput, Errand, State},
    error::{Error, ErrorKind, Outcome, Sent},
    pace::Pace,
    reply::{Head, RequestId},
    request::{About, Body, Request},
    time::Timestamp,
    timeouts::Timeouts,
    url::Origin,
};

#[derive(Debug)]
pub(super) struct Flight {
    pub(super) id: RequestId,
    /// What was sent, where it can't be composed again: behind a redirect.
    pub(super) request: Option<Request>,
    pub(super) method: &'static str,
    pub(super) about: About,
    /// Whether it carries a token.
    pub(super) signed: bool,
    /// Where it goes, if somebody is to be told.
    pub(super) origin: Option<Origin>,
    /// Bytes of its body.
    length: u64,
    pub(super) hop: u32,
    pub(super) began: Timestamp,
    pub(super) head: Head,
    /// The body, as far as it came in one piece.
    pub(super) first: Bytes,
    /// The body, when it came in more.
    pub(super) body: Vec<u8>,
    pub(super) max: u64,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The body goes out.
    Sending(Pace),
    /// All of it has gone out, as far as is known.
    Sent { until: Timestamp },
    /// The body of the reply comes in.
    Receiving(Pace),
}

impl Flight {
    /// When to look after it.
    pub(super) fn until(&self) -> Timestamp {
        match &self.phase {
            Phase::Sending(pace) | Phase::Receiving(pace) => pace.next(),
            Phase::Sent { until } => *until,
        }
    }

    /// Whether part of its body has surely not gone out: Box can't have taken it.
    pub(super) fn is_incomplete(&self) -> bool {
        matches!(self.phase, Phase::Sending(_))
    }

    /// The head has come; bytes of the body follow.
    pub(super) fn receive(&mut self, now: Timestamp, timeouts: &Timeouts) {
        self.phase = Phase::Receiving(Pace::new(now, timeouts.idle));
    }

    /// More of the reply's body has come.
    pub(super) fn received(&mut self, bytes: &[u8]) {
        if let Phase::Receiving(pace) = &mut self.phase {
            pace.moved(pace.bytes().saturating_add(bytes.len() as u64));
        }
    }
}

impl Call {
    pub(super) fn fly(&mut self, now: Timestamp, mut request: Request, hop: u32) {
        let id = RequestId(self.requests);
        request.about.resend_count = self.requests;
        self.requests += 1;
        if matches!(self.errand, Errand::Own) {
            self.first_sent.get_or_insert(now);
        }
        let (timeouts, length) = (self.timeouts(), request.body.len());
        let mut patience = timeouts.first_byte_of(self.draft.operation);
        let phase = match &request.body {
            Body::Parts(_) if length > 0 && !self.config.hides_progress => {
                Phase::Sending(Pace::new(now, timeouts.idle))
            }
            _ => {
                patience += Timeouts::unseen(length);
                Phase::Sent { until: now + patience }
            }
        };
        let flight = Flight {
            id,
            method: request.method,
            about: request.about,
            signed: request.headers.get("authorization").is_some(),
            origin: if self.observed { self.config.hosts.origin_of(&request.url) } else { None },
            length,
            request: (hop > 0).then(|| request.clone()),
            hop,
            began: now,
            head: Head::default(),
            first: Bytes::new(),
            body: Vec::new(),
            max: 0,
            phase,
        };
        self.outputs.push_back(CallOutput::Send(id, request));
        self.state = State::InFlight(Box::new(flight));
    }

    /// So many bytes of a request's body have gone out so far. It may be told at any time before `handle_timeout` and
    /// `handle_transport_error`, which need it.
    pub fn handle_sent(&mut self, now: Timestamp, id: RequestId, bytes: u64) {
        let until = now + self.timeouts().first_byte_of(self.draft.operation);
        let Some(flight) = self.flight(id) else {
            return;
        };
        let length = flight.length;
        if let Phase::Sending(pace) = &mut flight.phase {
            pace.moved(bytes);
            if bytes >= length {
                flight.phase = Phase::Sent { until };
            }
        }
    }

    /// So many bytes of a reply's body have come so far, where the driver keeps them ([`Want::Kept`](crate::call::Want)).
    /// It may be told at any time before `handle_timeout`, which needs it.
    pub fn handle_received(&mut self, id: RequestId, bytes: u64) {
        if let Some(Flight { phase: Phase::Receiving(pace), .. }) = self.flight(id) {
            pace.moved(bytes);
        }
    }

    pub(super) fn flight(&mut self, id: RequestId) -> Option<&mut Flight> {
        match &mut self.state {
            State::InFlight(flight) if flight.id == id => Some(flight),
            _ => None,
        }
    }

    /// Ends a request that stands still.
    pub(super) fn check_flight(&mut self, now: Timestamp) {
        let State::InFlight(flight) = &mut self.state else {
            return;
        };
        let stalled = match &mut flight.phase {
            Phase::Sending(pace) | Phase::Receiving(pace) => pace.check(now).err(),
            Phase::Sent { until } if *until <= now => {
                Some(Error::new(ErrorKind::Timeout, "no answer in time"))
            }
            Phase::Sent { .. } => None,
        };
        if let Some(error) = stalled {
            let id = flight.id;
            self.outputs.push_back(CallOutput::Cancel(id));
            self.handle_transport_error(now, id, Sent::Maybe, error);
        }
    }

    /// The time of the whole call is over while a request is under way.
    pub(super) fn ran_out(&mut self, now: Timestamp, error: Error) {
        if let State::InFlight(flight) = &self.state {
            let sent = if flight.is_incomplete() { Sent::No } else { Sent::Maybe };
            self.open |= sent == Sent::Maybe && matches!(self.errand, Errand::Own);
            self.outputs.push_back(CallOutput::Cancel(flight.id));
            self.landed(now, Outcome::Lost(sent), Some(error.kind()));
        }
        self.finish(Err(error));
    }

    /// Its limits of time.
    pub fn timeouts(&self) -> Timeouts {
        self.options.timeouts.unwrap_or(self.config.timeouts)
    }
}
