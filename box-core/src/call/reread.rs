//! Rereading: a look at the state of an item tells whether a request of which nobody knows had its effect.
//!
//! ```text
//!  by a parameter:  unclear --wait--> look --shows the effect--> Done
//!                                      |  '--doesn't--> send again
//!                                      '--unclear--> wait, look again
//!  by a conflict:   unclear --wait--> send again --409 names an item--> look --> (who am I) --ours--> Done
//!                                                                                     '--not--> the 409
//! ```

use std::time::Duration;

use bytes::Bytes;

use crate::{
    call::{Call, Errand, again},
    error::{Error, Outcome, Sent},
    facts::Facts,
    headers::Headers,
    operation::{Expect, Host, Probe, ReplyKind},
    reply::{Content, Head, Reply},
    request::{About, Body, Replay, Request},
    time::Timestamp,
};

/// A look at the state.
#[derive(Debug)]
pub(super) struct Look {
    probe: Probe,
    /// Path of the item.
    path: String,
    /// What the call ends with unless the look shows more.
    error: Error,
    failures: u32,
    step: Step,
}

/// What is asked for.
#[derive(Debug)]
enum Step {
    /// The item.
    Item,
    /// Who the session's user is. The item is known, and may be theirs.
    Me(Vec<u8>),
    /// The item as the caller wants it: it was done.
    Reply,
}

/// What a look shows.
enum Shows {
    Effect,
    None,
    /// Somebody else's item.
    Others,
    Nothing,
}

/// How much later than the request Box may say that something was made, where its clock can't be read.
const UNREAD_SKEW: Duration = Duration::from_secs(300);

/// The same, where it can: what is written in whole seconds, and the way of the reply.
const SKEW: Duration = Duration::from_secs(2);

impl Call {
    /// Looks, after a pause, at the item that the path names.
    pub(super) fn look(&mut self, now: Timestamp, probe: Probe, error: Error) {
        // As many segments as the probe's path has. Split and joined, it would be the only join of a module.
        let mut depth = probe.path.bytes().filter(|byte| *byte == b'/').count() + 1;
        let mut path = self.draft.path.clone();
        path.retain(|c| {
            depth -= usize::from(c == '/' && depth > 0);
            depth > 0
        });
        let look = Look { probe, path, error, failures: self.failures, step: Step::Item };
        self.pause(now, Box::new(look));
    }

    /// Looks at the item that stands in the way: it may be what an earlier request has made.
    pub(super) fn look_at_conflict(&mut self, now: Timestamp, probe: Probe, error: Error) {
        let context = error.context_json().unwrap_or_default().to_owned();
        let conflict = Facts::read(context.as_bytes()).and_then(|mut context| context.take_one("conflicts"));
        let text = |name| conflict.as_ref().and_then(|conflict| conflict.text(name));
        let (Some(id), Some(kind)) = (text("id"), text("type")) else {
            return self.finish(Err(error));
        };
        let Some((place, _)) = probe.path.rsplit_once('/') else {
            return self.finish(Err(error));
        };
        if place.trim_start_matches('/').strip_suffix('s') != Some(&kind) {
            // Something else has the name, so nothing of ours can have been made.
            self.open = false;
            return self.finish(Err(error));
        }
        let path = [place, "/", &id].concat();
        self.go_on(now, Box::new(Look { probe, path, error, failures: self.failures, step: Step::Item }));
    }

    fn go_on(&mut self, now: Timestamp, look: Box<Look>) {
        self.errand = Errand::State(look);
        self.begin(now);
    }

