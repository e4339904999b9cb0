//! The session of a client.

use std::{sync::Arc, time::Duration};

use box_core::{
    call::{CallConfig, Want},
    error::{Error, ErrorKind},
    json::string,
    rng::Rng,
    session::{Locked, PROVIDER_TIMEOUT, Provided, STEP_TIMEOUT, Session, SessionOutput, Tokens, WaiterId},
    time::Timestamp,
};

use crate::{
    engine::Engine,
    output::{n, tokens},
    seams::Step,
    slot::Owner,
};

/// A client: its settings and its session. Without a store of the application's, tokens are kept for as long as the
/// module lives.
pub(crate) struct Client {
    pub(crate) config: Arc<CallConfig>,
    pub(crate) rng: Rng,
    pub(crate) session: Session,
    pub(crate) stored: Option<Tokens>,
    pub(crate) seams: Seams,
    /// The client whose tokens it exchanges for ones that may do less.
    pub(crate) parent: Option<u32>,
    pub(crate) patience: Option<Duration>,
    /// Whether what its session wants is being carried out.
    pub(crate) draining: bool,
    /// Whether nobody holds it any more.
    pub(crate) left: bool,
}

/// What an application brought for its session. Pages seldom bring anything.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seams {
    /// Whether it is told of new tokens.
    pub(crate) announces: bool,
    /// Whether it has a place for refresh tokens.
    pub(crate) keeps: bool,
    /// Whether it brought a store.
    pub(crate) shares: bool,
    /// Whether it is told that a sign-in is needed.
    pub(crate) warns: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Token,
    Announcement,
    /// A step of a store or a signer, by its number.
    Step(u32, Step),
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
            let shares = client.seams.shares;
            match client.session.poll_output() {
                SessionOutput::Token(WaiterId(waiter), token) => self.answer(now, waiter, Ok(token)),
                SessionOutput::Failed(WaiterId(waiter), error) => self.answer(now, waiter, Err(error)),
                // Nobody shares what is kept in memory.
                SessionOutput::Lock { .. } if !shares => client.session.handle_locked(now, Ok(Locked::Free)),
                SessionOutput::Load if !shares => {
                    client.session.handle_loaded(now, Ok(client.stored.clone()));
                }
                SessionOutput::Store { tokens, .. } if !shares => {
                    client.stored = Some(tokens);
                    client.session.handle_stored(now, Ok(()));
                }
                SessionOutput::Unlock if !shares => {}
                SessionOutput::AskProvider { reason } => {
                    let patience = client.patience.unwrap_or(PROVIDER_TIMEOUT);
                    self.asked.put(id, (now + patience, Asked::Token));
                    self.out.push("ask", &[&n(id), &string(reason.as_str())]);
                }
                SessionOutput::Idle => {
                    client.draining = false;
                    return;
                }
                other => self.seldom(now, id, other),
            }
        }
    }

    /// What the sessions of pages seldom want: where the module is split, it goes with the rest.
    #[inline(never)]
    fn seldom(&mut self, now: Timestamp, id: u32, output: SessionOutput) {
        let Some(client) = self.clients.get(id) else {
            return;
        };
        match output {
            SessionOutput::Send(draft, options) => {
                self.begin(now, id, Owner::Session, draft, options, Want::Bytes);
            }
            SessionOutput::Changed(new) if client.seams.announces => {
                self.asked.put(id, (now + STEP_TIMEOUT, Asked::Announcement));
                let told = tokens(&new, client.seams.keeps);
                self.out.push("changed", &[&n(id), &told]);
            }
            SessionOutput::Changed(_) => client.session.handle_announced(),
            SessionOutput::Clear if !client.seams.shares => {
                client.stored = None;
                client.session.handle_cleared(Ok(()));
            }
            SessionOutput::AskParent(need) => self.ask_parent(now, id, need),
            SessionOutput::Revoked(WaiterId(waiter)) => self.revoked(waiter),
            other => self.step(now, id, other),
        }
    }

    /// Whether something is under way for a client, such as a refresh whose tokens must be told.
    pub(crate) fn is_busy(&self, id: u32) -> bool {
        self.asked.has(id)
            || self.transfers.iter().any(|(_, transfer)| transfer.client() == id)
            || self.calls.iter().any(|(_, slot)| slot.client == id)
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
        if self.asked.get(id).is_none_or(|(_, asked)| *asked != what) {
            return;
        }
        self.asked.take(id);
        match what {
            Asked::Step(_, step) => return self.late(now, id, step),
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
