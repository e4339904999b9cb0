//! Sessions that come of others, and what is asked of a session itself: its token, and its end.

use std::sync::Arc;

use box_core::{
    call::CallConfig,
    error::Error,
    json::string,
    session::{Downscope, Exchange, Grant, Restriction, Session, Subject, Token, TokenNeed, WaiterId},
    time::Timestamp,
};

use crate::{
    command::{Command, Value, list, member, owned, text},
    engine::{Engine, gone},
    output::{n, object, secret},
    session::{Client, Seams},
};

/// Waiters beyond this number are sessions that wait for their parents.
const CHILDREN: u64 = 1 << 32;

impl Engine {
    /// A client beside another: for another subject, or with tokens that may do less. It shares traffic and settings.
    pub(crate) fn derive(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let (from, what) = (command.id(2), command.value(3));
        let known = self.clients.get(from).ok_or_else(gone)?;
        let (grant, parent) = grant(known.session.grant(), what)?;
        let mut config = CallConfig::clone(&known.config);
        config.subject = Some(grant.owner());
        if !parent {
            // Tokens that may do less are still those of whom they come from.
            config.service = grant.is_service();
            config.user = grant.user_id().map(str::to_owned);
        }
        let mut rng = known.rng.fork();
        let client = Client {
            config: Arc::new(config),
            session: Session::new(grant, None, rng.fork()),
            rng,
            stored: None,
            seams: Seams::default(),
            parent: parent.then_some(from),
            patience: None,
            draining: false,
            left: false,
        };
        self.clients.put(id, client);
        Ok(())
    }

    /// The session of a client needs a token of the one that it is derived from.
    pub(crate) fn ask_parent(&mut self, now: Timestamp, id: u32, need: TokenNeed) {
        let parent = self.clients.get(id).and_then(|client| client.parent);
        let Some((parent, known)) = parent.and_then(|id| Some((id, self.clients.get(id)?))) else {
            return self.parent_answers(now, id, Err(gone()));
        };
        match known.session.token(now, need) {
            Some(token) => self.parent_answers(now, id, Ok(token)),
            None => {
                known.session.request(now, WaiterId(CHILDREN + u64::from(id)), need);
                self.drain_session(now, parent);
            }
        }
    }

    fn parent_answers(&mut self, now: Timestamp, id: u32, token: Result<Token, Error>) {
        if let Some(client) = self.clients.get(id) {
            client.session.handle_parent(now, token);
            self.drain_session(now, id);
        }
    }

    /// A token for somebody else than a call: a derived session, a sign-in, the application.
    #[inline(never)]
    pub(crate) fn answer_others(&mut self, now: Timestamp, waiter: u64, token: Result<Token, Error>) {
        if let Some(id) = waiter.checked_sub(CHILDREN) {
            return self.parent_answers(now, u32::try_from(id).unwrap_or_default(), token);
        }
        let key = u32::try_from(waiter).unwrap_or_default();
        let Some(Waiting { id, token_of }) = self.waiting.take(key) else {
            return;
        };
        match (token, token_of) {
            (Err(error), _) => self.out.fail(id, &error),
            (Ok(_), None) => self.out.push("done", &[&n(id)]),
            (Ok(token), Some(client)) => {
                let session = self.clients.get(client).map(|client| &client.session);
                let lifetime = session.and_then(|session| session.lifetime(now));
                let lifetime = lifetime.map_or_else(|| "null".to_owned(), |time| time.as_secs().to_string());
                let told = object(&[("accessToken", secret(Some(&token.secret))), ("expiresIn", lifetime)]);
                self.out.push("done", &[&n(id), "0", "[]", "null", "null", &string(&told), "true"]);
            }
        }
    }

    /// The application asks for the token, or ends the session.
    pub(crate) fn ask_session(&mut self, id: u32, command: &Command<'_>, revokes: bool) -> Result<(), Error> {
        let client = command.id(2);
        let Client { config, session, .. } = self.clients.get(client).ok_or_else(gone)?;
        if revokes && config.hides_replies && config.hosts.is_box() {
            return Err(Error::invalid("Box takes no revocation from a page; revoke the token on a server"));
        }
        self.keys += 1;
        self.waiting.put(self.keys, Waiting { id, token_of: (!revokes).then_some(client) });
        let waiter = WaiterId(self.keys.into());
        if revokes {
            session.revoke(waiter);
        } else {
            let mut need = TokenNeed::default();
            need.lasting = true;
            session.request(command.now, waiter, need);
        }
        self.drain_session(command.now, client);
        Ok(())
    }

    /// The session is over, and its store empty.
    pub(crate) fn revoked(&mut self, waiter: u64) {
        if let Some(Waiting { id, .. }) = self.waiting.take(u32::try_from(waiter).unwrap_or_default()) {
            self.out.push("done", &[&n(id)]);
        }
    }
}

/// Who waits for a session, under a number that JavaScript gave it.
pub(crate) struct Waiting {
    pub(crate) id: u32,
    /// The client whose token it wants to see.
    pub(crate) token_of: Option<u32>,
}

/// A grant beside another, and whether it lives on that one's tokens.
fn grant(from: &Grant, what: &Value<'_>) -> Result<(Grant, bool), Error> {
    let subject = owned(what, "userId").map(Subject::User);
    if let Some(subject) = subject.or_else(|| owned(what, "enterpriseId").map(Subject::Enterprise)) {
        return Ok((from.for_subject(subject)?, false));
    }
    let item = member(what, "item");
    let restriction = if let Some(id) = owned(item, "file") {
        Restriction::File(id)
    } else if let Some(id) = owned(item, "folder") {
        Restriction::Folder(id)
    } else if let Some(url) = owned(item, "sharedLink") {
        Restriction::SharedLink(url.into())
    } else if text(item) == Some("none") {
        Restriction::NoItem
    } else {
        return Err(Error::invalid("`item` is `{ file }`, `{ folder }`, `{ sharedLink }` or \"none\""));
    };
    let mut downscope = Downscope::new(list(member(what, "scopes")).iter().filter_map(text), restriction);
    let annotator = member(what, "annotator");
    if !matches!(annotator, Value::Null) {
        let (Some(id), Some(name)) = (owned(annotator, "id"), owned(annotator, "name")) else {
            return Err(Error::invalid("`annotator` is `{ id, name }`"));
        };
        downscope = downscope.by(id, name);
    }
    Ok((Grant::Exchange(Exchange::new(from, downscope)?), true))
}
