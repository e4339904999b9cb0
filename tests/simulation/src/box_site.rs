//! Box, and what it alone knows: which refresh token came of which, and which are still good.

use std::collections::{BTreeMap, BTreeSet};

use box_emulator::{Addresses, Body, Emulator, RefreshMode, Reply, Request, Settings};
use serde_json::Value;

/// Box, whose requests are watched.
#[derive(Debug)]
pub(crate) struct BoxSite {
    emulator: Emulator,
    /// Refresh tokens in the order in which they were granted.
    granted: BTreeMap<String, usize>,
    /// How many of them were granted before the session was last ended by Box or by the application.
    ended: usize,
    /// The refresh tokens, or codes, from which access tokens come.
    parents: BTreeMap<String, String>,
    /// Refresh tokens that came of others.
    children: BTreeMap<String, BTreeSet<String>>,
    /// When the access token that came first of a refresh token ends.
    pair_ends: BTreeMap<String, u64>,
    /// Since when the store has held refresh tokens.
    kept: BTreeMap<String, u64>,
    dead: BTreeSet<String>,
}

impl BoxSite {
    pub(crate) fn new(now: u64, mode: RefreshMode, life: u64) -> Self {
        let mut settings = Settings::default();
        settings.refresh_mode = mode;
        settings.access_token_ttl = life;
        Self {
            emulator: Emulator::new(settings, now),
            granted: BTreeMap::new(),
            ended: 0,
            parents: BTreeMap::new(),
            children: BTreeMap::new(),
            pair_ends: BTreeMap::new(),
            kept: BTreeMap::new(),
            dead: BTreeSet::new(),
        }
    }

    pub(crate) fn addresses(&self) -> &Addresses {
        &self.emulator.settings().addresses
    }

    fn is_strict(&self) -> bool {
        self.emulator.settings().refresh_mode == RefreshMode::Strict
    }

    /// Answers a request.
    pub(crate) fn handle(&mut self, now: u64, request: &Request) -> Reply {
        let reply = self.emulator.handle(now, request);
        if reply.status == 200 && request.url.ends_with("/oauth2/token") {
            self.note(now, request, &reply);
        }
        if reply.status == 200 && request.url.ends_with("/oauth2/revoke") {
            // With a token all ends that came of the same sign-in, earlier ones for which there is a grace too.
            self.revoke();
        }
        reply
    }

    fn note(&mut self, now: u64, request: &Request, reply: &Reply) {
        let pair = reply.value();
        let text = |name: &str| pair.get(name).and_then(Value::as_str).map(str::to_owned);
        let parent = member(request, "refresh_token").or_else(|| member(request, "code"));
        let (Some(access), Some(refresh), Some(parent)) =
            (text("access_token"), text("refresh_token"), parent)
        else {
            return;
        };
        let lives = pair.get("expires_in").and_then(Value::as_u64).unwrap_or_default() * 1000;
        let count = self.granted.len();
        self.granted.entry(refresh.clone()).or_insert(count);
        self.parents.insert(access, parent.clone());
        self.pair_ends.entry(parent.clone()).or_insert(now + lives);
        self.children.entry(parent).or_default().insert(refresh);
    }

    /// A code, as a user brings it from the authorize page.
    pub(crate) fn code(&mut self, now: u64) -> String {
        self.emulator.authorize(now, None).unwrap_or_default()
    }

    /// Tokens that the application got before all this.
    pub(crate) fn sign_in(&mut self, now: u64) -> (String, String) {
        let code = self.code(now);
        let reply = self.token(now, &format!("grant_type=authorization_code&code={code}"));
        let pair = reply.value();
        let text = |name: &str| pair.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    /// An access token as an application's server gives it to its pages.
    pub(crate) fn provide(&mut self, now: u64) -> String {
        let id = self.addresses().enterprise_id.clone();
        let form = format!("grant_type=client_credentials&box_subject_type=enterprise&box_subject_id={id}");
        let pair = self.token(now, &form).value();
        pair.get("access_token").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn token(&mut self, now: u64, form: &str) -> Reply {
        let request = self.token_request(form);
        self.handle(now, &request)
    }

    fn token_request(&self, form: &str) -> Request {
        let Addresses { api, client_id, client_secret, .. } = self.addresses();
        let form = format!("{form}&client_id={client_id}&client_secret={client_secret}");
        Request::new("POST", format!("{api}/oauth2/token")).with_form(form)
    }

    /// Box ends all sessions.
    pub(crate) fn revoke(&mut self) {
        self.emulator.revoke_tokens(true);
        self.end_everything();
    }

    /// Box ends all access tokens.
    pub(crate) fn expire(&mut self) {
        self.emulator.expire_tokens();
        self.pair_ends.values_mut().for_each(|end| *end = 0);
    }

    /// Whatever was granted so far may be void.
    pub(crate) fn end_everything(&mut self) {
        self.ended = self.granted.len();
    }

    /// Whether a session was ever ended by Box or by the application.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended > 0
    }

    /// The store holds a refresh token.
    pub(crate) fn keep(&mut self, now: u64, refresh: &str) {
        self.kept.entry(refresh.to_owned()).or_insert(now);
    }

    /// From what an access token comes.
    pub(crate) fn parent(&self, access: &str) -> Option<&str> {
        self.parents.get(access).map(String::as_str)
    }

    /// Whether Box would refuse a refresh token, which is tried on a copy of it.
    pub(crate) fn refuses(&mut self, now: u64, refresh: &str) -> bool {
        if self.dead.contains(refresh) {
            return true;
        }
        let request = self.token_request(&format!("grant_type=refresh_token&refresh_token={refresh}"));
        let refuses = self.emulator.clone().handle(now, &request).status != 200;
        if refuses {
            self.dead.insert(refresh.to_owned());
        }
        refuses
    }

    /// Why Box refuses a refresh token, which the store held when it was read.
    pub(crate) fn end_of(&self, now: u64, read: u64, refresh: &str) -> End {
        let is_before = |order: &usize| *order < self.ended;
        if self.granted.get(refresh).is_some_and(is_before) {
            return End::Ended;
        }
        let mut children = self.children.get(refresh).into_iter().flatten();
        if children.any(|child| self.kept.get(child).is_some_and(|since| *since < read)) {
            return End::Overwritten;
        }
        if self.is_strict() {
            return End::UsedUp;
        }
        // Box's grace for the same pair lasts as long as the pair.
        match self.pair_ends.get(refresh) {
            Some(end) if *end <= now => End::UsedUp,
            _ => End::Unknown,
        }
    }
}

/// Why a refresh token is no good any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Box or the application has ended the session.
    Ended,
    /// Box has answered it with a pair that no store holds, and has no grace, or none any more.
    UsedUp,
    /// The store has held what came of it.
    Overwritten,
    Unknown,
}

/// A member of a form.
pub(crate) fn member(request: &Request, name: &str) -> Option<String> {
    let Body::Small(form) = &request.body else {
        return None;
    };
    let form = String::from_utf8_lossy(form);
    form.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}
