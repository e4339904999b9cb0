//! All machines of all clients, joined: tokens go from sessions to calls and results from calls to transfers without
//! leaving the module. What remains is told to JavaScript.
//!
//! | command, after name and time | meaning |
//! |---|---|
//! | `client`, id, entropy, settings | a new client |
//! | `row`, id, group, text | a row of the table |
//! | `call`, id, client, row, values, options | a call; values are texts, nulls and sizes of content |
//! | `raw`, id, client, method, path, query, body, options | a call that the table doesn't know |
//! | `pages`, id, client, row, values; `page`, id, pages, options; `turn`, id, facts | a list, a page of it, what it says |
//! | `upload`, `download`, id, client, settings, options | a transfer |
//! | `digested`, id, hex or error; `received`, id, size, hex | what a transfer asked for |
//! | `head`, key, request, status, headers; `body`, key, request, text; `kept`; `lost`, key, request, kind, message | what came of a request |
//! | `provided`, client, token, seconds, error; `announced`, client | what the application answered |
//! | `session`, client, `did`, turn, error, value; `news`, tokens | what its store or signer did, and what others stored |
//! | `session`, id, `derive`, client, what | a client for another subject, or with tokens that may do less |
//! | `session`, id, `token` or `revoke`, client | the access token of a client; its end |
//! | `session`, id, `begin` or `finish`, client, ... | signing in |
//! | `drop`, id | nobody wants it any more |
//! | `leave`, client | nobody holds it any more |
//! | `pace`, id, window, waited, bytes | whether a body that was handed over still moves; answers when to ask again |
//! | `tick`, bodies | the time has come; of bodies that come in, key, request and bytes |
//!
//! | output | meaning |
//! |---|---|
//! | `send`, key, request, client, thing, method, url, headers, body, about; `cancel`, key, request | a request; a body is text, or texts and ranges |
//! | `plan`, what, bytes | what to do with the body of the `head`, and how much of it may come |
//! | `done`, id, status, headers, key, request, text or window; `fail`, id, error | the end of a thing |
//! | `ask`, client, reason; `changed`, client, tokens | for the application; a refresh token only if it `keeps` them |
//! | `session`, client, turn, step, ... | for the application's store, its signer, or for itself: a sign-in is needed |
//! | `left`, client | it is gone: nobody holds it, and nothing is under way for it |
//! | `digest`, id, start, end; `content`, id, size, key, request, window | for a transfer |
//! | `event`, client, key, facts | what happened, for a client that is `observed` |
//! | `answer`, value | what a command answers at once |

use std::{sync::Arc, time::Duration};

use box_core::{
    call::{CallOutput, Want},
    error::{Error, ErrorKind},
    operation::{Host, ReplyKind},
    pace::Pace,
    page::{PageFacts, Paging},
    raw::RawRequest,
    reply::RequestId,
    request::{Draft, Payload, Replay, SourceRange},
    rng::Rng,
    row::{Given, Row},
    session::{Provided, Session, WaiterId},
    time::Timestamp,
    upload::SOURCE,
};

use crate::{
    command::{Command, Value, call_options, flag, list, member, millis, number, pairs},
    derived::Waiting,
    output::{self, Output, n},
    session::{Asked, Client, Seams},
    settings,
    slot::{CallSlot, Owner, Slots},
};

/// Everything that is under way.
pub(crate) struct Engine {
    pub(crate) clients: Slots<Client>,
    /// Until when the applications have time to answer, and what they were asked, by client.
    pub(crate) asked: Slots<(Timestamp, Asked)>,
    rows: Slots<Row>,
    pages: Slots<(u32, Paging)>,
    /// Of bodies that were handed over.
    paces: Slots<Pace>,
    pub(crate) calls: Slots<CallSlot>,
    /// Who else than calls waits for a session, such as sign-ins whose tokens are being stored.
    pub(crate) waiting: Slots<Waiting>,
    pub(crate) transfers: Slots<crate::transfers::Transfer>,
    pub(crate) keys: u32,
    /// Whether there are clients that nobody holds any more.
    leaving: bool,
    pub(crate) out: Output,
}

impl Engine {
    pub(crate) const fn new() -> Self {
        Self {
            clients: Slots::new(),
            asked: Slots::new(),
            rows: Slots::new(),
            pages: Slots::new(),
            paces: Slots::new(),
            calls: Slots::new(),
            waiting: Slots::new(),
            transfers: Slots::new(),
            keys: 0,
            leaving: false,
            out: Output::new(),
        }
    }