    pub(super) fn send_look(&mut self, now: Timestamp) {
        let Errand::State(look) = &self.errand else {
            return;
        };
        let (mut operation, mut template, mut path) =
            (look.probe.operation, look.probe.path, look.path.as_str());
        let fields = match look.step {
            Step::Item => self.fields(look),
            Step::Reply => None,
            Step::Me(_) => {
                (operation, template, path) = ("users.me", "/users/me", "/users/me");
                Some("id".to_owned())
            }
        };
        // An upload session is looked at where Box keeps it: its address is that of the request, less what follows.
        let (mut host, mut endpoint) = (Host::Api, None);
        if self.draft.operation.host == Host::Session {
            host = Host::Session;
            let rest = self.draft.path.get(look.path.len()..).unwrap_or_default();
            if let Some(own) = &self.options.endpoint {
                match own.strip_suffix(rest) {
                    Some(session) => endpoint = Some(session),
                    None => return self.looked_in_vain(),
                }
            }
        }
        let mut query = fields.iter().map(|fields| ("fields", fields.as_str()));
        let Ok(url) = self.config.hosts.address(host, path, &mut query, endpoint) else {
            return self.looked_in_vain();
        };
        let mut headers = Headers::new();
        self.sign(&mut headers);
        headers.retain(|name| !matches!(name, "if-match" | "if-none-match"));
        let about = About::new(operation, template);
        self.fly(now, Request { method: "GET", url, headers, body: Body::Empty, about }, 0);
    }

    /// What a look has shown.
    pub(super) fn looked(&mut self, now: Timestamp, head: &Head, body: &[u8]) {
        let Errand::State(mut look) = std::mem::replace(&mut self.errand, Errand::Own) else {
            return;
        };
        let found = (200..300).contains(&head.status).then(|| Facts::read(body)).flatten();
        let gone = matches!(head.status, 404 | 410);
        if again::is_unclear(Outcome::Status(head.status)) || head.status == 429 {
            self.errand = Errand::State(look);
            return self.look_again(now, crate::retry::retry_after(head, now));
        }
        let expect = look.probe.expect;
        let shows = match (&look.step, expect, &found) {
            (Step::Me(item), _, Some(me)) => {
                let by = Facts::read(item).and_then(|item| item.inner_text("created_by", "id"));
                if by.is_some() && by == me.text("id") {
                    return self.was_done(look.error, item);
                }
                Shows::Others
            }
            (Step::Me(_), _, None) => Shows::Nothing,
            (Step::Reply, _, Some(_)) => Shows::Effect,
            (_, Expect::Absent, None) if gone => Shows::Effect,
            (_, Expect::Absent, Some(_)) => Shows::None,
            (_, Expect::Present, Some(item)) if look.probe.is_by_conflict() => {
                let shows = self.is_ours(head, now, item);
                if matches!(shows, Shows::Effect) && self.options.as_user.is_none() {
                    look.step = Step::Me(body.to_vec());
                    return self.go_on(now, look);
                }
                shows
            }
            (_, Expect::Present, Some(_)) => Shows::Effect,
            (_, Expect::Changed, Some(item)) if self.carries(head, now, item) => {
                let trimmed =
                    matches!(self.draft.body, Body::Bytes(_)) && self.draft.query("fields").is_none();
                if trimmed {
                    look.step = Step::Reply;
                    return self.go_on(now, look);
                }
                Shows::Effect
            }
            (_, Expect::Changed, Some(_)) => Shows::None,
            (Step::Item, Expect::Present | Expect::Changed, None) if gone => Shows::None,
            _ => Shows::Nothing,
        };
        match shows {
            Shows::Effect => self.was_done(look.error, body),
            Shows::None => {
                self.open = false;
                self.failures += 1;
                let gone = self.draft.body.replay() == Replay::Once;
                if gone || self.failures >= self.max_attempts() {
                    self.finish(Err(look.error));
                } else {
                    self.begin(now);
                }
            }
            Shows::Others => {
                self.open = false;
                self.finish(Err(look.error));
            }
            Shows::Nothing => self.finish(Err(look.error)),
        }
    }

    /// A look was lost.
    pub(super) fn look_again(&mut self, now: Timestamp, asked: Option<Duration>) {
        let Errand::State(mut look) = std::mem::replace(&mut self.errand, Errand::Own) else {
            return;
        };
        look.failures += 1;
        if look.failures >= self.max_attempts().saturating_mul(2) {
            return self.finish(Err(look.error));
        }
        look.error = look.error.with_retry_after(asked);
        self.pause(now, look);
    }

    /// Waits before a look, as before another try.
    fn pause(&mut self, now: Timestamp, look: Box<Look>) {
        let asked = look.error.retry_after();
        let wait = self.config.retry.pause(look.failures + 1, asked, &mut self.rng);
        match wait {
            Some(wait) if self.config.traffic.may_retry() => {
                self.retries(wait, Outcome::Lost(Sent::Maybe), &look.error);
                let error = look.error.clone();
                self.errand = Errand::State(look);
                self.wait(now, wait, || error);
            }
            _ => self.finish(Err(look.error)),
        }
    }

