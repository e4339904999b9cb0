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
//! | `begin`, `finish`, id, client, ... | signing in |
//! | `drop`, id | nobody wants it any more |
//! | `tick` | the time has come |
//!
//! | output | meaning |
//! |---|---|
//! | `send`, key, request, client, thing, method, url, headers, body; `cancel`, key, request | a request; a body is text, or texts and ranges |
//! | `plan`, what | what to do with the body of the `head` |
//! | `done`, id, status, headers, key, request, text; `fail`, id, error | the end of a thing |
//! | `ask`, client, reason; `changed`, client, tokens | for the application |
//! | `digest`, id, start, end; `content`, id, size, key, request, headers | for a transfer |
//! | `answer`, value | what a command answers at once |

use std::sync::Arc;

use box_core::{
    action::{CallOptions, FromReply},
    call::{Call, CallOutput, Want},
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    operation::ReplyKind,
    page::{PageFacts, Paging},
    raw::RawRequest,
    reply::{BodyPlan, Content, Head, Location, Reply, RequestId},
    request::{Draft, Payload, Replay, SourceRange},
    rng::Rng,
    row::{Given, Row},
    session::{Provided, Session, Token, WaiterId},
    sign_in::SignIn,
    time::Timestamp,
    upload::SOURCE,
};

use crate::{
    command::{Command, Value, call_options, list, member, number, pairs, text},
    output::{Output, headers, n, text as string},
    session::{Asked, Client},
    settings,
    slot::{CallSlot, Owner, Slots},
};

/// Everything that is under way.
#[derive(Default)]
pub(crate) struct Engine {
    pub(crate) clients: Slots<Client>,
    rows: Slots<Row>,
    pages: Slots<(u32, Paging)>,
    pub(crate) calls: Slots<CallSlot>,
    /// Sign-ins whose tokens are being stored, by the key of their exchange.
    signing: Slots<u32>,
    #[cfg(feature = "transfers")]
    pub(crate) transfers: Slots<crate::transfers::Transfer>,
    keys: u32,
    pub(crate) out: Output,
}

