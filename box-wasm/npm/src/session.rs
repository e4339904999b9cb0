//! The session of a client.

use std::time::Duration;

use box_core::{
    call::{CallConfig, Want},
    error::{Error, ErrorKind},
    json::string,
    rng::Rng,
    session::{Locked, OAuthApp, PROVIDER_TIMEOUT, Provided, STEP_TIMEOUT, Session, SessionOutput, Tokens, WaiterId},
    time::Timestamp,
};
use std::sync::Arc;

use crate::{
    engine::Engine,
    output::{n, tokens},
    slot::Owner,
};

/// A client: its settings and its session. Tokens are kept for as long as the module lives.
pub(crate) struct Client {
    pub(crate) config: Arc<CallConfig>,
    pub(crate) rng: Rng,
    pub(crate) app: Option<OAuthApp>,
    pub(crate) session: Session,
    pub(crate) stored: Option<Tokens>,
    /// Whether the application wants to know of new tokens.
    pub(crate) announces: bool,
    pub(crate) patience: Option<Duration>,
    /// Until when the application has time to answer, and what it was asked.
    pub(crate) asked: Option<(Timestamp, Asked)>,
    /// Whether what its session wants is being carried out.
    pub(crate) draining: bool,
    /// Whether nobody holds it any more.
    pub(crate) left: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Token,
    Announcement,
}

impl Engine {
    /// Carries out what a session wants, until it wants nothing. What answers lead to is carried out here too, not
    /// within: as many may fail at once as there are uploads.
    pub(crate) fn drain_session(&mut self, now: Timestamp, id: u32) {
        match self.clients.get(id) {
            Some(client) if !client.draining => client.draining = true,
            _ => return,
        }
        while let Some(client) = self.clients.get(id) {
            match client.session.poll_output() {
                SessionOutput::Token(WaiterId(waiter), token) => self.answer(now, waiter, Ok(token)),
                SessionOutput::Failed(WaiterId(waiter), error) => self.answer(now, waiter, Err(error)),
                // Nobody shares what is kept in memory.
                SessionOutput::Lock { .. } => client.session.handle_locked(now, Ok(Locked::Free)),
                SessionOutput::Load => client.session.handle_loaded(now, Ok(client.stored.clone())),
                SessionOutput::Store { tokens, .. } => {
                    client.stored = Some(tokens);
                    client.session.handle_stored(now, Ok(()));
                }
                SessionOutput::AskProvider { reason } => {
                    let patience = client.patience.unwrap_or(PROVIDER_TIMEOUT);
                    client.asked = Some((now + patience, Asked::Token));
                    self.out.push("ask", &[&n(id), &string(reason.as_str())]);
                }
                SessionOutput::Changed(new) if client.announces => {
                    client.asked = Some((now + STEP_TIMEOUT, Asked::Announcement));
                    self.out.push("changed", &[&n(id), &tokens(&new)]);
                }
                SessionOutput::Changed(_) => client.session.handle_announced(),
                SessionOutput::Send(draft, options) => {
                    self.begin(now, id, Owner::Session, draft, options, Want::Bytes);
                }
                SessionOutput::Pause(_) => client.session.handle_paused(),
                SessionOutput::Clear => {
                    client.stored = None;
                    client.session.handle_cleared(Ok(()));
                }
                SessionOutput::AskParent(_) | SessionOutput::Sign { .. } => {}
                SessionOutput::Unlock | SessionOutput::SignInNeeded(..) | SessionOutput::Revoked(_) => {}
                SessionOutput::Idle => {
                    client.draining = false;
                    return;
                }
            }
        }
    }

    /// Whether something is under way for a client, such as a refresh whose tokens must be told.
    pub(crate) fn is_busy(&mut self, id: u32) -> bool {
        if self.transfers.iter().any(|(_, transfer)| transfer.client() == id) {
            return true;
        }
        self.calls.iter().any(|(_, slot)| slot.client == id)
            || self.clients.get(id).is_some_and(|client| client.asked.is_some())
    }

    /// The application has answered, or its time is over.
    pub(crate) fn answered(
        &mut self,
        now: Timestamp,
        id: u32,
        what: Asked,
        result: Result<Option<Provided>, Error>,
    ) {
        let Some(client) = self.clients.get(id) else {
            return;
        };
        if client.asked.take_if(|(_, asked)| *asked == what).is_none() {
            return;
        }
        match what {
            Asked::Announcement => client.session.handle_announced(),
            Asked::Token => {
                let nothing = || Error::new(ErrorKind::Session, "the token provider gave no token");
                let provided = result.and_then(|provided| provided.ok_or_else(nothing));
                client.session.handle_provided(now, provided);
            }
        }
        self.drain_session(now, id);
    }
}
