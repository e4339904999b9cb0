//! Platforms that hide refusals: a browser shows a 401 of Box as a lost connection, because the reply doesn't name
//! the page as its reader.
//!
//! ```text
//!  lost, reads --> NeedToken{rejected} --> send again
//!  lost, writes--> probe --answered--> the token is good: the request was lost, and its class decides
//!                    '--lost--> wait --> probe --lost--> NeedToken{rejected} --> probe --answered--> it was the token: send again
//!                                                                                  '--lost--> the request was lost
//! ```
//!
//! A probe may be lost by itself, so a write believes two of them.

use crate::{
    call::{Call, Errand},
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    hint::Hint,
    operation::Host,
    request::{About, Body, Replay, Request},
    time::Timestamp,
};

/// A cheap safe request that tells whether the token is good.
#[derive(Debug)]
pub(super) struct Probe {
    /// What became of the call itself.
    lost: Error,
    /// Whether the token is new.
    renewed: bool,
    /// Whether a probe was lost before.
    again: bool,
}

impl Call {
    /// Whether a lost reply may have been a refusal of the token.
    pub(super) fn may_be_hidden(&self, sent: Sent) -> bool {
        let probing = matches!(self.errand, Errand::Token(_));
        self.config.hides_replies
            && sent == Sent::Maybe
            && self.token.is_some()
            && (probing || !self.refreshed)
            && self.draft.body.replay() == Replay::Reopen
    }

    /// A reply was lost, and the reason may be the token.
    pub(super) fn doubt(&mut self, now: Timestamp, error: Error) {
        let error = self::error(error, self.config.traffic.has_heard());
        match std::mem::replace(&mut self.errand, Errand::Own) {
            Errand::Token(Probe { lost, renewed: true, .. }) => self.lost_for_good(now, lost),
            Errand::Token(Probe { lost, again: true, .. }) => self.renew_probe(lost),
            Errand::Token(Probe { lost, .. }) => {
                let pause = self.config.retry.pause(1, None, &mut self.rng).unwrap_or_default();
                self.errand = Errand::Token(Probe { lost: lost.clone(), renewed: false, again: true });
                self.open = true;
                self.wait(now, pause, || lost);
            }
            look @ Errand::State(_) => {
                self.errand = look;
                self.refreshed = true;
                self.renew(error);
            }
            Errand::Own if self.draft.operation.writes => {
                self.errand = Errand::Token(Probe { lost: error, renewed: false, again: false });
                self.send_probe(now);
            }
            Errand::Own => {
                self.refreshed = true;
                self.renew(error);
            }
        }
    }

    /// The probe has come back: whatever it says, unless it is a 401, the token is known.
    pub(super) fn probe_answered(&mut self, now: Timestamp, status: u16) {
        let Errand::Token(Probe { lost, renewed, .. }) = std::mem::replace(&mut self.errand, Errand::Own)
        else {
            return;
        };
        match (renewed, status) {
            (false, 401) => self.renew_probe(lost),
            (true, 200..=299) => {
                self.open = false;
                self.send(now);
            }
            _ => {
                self.refreshed = true;
                self.lost_for_good(now, lost);
            }
        }
    }

    pub(super) fn send_probe(&mut self, now: Timestamp) {
        let mut fields = [("fields", "id")].into_iter();
        match self.config.hosts.address(Host::Api, "/users/me", &mut fields, None) {
            Ok(url) => {
                let mut headers = Headers::new();
                self.sign(&mut headers);
                headers.retain(|name| !matches!(name, "if-match" | "if-none-match"));
                let about = About::new("users.me", "/users/me");
                self.fly(now, Request { method: "GET", url, headers, body: Body::Empty, about }, 0);
            }
            Err(error) => self.finish(Err(error)),
        }
    }

    fn renew_probe(&mut self, lost: Error) {
        self.errand = Errand::Token(Probe { lost: lost.clone(), renewed: true, again: true });
        self.refreshed = true;
        self.renew(lost);
    }
}

/// What can be said of a reply that nobody may read. Who has never heard of Box is mostly not allowed to.
pub(super) fn error(error: Error, heard: bool) -> Error {
    const WHY: &str = "no readable answer: the network failed, the application's allowed origins don't list this \
        page, or the token is no longer valid";
    let error = Error::new(ErrorKind::Transport, WHY).with_source(error);
    if heard { error } else { error.with_hint(Hint::OriginNotListed) }
}
