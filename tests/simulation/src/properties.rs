//! What must hold at every step.

use std::collections::{BTreeMap, BTreeSet};

use box_core::{
    error::{Error, ErrorKind},
    session::Token,
};

use crate::{
    box_site::{BoxSite, End},
    event::Life,
    plan::Way,
    world::World,
};

/// Watches, and remembers what was broken first.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    pub(crate) broken: Option<(&'static str, String)>,
    /// Token requests under way, by refresh token.
    in_flight: BTreeMap<String, BTreeMap<Life, u64>>,
    /// Refresh tokens that were ever sent, and whether Box's word on them is known.
    sent: BTreeMap<String, bool>,
    /// Those of which a client has not heard what came of them.
    unanswered: BTreeSet<String>,
    /// For which refresh token a client has last written an intent.
    intents: BTreeMap<Life, String>,
    /// Access tokens that the store has held, and under which generation.
    durable: BTreeMap<String, u64>,
    /// What was published of each refresh token or code.
    published: BTreeMap<String, String>,
    /// The application's own.
    original: Option<String>,
}

impl Judge {
    pub(crate) fn new(original: Option<String>) -> Self {
        Self { original, ..Self::default() }
    }

    pub(crate) fn breaks(&mut self, property: &'static str, how: String) {
        self.broken.get_or_insert((property, how));
    }

    /// The store holds a token now.
    pub(crate) fn durable(&mut self, site: &BoxSite, access: &str, generation: u64) {
        let known = *self.durable.entry(access.to_owned()).or_insert(generation);
        if known == 0 {
            self.durable.insert(access.to_owned(), generation);
        } else if known != generation {
            self.breaks("P3", format!("a token is published as generation {known} and {generation}"));
        }
        self.publish(site, access);
    }

    /// The store holds an intent of a client, or none of its any more.
    pub(crate) fn intends(&mut self, life: Life, refresh: Option<&str>) {
        match refresh {
            Some(refresh) => self.intents.insert(life, refresh.to_owned()),
            None => self.intents.remove(&life),
        };
    }

    fn publish(&mut self, site: &BoxSite, access: &str) {
        let Some(parent) = site.parent(access) else {
            return;
        };
        let known = self.published.entry(parent.to_owned()).or_insert_with(|| access.to_owned());
        if known != access {
            self.breaks("P3", format!("two generations are published from {parent:.4}"));
        }
    }

    /// A caller gets a token.
    pub(crate) fn handed(&mut self, site: &BoxSite, token: &Token) {
        let access = token.secret.expose();
        if self.original.as_deref() != Some(access) && !self.durable.contains_key(access) {
            self.breaks("P4", "a token is handed out that the store has never held".to_owned());
        }
        // What was published before the store was emptied doesn't count.
        if self.durable.get(access) != Some(&0) {
            self.publish(site, access);
        }
    }

    /// A client is gone, and with it whatever it could have heard.
    pub(crate) fn died(&mut self, life: Life) {
        self.in_flight.values_mut().for_each(|flights| {
            flights.remove(&life);
        });
    }

    /// The application has emptied the store, and intents and generations with it. A client that has not heard of it goes
    /// on with what it knows, as it must when a store was lost: so P1, P2 and P3 begin anew.
    pub(crate) fn emptied(&mut self) {
        self.in_flight.clear();
        self.sent.clear();
        self.published.clear();
        self.durable.values_mut().for_each(|generation| *generation = 0);
    }

    /// A token request is over.
    pub(crate) fn landed(&mut self, life: Life, refresh: &str, refused: bool, granted: bool) {
        if let Some(flights) = self.in_flight.get_mut(refresh) {
            flights.remove(&life);
        }
        if refused {
            self.sent.insert(refresh.to_owned(), true);
        }
        if refused || granted {
            self.unanswered.remove(refresh);
        }
    }
}

