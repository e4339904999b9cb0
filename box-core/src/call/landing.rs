//! What comes of a request.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    call::{Call, CallOutput, Errand, State, Want, hidden, reply},
    error::{Error, ErrorKind, Outcome, Sent},
    operation::{Accepted, ReplyKind},
    redirect, refusal,
    reply::{BodyPlan, Content, Head, RequestId},
    request::Replay,
    retry,
    time::Timestamp,
};

/// Most bytes of a successful reply that are kept in memory.
const MAX_REPLY: u64 = 256 * 1024 * 1024;

/// Least wait between two polls, also where Box asks for none.
const MIN_POLL: Duration = Duration::from_millis(100);

impl Call {
    /// The status and header fields of a reply. The answer says what to do with its body.
    pub fn handle_head(&mut self, now: Timestamp, id: RequestId, head: Head) -> BodyPlan {
        let timeouts = self.timeouts();
        let Some(flight) = self.flight(id) else {
            return BodyPlan::Discard;
        };
        let status = head.status;
        flight.head = head;
        flight.receive(now, &timeouts);
        match &self.errand {
            Errand::Own => {}
            Errand::State(_) => return self.buffer(id, refusal::MAX_BODY),
            Errand::Token(_) => {
                self.landed(now, Outcome::Status(status), None);
                self.probe_answered(now, status);
                return BodyPlan::Discard;
            }
        }
        let operation = self.draft.operation;
        if status < 500 && status != 429 {
            self.config.traffic.succeeded();
        }
        match status {
            202 if operation.accepted == Accepted::Poll => {
                self.landed(now, Outcome::Status(202), None);
                self.poll(now);
            }
            200..=299 if operation.reply == ReplyKind::Nothing => {
                self.succeed(now, status, Content::Bytes(Bytes::new()));
            }
            200..=299 if self.want == Want::Stream => {
                self.succeed(now, status, Content::Held(id));
                return BodyPlan::HandOver;
            }
            200..=299 if self.want == Want::Kept => return BodyPlan::Keep,
            200..=299 => return self.buffer(id, MAX_REPLY),
            304 => {
                self.landed(now, Outcome::Status(304), None);
                let error = Error::new(ErrorKind::NotModified, "the item is unchanged");
                self.finish(Err(error.with_status(304)));
            }
            300..=399 if operation.reply == ReplyKind::Redirect => {
                self.succeed(now, status, Content::Bytes(Bytes::new()));
            }
            300..=399 => self.redirect(now),
            _ => return self.buffer(id, refusal::MAX_BODY),
        }
        BodyPlan::Discard
    }

    /// The first bytes of a body that is buffered, which are kept as they are; any others go to
    /// [`handle_body`](Self::handle_body), as these may.
    pub fn handle_first_bytes(&mut self, now: Timestamp, id: RequestId, bytes: Bytes) {
        match self.flight(id) {
            Some(flight)
                if flight.body.is_empty() && flight.first.is_empty() && bytes.len() as u64 <= flight.max =>
            {
                flight.received(&bytes);
                flight.first = bytes;
            }
            _ => self.handle_body(now, id, &bytes),
        }
    }