    /// Carries a command out and answers what is to be done.
    pub(crate) fn run(&mut self, input: &[u8]) -> String {
        let command = Command::read(input).and_then(|command| self.handle(&command));
        if let Err(error) = command {
            self.out.push("throw", &[&output::thrown(&error)]);
        }
        if self.leaving {
            self.sweep();
        }
        let out = std::mem::replace(&mut self.out, Output::new());
        let calls = self.calls.iter().filter_map(|(_, slot)| slot.until);
        let asked = self.asked.iter().map(|(_, (until, _))| *until);
        out.finish(calls.chain(asked).min())
    }

    /// Forgets the clients that nobody holds any more, and for which nothing is under way.
    #[inline(never)]
    fn sweep(&mut self) {
        while let Some(id) = self.unheld() {
            self.clients.take(id);
            // Whoever walked through them would hold the client.
            self.pages.retain(|(client, _)| *client != id);
            self.out.push("left", &[&n(id)]);
        }
        self.leaving = self.clients.iter().any(|(_, client)| client.left);
    }

    fn unheld(&self) -> Option<u32> {
        let gone = |(id, client): &(u32, &Client)| client.left && !self.is_busy(*id);
        self.clients.iter().find(gone).map(|(id, _)| id)
    }

    fn handle(&mut self, command: &Command<'_>) -> Result<(), Error> {
        let (now, id) = (command.now, command.id(0));
        match &*command.name {
            "client" => self.client(id, command)?,
            "row" => {
                let (group, row) = (command.text(1).unwrap_or_default(), command.text(2).unwrap_or_default());
                self.rows.put(id, Row::read(group, row)?);
            }
            "call" => {
                let client = command.id(1);
                let draft = self.draft(client, command.id(2), command.value(3))?;
                let want = match draft.operation.reply {
                    ReplyKind::Model => Want::Kept,
                    ReplyKind::Bytes => Want::Stream,
                    ReplyKind::Nothing | ReplyKind::Redirect => Want::Bytes,
                };
                let mut layers = list(command.value(4));
                if draft.operation.host == Host::OAuth {
                    // What a client sets is for the API.
                    layers = layers.get(..1).unwrap_or_default();
                }
                self.begin(now, client, Owner::Caller(id), draft, call_options(layers), want);
            }
            "raw" => self.raw(now, id, command)?,
            "pages" => {
                let client = command.id(1);
                let draft = self.draft(client, command.id(2), command.value(3))?;
                self.pages.put(id, (client, Paging::new(draft)?));
            }
            "page" => {
                let (client, paging) = self.pages.get(command.id(1)).ok_or_else(gone)?;
                let (client, draft) = (*client, paging.draft());
                let options = call_options(list(command.value(2)));
                self.begin(now, client, Owner::Caller(id), draft, options, Want::Kept);
            }
            "turn" => {
                let facts = command.value(1);
                let entries = number(member(facts, "entries")).unwrap_or_default();
                let facts = PageFacts::read(usize::try_from(entries).unwrap_or(usize::MAX), |name| {
                    match member(facts, name) {
                        Value::String(text) => Some(text.clone().into_owned()),
                        Value::Number((number, _)) => Some((*number).to_owned()),
                        _ => None,
                    }
                });
                let (_, paging) = self.pages.get(id).ok_or_else(gone)?;
                let more = paging.handle_page(&facts)?;
                self.out.push("answer", &[if more { "true" } else { "false" }]);
            }
            "head" | "body" | "kept" | "lost" => self.came(command),
            "provided" => {
                let token = command.text(1).map(|token| Provided {
                    access_token: token.into(),
                    expires_in: number(command.value(2)).map(Duration::from_secs),
                });
                let failed =
                    |why: &str| Error::new(ErrorKind::Session, ["the token provider failed: ", why].concat());
                let result = command.text(3).map_or(Ok(token), |why| Err(failed(why)));
                self.answered(now, id, Asked::Token, result);
            }
            "announced" => self.answered(now, id, Asked::Announcement, Ok(None)),
            "session" => self.handle_session(id, command)?,
            "drop" => self.forget(now, id),
            "leave" => {
                if let Some(client) = self.clients.get(id) {
                    (client.left, self.leaving) = (true, true);
                }
            }
            "pace" => self.pace(id, command)?,
            "tick" => {
                for moved in list(command.value(0)) {
                    if let [Some(key), Some(request), Some(bytes)] =
                        [0, 1, 2].map(|at| list(moved).get(at).and_then(number))
                    {
                        self.moved(key, request, bytes);
                    }
                }
                self.tick(now);
            }
            _ => return self.handle_transfer(command),
        }
        Ok(())
    }

    // Each a function of its own: where the module is split, what a page seldom does goes with the rest.
    #[inline(never)]
    fn raw(&mut self, now: Timestamp, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let mut request =
            RawRequest::new(command.text(2).unwrap_or_default(), command.text(3).unwrap_or_default());
        for (name, value) in pairs(command.value(4)) {
            request = request.query(&name, value);
        }
        if let Some(body) = command.text(5) {
            request = request.body("application/json", body.to_owned());
        }
        let options = call_options(list(command.value(6)));
        self.begin(now, command.id(1), Owner::Caller(id), request.draft()?, options, Want::Kept);
        Ok(())
    }