impl Engine {
    /// Carries a command out and answers what is to be done.
    pub(crate) fn run(&mut self, input: &[u8]) -> String {
        let command = Command::read(input).and_then(|command| self.handle(&command));
        if let Err(error) = command {
            self.out.push("throw", &[&crate::output::thrown(&error)]);
        }
        let out = std::mem::take(&mut self.out);
        let calls = self.calls.iter().filter_map(|(_, slot)| slot.until);
        let asked = self.clients.iter().filter_map(|(_, client)| Some(client.asked?.0));
        out.finish(calls.chain(asked).min())
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
                self.begin(now, client, Owner::Caller(id), draft, call_options(command.value(4)), want);
            }
            "raw" => {
                let mut request =
                    RawRequest::new(command.text(2).unwrap_or_default(), command.text(3).unwrap_or_default());
                for (name, value) in pairs(command.value(4)) {
                    request = request.query(name, value);
                }
                if let Some(body) = command.text(5) {
                    request = request.body("application/json", body.to_owned());
                }
                let options = call_options(command.value(6));
                self.begin(now, command.id(1), Owner::Caller(id), request.draft()?, options, Want::Kept);
            }
            "pages" => {
                let client = command.id(1);
                let draft = self.draft(client, command.id(2), command.value(3))?;
                self.pages.put(id, (client, Paging::new(draft)?));
            }
            "page" => {
                let (client, paging) = self.pages.get(command.id(1)).ok_or_else(gone)?;
                let (client, draft) = (*client, paging.draft());
                let options = call_options(command.value(2));
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
                    expires_in: number(command.value(2)).map(std::time::Duration::from_secs),
                });
                let failed =
                    |why: &str| Error::new(ErrorKind::Session, ["the token provider failed: ", why].concat());
                let result = command.text(3).map_or(Ok(token), |why| Err(failed(why)));
                self.answered(now, id, Asked::Token, result);
            }
            "announced" => self.answered(now, id, Asked::Announcement, Ok(None)),
            "begin" | "finish" => self.sign_in(id, command)?,
            "drop" => self.forget(now, id),
            "tick" => self.tick(now),
            #[cfg(feature = "transfers")]
            _ => return self.handle_transfer(command),
            #[cfg(not(feature = "transfers"))]
            _ => return Err(unknown()),
        }
        Ok(())
    }

    fn client(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let settings = command.value(2);
        let (grant, tokens) = settings::grant(settings)?;
        let app = match &grant {
            box_core::session::Grant::OAuth(app) => Some(app.clone()),
            _ => None,
        };
        let mut rng = Rng::new(number(command.value(1)).unwrap_or_default());
        let client = Client {
            config: Arc::new(settings::config(settings)?),
            session: Session::new(grant, tokens, rng.fork()),
            rng,
            app,
            stored: None,
            announces: settings::flag(settings, "announces"),
            patience: crate::command::millis(settings, "authTimeout"),
            asked: None,
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
        self.calls.put(self.keys, CallSlot { call, client, owner, wants_location, until: None });
        self.drain(now, self.keys);
    }

    /// Carries out what a call wants, until it waits or is done.
    fn drain(&mut self, now: Timestamp, key: u32) {
        while let Some(slot) = self.calls.get(key) {
            match slot.call.poll_output() {
                CallOutput::NeedToken { rejected } => {
                    let id = slot.client;
                    let Some(client) = self.clients.get(id) else {
                        return;
                    };
                    match client.session.token(now, rejected) {
                        Some(token) => slot.call.handle_token(now, Ok(token)),
                        None => {
                            client.session.request(now, WaiterId(key.into()), rejected);
                            self.drain_session(now, id);
                        }
                    }
                }
                CallOutput::Send(id, request) => {
                    self.out.send(key, id, slot.client, slot.owner.thing(), request);
                }
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

    /// A token, or none, for a call or a sign-in.
    pub(crate) fn answer(&mut self, now: Timestamp, waiter: u64, token: Result<Token, Error>) {
        let key = u32::try_from(waiter).unwrap_or_default();
        if let Some(id) = self.signing.take(key) {
            match token {
                Ok(_) => self.out.push("done", &[&n(id)]),
                Err(error) => self.out.fail(id, &error),
            }
        } else if let Some(slot) = self.calls.get(key) {
            slot.call.handle_token(now, token);
            self.drain(now, key);
        }
    }

    fn done(&mut self, now: Timestamp, key: u32, slot: &CallSlot, result: Result<Reply, Error>) {
        match (slot.owner, result) {
            (Owner::Caller(id), Ok(reply)) if slot.wants_location => {
                let (status, fields) = (reply.status.to_string(), headers(&reply.headers));
                match Location::from_reply(reply) {
                    Ok(location) => {
                        let url = string(location.url());
                        self.out.push("done", &[&n(id), &status, &fields, "null", "null", &url]);
                    }
                    Err(error) => self.out.fail(id, &error),
                }
            }
            (Owner::Caller(id), Ok(reply)) => self.tell(id, key, &reply),
            (Owner::Caller(id) | Owner::SignIn(id), Err(error)) => self.out.fail(id, &error),
            (Owner::Session, result) => {
                if let Some(client) = self.clients.get(slot.client) {
                    client.session.handle_reply(now, result);
                    self.drain_session(now, slot.client);
                }
            }
            (Owner::SignIn(id), Ok(reply)) => self.signed_in(now, key, slot.client, id, &reply),
            #[cfg(feature = "transfers")]
            (Owner::Transfer(id), result) => self.called(now, id, result),
            #[cfg(feature = "transfers")]
            (Owner::Content(id), result) => self.opened(id, key, result),
            #[cfg(feature = "transfers")]
            (Owner::Nobody, _) => {}
        }
    }

    /// A result for JavaScript: where the reply is, or its text.
    pub(crate) fn tell(&mut self, id: u32, key: u32, reply: &Reply) {
        let (status, headers) = (reply.status.to_string(), headers(&reply.headers));
        match &reply.content {
            Content::Held(RequestId(request)) => {
                self.out.push("done", &[&n(id), &status, &headers, &n(key), &n(*request)]);
            }
            Content::Bytes(bytes) => {
                let text = crate::output::utf8(bytes);
                self.out.push("done", &[&n(id), &status, &headers, "null", "null", &text]);
            }
        }
    }

    /// What came of a request.
    fn came(&mut self, command: &Command<'_>) {
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
                    headers.set(name.to_owned(), value);
                }
                let plan =
                    match call.handle_head(now, id, Head { status: status.unwrap_or_default(), headers }) {
                        BodyPlan::Discard => "discard",
                        BodyPlan::Buffer { .. } => "buffer",
                        BodyPlan::Keep => "keep",
                        BodyPlan::HandOver => "hand over",
                    };
                self.out.push("plan", &[&string(plan)]);
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
        let asked = self.clients.iter().filter_map(|(id, client)| Some((id, client.asked?)));
        let late: Vec<_> = asked.filter(|(_, (until, _))| due(Some(*until))).collect();
        for (id, (_, what)) in late {
            let error = Error::new(ErrorKind::Session, "the token provider took too long");
            self.answered(now, id, what, Err(error));
        }
    }

    /// Lets go of a thing and of all that was begun for it.
    #[cfg_attr(not(feature = "transfers"), expect(unused_variables, reason = "only transfers need the time"))]
    fn forget(&mut self, now: Timestamp, id: u32) {
        self.pages.take(id);
        let of = |owner: Owner| match owner {
            Owner::Caller(of) => of == id,
            #[cfg(feature = "transfers")]
            Owner::Transfer(of) | Owner::Content(of) => of == id,
            _ => false,
        };
        let calls: Vec<_> =
            self.calls.iter().filter(|(_, slot)| of(slot.owner)).map(|(key, _)| key).collect();
        for key in calls {
            let Some(slot) = self.calls.take(key) else {
                continue;
            };
            if let Some(client) = self.clients.get(slot.client) {
                client.session.drop_waiter(WaiterId(key.into()));
            }
            self.out.push("cancel", &[&n(key)]);
        }
        #[cfg(feature = "transfers")]
        if let Some(transfer) = self.transfers.take(id) {
            self.abandon(now, transfer);
        }
    }

    /// `begin` answers the page to open and the state to keep; `finish` takes the answer of that page.
    fn sign_in(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let client = self.clients.get(command.id(1)).ok_or_else(gone)?;
        let app = client.app.as_ref();
        let app = app.ok_or_else(|| Error::invalid("signing in needs a client of an OAuth application"))?;
        let redirect = command.text(3).map(str::to_owned);
        if command.name == "begin" {
            let mut entropy = [0; 32];
            for (byte, value) in entropy.iter_mut().zip(list(command.value(2))) {
                *byte = number(value).and_then(|byte| u8::try_from(byte).ok()).unwrap_or_default();
            }
            let sign_in = SignIn::new(entropy, redirect);
            let url = sign_in.authorize_url(&client.config.hosts, &app.client_id);
            let answer = crate::output::array([string(&url), string(sign_in.state().expose())].into_iter());
            self.out.push("answer", &[&answer]);
            return Ok(());
        }
        let sign_in = SignIn::resume(text(command.value(4)).unwrap_or_default(), redirect);
        let code = sign_in.code(command.text(2).unwrap_or_default())?;
        let draft = app.exchange(code, sign_in.redirect_uri(), &mut client.rng)?;
        self.begin(command.now, command.id(1), Owner::SignIn(id), draft, CallOptions::default(), Want::Bytes);
        Ok(())
    }

    /// The code of a sign-in was exchanged: the session stores and announces what it bought.
    fn signed_in(&mut self, now: Timestamp, key: u32, client: u32, id: u32, reply: &Reply) {
        let Some(known) = self.clients.get(client) else {
            return;
        };
        self.signing.put(key, id);
        known.session.sign_in(now, WaiterId(key.into()), reply);
        self.drain_session(now, client);
    }
}

pub(crate) fn unknown() -> Error {
    Error::internal("a command that nobody knows")
}

fn gone() -> Error {
    Error::internal("something that isn't there any more")
}