    /// Bytes of a body that is buffered.
    pub fn handle_body(&mut self, now: Timestamp, id: RequestId, bytes: &[u8]) {
        let Some(flight) = self.flight(id) else {
            return;
        };
        flight.received(bytes);
        let first = std::mem::take(&mut flight.first);
        flight.body.extend_from_slice(&first);
        let room = flight.max.saturating_sub(flight.body.len() as u64);
        if bytes.len() as u64 <= room {
            flight.body.extend_from_slice(bytes);
        } else if flight.head.status < 300 {
            let status = flight.head.status;
            let error = Error::new(ErrorKind::Decode, "the reply is longer than 256 MiB");
            self.outputs.push_back(CallOutput::Cancel(id));
            self.landed(now, Outcome::Status(status), Some(ErrorKind::Decode));
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
        let (status, first) = (flight.head.status, std::mem::take(&mut flight.first));
        let rest = std::mem::take(&mut flight.body);
        let body = if rest.is_empty() { first } else { Bytes::from(rest) };
        let authorized = flight.signed || self.token_in_url;
        if status < 300 {
            if matches!(self.errand, Errand::State(_)) {
                self.landed(now, Outcome::Status(status), None);
                let head = self.take_head();
                return self.looked(now, &head, &body);
            }
            let kept = self.want == Want::Kept;
            let content = if kept { Content::Held(id) } else { Content::Bytes(body) };
            return self.succeed(now, status, content);
        }
        self.landed(now, Outcome::Status(status), None);
        let head = self.take_head();
        let wait = retry::retry_after(&head, now);
        let error = refusal::error(self.draft.operation, &head, &body)
            .with_retry_after(wait)
            .as_service(self.config.service && self.options.as_user.is_none());
        if head.status == 401 && authorized && !self.refreshed {
            self.refreshed = true;
            self.renew(error);
        } else if matches!(self.errand, Errand::State(_)) {
            self.looked(now, &head, &body);
        } else {
            self.settle(now, Outcome::Status(head.status), error);
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
        let sent = if flight.is_incomplete() { Sent::No } else { sent };
        let (unanswered, status) = (flight.head.status == 0, flight.head.status);
        let outcome = Outcome::Lost(sent);
        self.landed(now, outcome, Some(error.kind()));
        match error.kind() {
            // The fault lies on this side: the source can't be read, or the transport can't send such a request.
            ErrorKind::Io | ErrorKind::InvalidInput | ErrorKind::Unsupported => self.finish(Err(error)),
            // What the driver keeps is not what it should be.
            ErrorKind::Decode => self.finish(Err(error.with_status(status))),
            _ if unanswered && self.may_go_by_url(sent) => {
                self.token_in_url = true;
                self.send(now);
            }
            ErrorKind::Transport if unanswered && self.may_be_hidden(sent) => self.doubt(now, error),
            _ if matches!(self.errand, Errand::State(_)) => self.look_again(now, None),
            _ => {
                let hidden = unanswered && sent == Sent::Maybe && self.config.hides_replies;
                let heard = self.config.traffic.has_heard();
                let error = if hidden { hidden::error(error, heard) } else { error };
                let error = if unanswered { error } else { error.with_status(status) };
                self.settle(now, outcome, error);
            }
        }
    }

    fn succeed(&mut self, now: Timestamp, status: u16, content: Content) {
        self.landed(now, Outcome::Status(status), None);
        let head = self.take_head();
        self.finish(Ok(reply(head, content)));
    }

    /// The head of the reply, which nothing needs any more.
    fn take_head(&mut self) -> Head {
        match &mut self.state {
            State::InFlight(flight) => std::mem::take(&mut flight.head),
            _ => Head::default(),
        }
    }

    fn buffer(&mut self, id: RequestId, max: u64) -> BodyPlan {
        if let Some(flight) = self.flight(id) {
            flight.max = max;
        }
        BodyPlan::Buffer { max }
    }

    // Not a part of what calls it: where a module is split, it goes with what is used seldom.
    #[inline(never)]
    fn redirect(&mut self, now: Timestamp) {
        let State::InFlight(flight) = &self.state else {
            return;
        };
        let (hop, status) = (flight.hop, flight.head.status);
        let method = self.draft.operation.method;
        let sent = flight.request.clone().map_or_else(|| self.compose(), Ok);
        let follow = |sent| redirect::follow(&sent, method, &flight.head, hop, &self.config.hosts);
        match sent.and_then(follow) {
            Ok(request) => {
                self.told(now, Some(status), None);
                self.fly(now, request, hop + 1);
            }
            Err(error) => {
                self.landed(now, Outcome::Status(status), Some(error.kind()));
                self.finish(Err(error));
            }
        }
    }

    /// Asks for another token; the errand goes on with it.
    pub(super) fn renew(&mut self, error: Error) {
        let rejected = self.token.take().map(|token| token.generation);
        if matches!(self.errand, Errand::Own) && self.draft.body.replay() == Replay::Once {
            self.finish(Err(error));
        } else {
            self.refusal = Some(error);
            self.need_token(rejected);
        }
    }

    #[inline(never)]
    fn poll(&mut self, now: Timestamp) {
        let head = &self.take_head();
        let policy = &self.config.retry;
        let wait = retry::retry_after(head, now).map_or(policy.poll_every, |wait| wait.max(MIN_POLL));
        let until = *self.poll_until.get_or_insert(now + policy.poll_for);
        // What Box has accepted, it may do at any time.
        self.open = true;
        let late =
            || Error::new(ErrorKind::Timeout, "Box answered `not ready` for too long").with_status(202);
        if now + wait > until {
            self.finish(Err(late().with_retry_after(Some(wait))));
        } else {
            self.wait(now, wait, late);
        }
    }
}