impl World {
    /// A client presents a refresh token to Box.
    pub(crate) fn sends_refresh(&mut self, life: Life, key: u64, refresh: &str, until: u64, first: bool) {
        let now = self.scheduler.now();
        self.tally.refreshes += 1;
        // A write of somebody who is gone may have come after it, so what the store holds now doesn't count.
        let is_recorded = self.judge.intents.get(&life).is_some_and(|recorded| recorded == refresh);
        let Some(mind) = self.mind(life) else {
            return;
        };
        mind.sent = Some(refresh.to_owned());
        let saw_intent = mind.seen == Some((refresh.to_owned(), true));
        let was_refused = mind.refused.contains(refresh);
        let judge = &mut self.judge;
        let flights = judge.in_flight.entry(refresh.to_owned()).or_default();
        let other = flights.iter().find(|(other, until)| **other != life && **until > now);
        if let Some((other, _)) = other {
            let message = format!("{other:?} and {life:?} refresh {refresh:.4} at once");
            judge.broken.get_or_insert(("P1", message));
        }
        flights.insert(life, until);
        let known = judge.sent.insert(refresh.to_owned(), false);
        // Where Box's word on the earlier attempt is known, nobody has to find its intent.
        if first && known == Some(false) && !saw_intent {
            let message = format!("{life:?} sends {refresh:.4} again in request {key}, but found no intent");
            judge.breaks("P2", message);
        } else if first && !is_recorded {
            judge.breaks("P2", format!("{life:?} sends {refresh:.4} without an intent in the store"));
        }
        if known.is_some() {
            self.tally.replays += u64::from(first);
        }
        if was_refused {
            judge.breaks("P8", format!("{life:?} sends {refresh:.4} after Box's last word"));
        }
        judge.unanswered.insert(refresh.to_owned());
        judge.sent.insert(refresh.to_owned(), known == Some(true));
    }

    /// A client says that the user must sign in again. Nobody may be logged out but by Box, the user, the application,
    /// or the loss of a reply where Box has no grace.
    pub(crate) fn judge_end(&mut self, life: Life, error: &Error) {
        if self.plan.way != Way::OAuth {
            return self.judge.breaks("P5", format!("an application is logged out: {error}"));
        }
        let now = self.scheduler.now();
        let original = self.original.as_ref().and_then(|tokens| tokens.refresh_token.as_ref());
        let original = original.map(|token| token.expose().to_owned());
        let (has_ended, emptied) = (self.box_site.has_ended(), self.store.emptied);
        let Some(mind) = self.mind(life) else {
            return;
        };
        let read = mind.read;
        // A store that was emptied ends the session of whoever has nothing better.
        let sent = mind.sent.clone().filter(|_| !emptied);
        if mind.judged.replace(mind.step) == Some(mind.step) {
            return;
        }
        let refresh = mind.seen.as_ref().map(|(refresh, _)| refresh.clone()).or(sent);
        let Some(refresh) = refresh.or(original.filter(|_| !has_ended)) else {
            // Nobody has signed in since the session was ended.
            return;
        };
        let is_lost = error.kind() == ErrorKind::SessionLost;
        let strict = self.plan.mode == box_emulator::RefreshMode::Strict;
        let logged_out = if strict { "P5" } else { "P7" };
        if emptied && self.box_site.end_of(now, read, &refresh) == End::Ended {
            // The application has ended the session of this token, whatever Box still takes.
            return;
        }
        if !self.box_site.refuses(now, &refresh) {
            let message = format!("{life:?} is logged out, though Box takes {refresh:.4}: {error}");
            return self.judge.breaks(logged_out, message);
        }
        match self.box_site.end_of(now, read, &refresh) {
            // Who can't know whether an earlier attempt was answered can't tell the two apart.
            End::Ended if is_lost && !self.judge.sent.contains_key(&refresh) => {
                self.judge.breaks("P5", format!("{refresh:.4} was ended by Box, not lost: {error}"));
            }
            End::Ended => {}
            End::UsedUp if is_lost => self.tally.sessions_lost += u64::from(strict),
            End::UsedUp => {
                self.judge.breaks("P5", format!("{refresh:.4} was lost, and isn't said to be: {error}"));
            }
            end @ (End::Overwritten | End::Unknown) => {
                let message = format!("{life:?} is logged out, {refresh:.4} is {end:?}: {error}");
                self.judge.breaks(logged_out, message);
            }
        }
    }

    /// A client asks for a sign-in.
    pub(crate) fn sign_in_needed(&mut self, life: Life, error: &Error) {
        self.judge_end(life, error);
        if let Some(mind) = self.mind(life) {
            let sent = mind.sent.clone();
            mind.refused.extend(sent);
        }
        self.user_may_sign_in(life);
    }
}
