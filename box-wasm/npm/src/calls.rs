//! Calls: from a draft to the reply, with tokens from the session beside it.

use std::{sync::Arc, time::Duration};

use box_core::{
    action::{CallOptions, FromReply},
    call::{Call, CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    json::string,
    operation::ReplyKind,
    reply::{BodyPlan, Content, Head, Location, Reply, RequestId},
    request::Draft,
    session::{Token, WaiterId},
    time::{self, Timestamp},
};

use crate::{
    command::{Command, number, pairs},
    engine::Engine,
    output::{headers, n, utf8},
    slot::{CallSlot, Owner},
};

impl Engine {
    /// Begins a call.
    pub(crate) fn begin(
        &mut self,
        now: Timestamp,
        client: u32,
        owner: Owner,
        draft: Draft,
        options: CallOptions,
        want: Want,
    ) {
        let Some(known) = self.clients.get(client) else {
            return;
        };
        let wants_location = draft.operation.reply == ReplyKind::Redirect;
        let call = Call::new(now, draft, options, want, Arc::clone(&known.config), known.rng.fork());
        self.keys += 1;
        self.calls.put(
            self.keys,
            CallSlot { call, client, owner, wants_location, kept: want == Want::Kept, until: None },
        );
        self.drain(now, self.keys);
    }

    /// Carries out what a call wants, until it waits or is done.
    pub(crate) fn drain(&mut self, now: Timestamp, key: u32) {
        while let Some(slot) = self.calls.get(key) {
            match slot.call.poll_output() {
                CallOutput::NeedToken(need) => {
                    let id = slot.client;
                    let Some(client) = self.clients.get(id) else {
                        return;
                    };
                    match client.session.token(now, need) {
                        Some(token) => slot.call.handle_token(now, Ok(token)),
                        None => {
                            client.session.request(now, WaiterId(key.into()), need);
                            self.drain_session(now, id);
                        }
                    }
                }
                CallOutput::Send(id, request) => {
                    self.out.send(key, id, slot.client, slot.owner.thing(), request);
                }
                CallOutput::Event(event) => self.out.event(slot.client, key, &event),
                CallOutput::Cancel(RequestId(id)) => self.out.push("cancel", &[&n(key), &n(id)]),
                CallOutput::Timeout(until) => {
                    slot.until = until;
                    return;
                }
                CallOutput::Done(result) => {
                    if let Some(slot) = self.calls.take(key) {
                        self.done(now, key, &slot, result);
                    }
                }
            }
        }
    }

    /// A token, or none, for a call or for somebody else.
    pub(crate) fn answer(&mut self, now: Timestamp, waiter: u64, token: Result<Token, Error>) {
        let key = u32::try_from(waiter).unwrap_or_default();
        if let Some(slot) = self.calls.get(key) {
            slot.call.handle_token(now, token);
            self.drain(now, key);
        } else {
            self.answer_others(now, waiter, token);
        }
    }

    fn done(&mut self, now: Timestamp, key: u32, slot: &CallSlot, result: Result<Reply, Error>) {
        match (slot.owner, result) {
            (Owner::Caller(id), Ok(reply)) if slot.wants_location => self.located(id, reply),
            (Owner::Caller(id), Ok(reply)) => {
                self.tell(id, key, slot.kept, &reply, slot.call.timeouts().idle);
            }
            (Owner::Caller(id) | Owner::SignIn(id), Err(error)) => self.out.fail(id, &error),
            (Owner::Session, result) => {
                if let Some(client) = self.clients.get(slot.client) {
                    client.session.handle_reply(now, result);
                    self.drain_session(now, slot.client);
                }
            }
            (Owner::SignIn(id), Ok(reply)) => self.signed_in(now, key, slot.client, id, &reply),
            (Owner::Transfer(id), result) => self.called(now, id, result),
            (Owner::Content(id), result) => self.opened(id, key, slot.call.timeouts().idle, result),
            (Owner::Nobody, _) => {}
        }
    }

    #[inline(never)]
    fn located(&mut self, id: u32, reply: Reply) {
        let (status, fields) = (reply.status.to_string(), headers(&reply.headers));
        match Location::from_reply(reply) {
            Ok(location) => {
                let url = string(location.url());
                self.out.push("done", &[&n(id), &status, &fields, "null", "null", &url]);
            }
            Err(error) => self.out.fail(id, &error),
        }
    }

    /// A result for JavaScript: where the reply is and in which window it must move, or its text.
    pub(crate) fn tell(&mut self, id: u32, key: u32, kept: bool, reply: &Reply, idle: Duration) {
        let (status, headers) = (reply.status.to_string(), headers(&reply.headers));
        match &reply.content {
            Content::Held(RequestId(request)) => {
                let idle = time::millis(idle).to_string();
                self.out.push("done", &[&n(id), &status, &headers, &n(key), &n(*request), &idle]);
            }
            Content::Bytes(bytes) => {
                let text = utf8(bytes);
                // Wanted as a value, and yet the core has read it: JavaScript makes the value.
                let value = if kept { "true" } else { "false" };
                self.out.push("done", &[&n(id), &status, &headers, "null", "null", &text, value]);
            }
        }
    }

    /// What came of a request.
    pub(crate) fn came(&mut self, command: &Command<'_>) {
        let (now, key, id) = (command.now, command.id(0), RequestId(command.id(1)));
        let Some(slot) = self.calls.get(key) else {
            return;
        };
        let call = &mut slot.call;
        match &*command.name {
            "head" => {
                let status = number(command.value(2)).and_then(|status| u16::try_from(status).ok());
                let mut headers = Headers::new();
                for (name, value) in pairs(command.value(3)) {
                    headers.set(name, value);
                }
                let head = Head { status: status.unwrap_or_default(), headers };
                let (plan, most) = match call.handle_head(now, id, head) {
                    BodyPlan::Discard => ("discard", 0),
                    BodyPlan::Buffer { max } => ("buffer", max),
                    BodyPlan::Keep => ("keep", u64::MAX),
                    BodyPlan::HandOver => ("hand over", 0),
                };
                self.out.push("plan", &[&string(plan), &most.to_string()]);
            }
            "body" => {
                call.handle_body(now, id, command.text(2).unwrap_or_default().as_bytes());
                call.handle_body_end(now, id);
            }
            "kept" => call.handle_body_end(now, id),
            _ => {
                let kind = match command.text(2) {
                    Some("io") => ErrorKind::Io,
                    Some("decode") => ErrorKind::Decode,
                    Some("input") => ErrorKind::InvalidInput,
                    _ => ErrorKind::Transport,
                };
                let error = Error::new(kind, command.text(3).unwrap_or_default());
                // JavaScript isn't told a refused connection from a lost reply.
                call.handle_transport_error(now, id, Sent::Maybe, error);
            }
        }
        self.drain(now, key);
    }
}