    fn looked_in_vain(&mut self) {
        if let Errand::State(look) = std::mem::replace(&mut self.errand, Errand::Own) {
            self.finish(Err(look.error));
        }
    }

    /// Box did it: the item is the reply that was lost.
    fn was_done(&mut self, lost: Error, item: &[u8]) {
        let item = match (self.draft.operation.reply, self.draft.operation.host) {
            (ReplyKind::Nothing, _) => return self.finish(Ok(again::nothing())),
            // It is the session that is gone: what became of its parts, it doesn't say.
            (_, Host::Session) => return self.finish(Err(lost)),
            (_, Host::Upload) => [br#"{"total_count":1,"entries":["#, item, b"]}"].concat(),
            _ => item.to_vec(),
        };
        let content = Content::Bytes(Bytes::from(item));
        self.finish(Ok(Reply { status: 200, headers: Headers::new(), content }));
    }

    /// The fields to ask for: those of the caller, and those that are compared. What a change sets may be missing
    /// where none are named.
    fn fields(&self, look: &Look) -> Option<String> {
        let own = match &self.draft.body {
            Body::Bytes(body) if look.probe.expect == Expect::Changed => Facts::read(body),
            _ => None,
        };
        let asked = self.draft.query("fields");
        let mut fields = match &own {
            Some(own) => own.names().fold(String::new(), |fields, name| [&fields, name, ","].concat()),
            None => asked.map(|_| "created_by,created_at,modified_at,size,sha1,".to_owned())?,
        };
        match asked {
            Some(asked) => fields += asked,
            None => drop(fields.pop()),
        }
        Some(fields)
    }

    /// Whether an item is what the request should have made, as far as it says itself.
    fn is_ours(&self, head: &Head, now: Timestamp, item: &Facts<'_>) -> Shows {
        let by = item.inner_text("created_by", "id");
        let others = self.options.as_user.is_some() && by != self.options.as_user;
        if by.is_none() || others || !self.has_content(item) {
            return Shows::Others;
        }
        match (self.is_new(head, now, item.text("created_at")), head.headers.get("date")) {
            (true, _) => Shows::Effect,
            (false, Some(_)) => Shows::Others,
            // The clock here may be wrong.
            (false, None) => Shows::Nothing,
        }
    }

    /// Whether an item carries what the request set.
    fn carries(&self, head: &Head, now: Timestamp, item: &Facts<'_>) -> bool {
        match &self.draft.body {
            Body::Bytes(body) => Facts::read(body).is_some_and(|wanted| item.carries(&wanted)),
            Body::Parts(_) => self.has_content(item) && self.is_new(head, now, item.text("modified_at")),
            Body::Empty => false,
        }
    }

    /// Whether a file holds what was sent; any item does where no content was.
    fn has_content(&self, item: &Facts<'_>) -> bool {
        let Body::Parts(parts) = &self.draft.body else {
            return true;
        };
        // The content is the last part; the end of it and that of the body follow.
        let content = parts.len().checked_sub(3).and_then(|at| parts.get(at));
        let size = content.is_none_or(|content| item.number("size") == Some(content.len()));
        let sha1 = self.draft.headers.get("content-md5");
        size && sha1
            .is_none_or(|sha1| item.text("sha1").is_some_and(|stored| stored.eq_ignore_ascii_case(sha1)))
    }

    /// Whether a time of Box isn't before the first request, by Box's clock where it can be read.
    fn is_new(&self, head: &Head, now: Timestamp, time: Option<String>) -> bool {
        let (Some(began), Some(time)) =
            (self.first_sent, time.and_then(|time| Timestamp::from_rfc3339(&time)))
        else {
            return false;
        };
        let passed = now.since(began);
        let there = head.headers.get("date").and_then(Timestamp::from_http_date);
        let (end, skew) = there.map_or((now, UNREAD_SKEW), |there| (there, SKEW));
        let earliest = end.0.saturating_sub(crate::time::millis(passed + skew));
        time.0 >= earliest
    }
}