    #[inline(never)]
    fn pace(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let [window, waited, bytes] = [1, 2, 3].map(|at| number(command.value(at)).unwrap_or_default());
        let waited = Timestamp(waited);
        if self.paces.get(id).is_none() {
            self.paces.put(id, Pace::new(waited, Duration::from_millis(window)));
        }
        let pace = self.paces.get(id).ok_or_else(gone)?;
        pace.moved(bytes);
        pace.check(waited)?;
        self.out.push("answer", &[&pace.next().0.to_string()]);
        Ok(())
    }

    fn client(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let settings = command.value(2);
        let (grant, tokens) = settings::grant(settings)?;
        let mut rng = Rng::new(number(command.value(1)).unwrap_or_default());
        let mut config = settings::config(settings)?;
        config.observed = flag(settings, "observed");
        config.subject = Some(grant.owner());
        config.service = grant.is_service();
        config.user = grant.user_id().map(str::to_owned);
        let mut session = Session::new(grant, tokens, rng.fork());
        let mut seams = Seams::default();
        if flag(settings, "seams") {
            (session, seams) = settings::seams(settings, session);
        }
        let client = Client {
            config: Arc::new(config),
            session,
            rng,
            stored: None,
            seams,
            parent: None,
            patience: millis(settings, "authTimeout"),
            draining: false,
            left: false,
        };
        self.clients.put(id, client);
        Ok(())
    }

    /// The request for a row and its values: texts, nothing, or the size of content.
    fn draft(&mut self, client: u32, row: u32, values: &Value<'_>) -> Result<Draft, Error> {
        let client = self.clients.get(client).ok_or_else(gone)?;
        let row = self.rows.get(row).ok_or_else(gone)?;
        let given = list(values).iter().map(|value| match value {
            Value::String(text) => Given::Text(text.clone().into_owned()),
            value => number(value).map_or(Given::Absent, |size| {
                let range = SourceRange { id: SOURCE, range: 0..size, replay: Replay::Reopen };
                Given::Content(Payload::Source(range))
            }),
        });
        row.draft(given, &mut client.rng)
    }

    /// So much of the body of a reply has come.
    fn moved(&mut self, key: u64, request: u64, bytes: u64) {
        let [key, request] = [key, request].map(|id| u32::try_from(id).unwrap_or(u32::MAX));
        if let Some(slot) = self.calls.get(key) {
            slot.call.handle_received(RequestId(request), bytes);
        }
    }

    fn tick(&mut self, now: Timestamp) {
        let due = |until: Option<Timestamp>| until.is_some_and(|until| until <= now);
        let calls: Vec<_> =
            self.calls.iter().filter(|(_, slot)| due(slot.until)).map(|(key, _)| key).collect();
        for key in calls {
            if let Some(slot) = self.calls.get(key) {
                slot.call.handle_timeout(now);
                self.drain(now, key);
            }
        }
        while let Some((id, what)) = self.late_answer(now) {
            let error = Error::new(ErrorKind::Session, "the token provider took too long");
            self.answered(now, id, what, Err(error));
        }
    }

    fn late_answer(&self, now: Timestamp) -> Option<(u32, Asked)> {
        self.asked.iter().find(|(_, (until, _))| *until <= now).map(|(id, (_, asked))| (id, *asked))
    }

    /// Lets go of a thing and of all that was begun for it.
    fn forget(&mut self, now: Timestamp, id: u32) {
        self.pages.take(id);
        self.paces.take(id);
        let of = |owner: Owner| match owner {
            Owner::Caller(of) => of == id,
            Owner::Transfer(of) | Owner::Content(of) => of == id,
            _ => false,
        };
        let calls: Vec<_> =
            self.calls.iter().filter(|(_, slot)| of(slot.owner)).map(|(key, _)| key).collect();
        for key in calls {
            let Some(mut slot) = self.calls.take(key) else {
                continue;
            };
            slot.call.abandon();
            while let CallOutput::Event(event) = slot.call.poll_output() {
                self.out.event(slot.client, key, &event);
            }
            if let Some(client) = self.clients.get(slot.client) {
                client.session.drop_waiter(WaiterId(key.into()));
            }
            self.out.push("cancel", &[&n(key)]);
        }
        if let Some(transfer) = self.transfers.take(id) {
            self.abandon(now, transfer);
        }
    }
}

pub(crate) fn unknown() -> Error {
    Error::internal("a command that nobody knows")
}

pub(crate) fn gone() -> Error {
    Error::internal("something that isn't there any more")
}
