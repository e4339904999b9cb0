//! Platforms that hide refusals: a browser shows a 401 of Box as a lost connection, because the reply doesn't name
//! the page as its reader.
//!
//! ```text
//!  lost --may be sent twice--> NeedToken{rejected} --> send again
//!  lost --may not------------> probe --answered--> the token is good: nothing is sent again, the outcome is unknown
//!                                '--lost--> NeedToken{rejected} --> probe --answered--> send again
//!                                                                     '--lost--> the first error
//! ```

use crate::{
    action::Action,
    actions::users,
    call::Call,
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    request::{Replay, Request},
    retry,
};

/// A cheap safe request that tells whether the token is good.
#[derive(Debug)]
pub(super) struct Probe {
    /// What became of the call itself.
    lost: Error,
    /// Whether the token is new.
    renewed: bool,
}

impl Call {
    /// Whether a lost reply may have been a refusal of the token.
    pub(super) fn may_be_hidden(&self, sent: Sent) -> bool {
        let probing = self.probe.is_some();
        self.config.hides_replies
            && sent == Sent::Maybe
            && self.token.is_some()
            && (probing || !self.refreshed)
            && self.draft.body.replay() == Replay::Reopen
    }

    /// A reply was lost, and the reason may be the token.
    pub(super) fn doubt(&mut self, error: Error) {
        match self.probe.take() {
            Some(Probe { lost, renewed: true }) => self.finish(Err(lost)),
            Some(Probe { lost, renewed: false }) => {
                self.probe = Some(Probe { lost: lost.clone(), renewed: true });
                self.refreshed = true;
                self.renew(lost);
            }
            None => {
                let lost = self::error(error);
                let guarded = self.draft.headers.get("if-match").is_some();
                if retry::is_repeatable(self.draft.operation.retry, guarded) {
                    self.refreshed = true;
                    self.renew(lost);
                } else {
                    self.probe = Some(Probe { lost, renewed: false });
                    self.send_probe();
                }
            }
        }
    }

    /// The probe has come back: whatever it says, unless it is a 401, the token is known.
    pub(super) fn probe_answered(&mut self, probe: Probe, status: u16) {
        match (probe, status) {
            (Probe { lost, renewed: false }, 401) => {
                self.probe = Some(Probe { lost: lost.clone(), renewed: true });
                self.refreshed = true;
                self.renew(lost);
            }
            (Probe { renewed: true, .. }, 200..=299) => self.send(),
            (Probe { lost, .. }, _) => self.finish(Err(lost)),
        }
    }

    pub(super) fn send_probe(&mut self) {
        let mut me = users::Me::new();
        me.fields = Some(vec!["id".to_owned()]);
        let url = me.draft(&mut self.rng).and_then(|draft| {
            let url = self.config.hosts.url(&draft, None)?;
            Ok((draft.operation.method.as_str(), url))
        });
        match url {
            Ok((method, url)) => {
                let mut headers = Headers::new();
                self.sign(&mut headers);
                self.fly(Request { method, url, headers, body: Default::default() }, 0);
            }
            Err(error) => self.finish(Err(error)),
        }
    }
}

/// What can be said of a reply that nobody may read.
pub(super) fn error(error: Error) -> Error {
    const WHY: &str = "no readable answer: the network failed, the application's allowed origins don't list this \
        page, or the token is no longer valid";
    Error::new(ErrorKind::Transport, WHY).with_source(error)
}
