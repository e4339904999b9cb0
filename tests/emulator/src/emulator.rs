use crate::{
    Content, Counters, Cut, Failure, Fault, FileDigest, Host, Reply, Request, Settings, Stall,
    call::Call,
    control, cors,
    counters::bump,
    dates,
    faults::Faults,
    query::Query,
    route::{self, Access, Params, Route},
    routes, scopes,
    world::World,
};

/// Box in memory.
///
/// [`handle`](Self::handle) answers one request after the other and does nothing else: no clock, no entropy, no I/O.
/// The same settings and the same calls give the same answers.
#[derive(Clone, Debug)]
pub struct Emulator {
    pub(crate) settings: Settings,
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    at_start: Settings,
    in_flight: std::collections::BTreeMap<String, u64>,
    ahead: u64,
}

impl Emulator {
    /// Starts with an empty root folder for each of three users. All times are milliseconds since 1970.
    pub fn new(settings: Settings, now: u64) -> Self {
        let now = on_box_clock(&settings, 0, now);
        Self {
            world: World::new(&settings, now),
            at_start: settings.clone(),
            settings,
            faults: Faults::default(),
            counters: Counters::default(),
            in_flight: std::collections::BTreeMap::new(),
            ahead: 0,
        }
    }

    /// Answers one request.
    pub fn handle(&mut self, now: u64, request: &Request) -> Reply {
        let request_id = self.world.ids.request();
        let Some((host, path, query)) = self.settings.addresses.locate(&request.url) else {
            return Failure::html(404, "No such host").into_reply(&request_id);
        };
        let (path, query) = (path.to_owned(), query.to_owned());
        if cors::is_preflight(request) {
            return cors::preflight(&self.settings, host, &path, request);
        }
        let mut reply = match host {
            Host::Control => control::handle(self, now, &path, &query, request),
            _ => self.operate(self.clock(now), host, &path, &query, request, &request_id),
        };
        cors::decorate(&self.settings, host, &path, request, &mut reply);
        reply.headers.push(("date".to_owned(), dates::http_date(self.clock(now))));
        if host != Host::Download {
            reply.headers.push(("box-request-id".to_owned(), request_id));
        }
        reply
    }

    /// The contents that a commit of an upload session would put together, so that a server can hash them before it
    /// calls [`handle`](Self::handle), which must not read files.
    pub fn assembly(&self, request: &Request) -> Option<Vec<Content>> {
        let (host, path, _) = self.settings.addresses.locate(&request.url)?;
        let (route, params) = route::find(host, &request.method, path)?;
        if route.id != "upload_sessions.commit" || self.settings.trust_digests {
            return None;
        }
        let (_, id) = params.first()?;
        Some(self.world.sessions.get(id)?.contents())
    }

    /// Notes that a request began; the server calls it when it has read the head. The id is empty for requests that
    /// are not counted.
    pub fn begin(&mut self, request: &Request) -> String {
        let operation = self.operation_of(request);
        if operation.is_empty() {
            return operation;
        }
        let open = self.in_flight.entry(operation.clone()).or_default();
        *open += 1;
        let peak = self.counters.peak_in_flight.entry(operation.clone()).or_default();
        *peak = (*peak).max(*open);
        operation
    }

    /// Notes that a request is over, with the id that [`begin`](Self::begin) gave.
    pub fn end(&mut self, operation: &str) {
        if let Some(open) = self.in_flight.get_mut(operation) {
            *open = open.saturating_sub(1);
        }
    }

    /// Starts anew, with the settings it was started with. Ids and tokens go on, so that none of before comes back;
    /// only the developer token is valid again.
    pub fn reset(&mut self, now: u64) {
        let ids = self.world.ids.clone();
        self.settings = self.at_start.clone();
        self.ahead = 0;
        self.world = World { ids, ..World::new(&self.settings, self.clock(now)) };
        self.faults.clear();
        self.reset_counters();
    }

    /// The emulator's time at a real time.
    pub fn clock(&self, now: u64) -> u64 {
        on_box_clock(&self.settings, self.ahead, now)
    }

    /// Puts the clock forward. To put it behind the caller's, there is [`Settings::clock_ahead`].
    pub fn advance(&mut self, millis: u64) {
        self.ahead = self.ahead.saturating_add(millis);
    }

    /// How far the clock was put forward, in milliseconds.
    pub fn ahead(&self) -> u64 {
        self.ahead
    }

    /// Ends every access token at once, as if its time were over.
    pub fn expire_tokens(&mut self) {
        self.world.tokens.expire_access(0);
    }

    /// Ends every access token, and with `all` every refresh token and authorization code too.
    pub fn revoke_tokens(&mut self, all: bool) {
        self.world.tokens.forget_access();
        if all {
            self.world.tokens.forget_refresh();
        }
    }

    /// Lets something go wrong.
    pub fn fail(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Forgets the faults that have not struck yet.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// What happened so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Starts counting anew.
    pub fn reset_counters(&mut self) {
        self.counters = Counters::default();
    }

    /// How the emulator behaves.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes how the emulator behaves.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn operation_of(&self, request: &Request) -> String {
        let Some((host, path, _)) = self.settings.addresses.locate(&request.url) else {
            return String::new();
        };
        if host == Host::Control || cors::is_preflight(request) {
            return String::new();
        }
        let found = route::find(host, &request.method, path);
        found.map_or("unknown", |(route, _)| route.id).to_owned()
    }

    fn operate(
        &mut self,
        now: u64,
        host: Host,
        path: &str,
        query: &str,
        request: &Request,
        request_id: &str,
    ) -> Reply {
        if host == Host::Download {
            self.count_leaks(request);
        }
        let found = route::find(host, &request.method, path);
        let operation =
            found.as_ref().map_or("unknown", |(route, _)| operation_id(&self.world, route, request));
        bump(&mut self.counters.requests, operation);
        if operation == "oauth.refresh" && self.world.tokens.refresh_used(&presented(request)) {
            self.counters.refresh_replays += 1;
        }

        let fault = self.faults.take(operation);
        let runs = fault.as_ref().is_none_or(Fault::runs);
        let mut reply = runs.then(|| {
            let before = self.world.revision();
            let outcome = match found {
                Some((route, params)) => self.run(now, route, params, path, query, request, request_id),
                None => Err(routes::unrouted(host, &request.method, path)),
            };
            let reply = outcome.unwrap_or_else(|failure| failure.into_reply(request_id));
            if self.world.revision() != before {
                bump(&mut self.counters.effects, operation);
            }
            reply
        });
        if let Some(fault) = fault {
            let download = &self.settings.addresses.download;
            reply = Some(fault.apply(operation, request, download, request_id, reply));
        }
        let mut reply = reply.unwrap_or_else(|| Reply::new(500));
        let delays = &self.settings.delays;
        if let Some(delay) = delays.get(operation).or_else(|| delays.get("*")) {
            reply.delivery.delay_head = reply.delivery.delay_head.saturating_add(*delay);
        }
        let answered = reply.delivery.cut != Some(Cut::Head) && reply.delivery.stall != Some(Stall::Head);
        let status = if answered { reply.status } else { 0 };
        let statuses = self.counters.statuses.entry(operation.to_owned()).or_default();
        *statuses.entry(status).or_default() += 1;
        reply
    }

    #[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
    fn run(
        &mut self,
        now: u64,
        route: &Route,
        params: Params,
        path: &str,
        query: &str,
        request: &Request,
        request_id: &str,
    ) -> Result<Reply, Failure> {
        let mut call = Call {
            world: &mut self.world,
            settings: &self.settings,
            request,
            query: Query::parse(query),
            params,
            now,
            user: 0,
            limits: None,
        };
        if route.access == Access::Token {
            (call.user, call.limits) = routes::authenticate(&mut call, route)?;
        }
        if let Some(refusal) = cors::refusal(call.settings, route.host, path, request, request_id) {
            return Ok(refusal);
        }
        if route.access == Access::Token {
            scopes::check(call.settings, route)?;
            if let Some(limits) = &call.limits {
                scopes::check_token(limits, route, request)?;
            }
            if call.settings.rate_limits {
                call.world.rates.admit(now, route, call.user)?;
            }
        }
        let reply = (route.handler)(&mut call)?;
        if route.id == "oauth.token" && reply.status == 200 {
            let grant = call.form().get("grant_type").unwrap_or_default().to_owned();
            bump(&mut self.counters.grants, &grant);
        }
        Ok(reply)
    }

    fn count_leaks(&mut self, request: &Request) {
        for (name, _) in &request.headers {
            let name = name.to_ascii_lowercase();
            if matches!(name.as_str(), "authorization" | "as-user" | "boxapi") || name.starts_with("box-") {
                bump(&mut self.counters.leaks, &name);
            }
        }
    }
}

/// The year 9000: beyond it dates can't be written.
const END_OF_TIME: u64 = 221_845_392_000_000;

fn on_box_clock(settings: &Settings, ahead: u64, now: u64) -> u64 {
    now.saturating_add(ahead).saturating_add_signed(settings.clock_ahead).min(END_OF_TIME)
}

fn form(request: &Request) -> Query {
    let bytes = request.bytes().unwrap_or_default();
    Query::parse(&String::from_utf8_lossy(&bytes))
}

/// The refresh token that a request presents.
fn presented(request: &Request) -> String {
    form(request).get("refresh_token").unwrap_or_default().to_owned()
}

/// Some operations have ids of their own although they share an address with others.
fn operation_id(world: &World, route: &Route, request: &Request) -> &'static str {
    let refreshes = || form(request).get("grant_type") == Some("refresh_token");
    match route.id {
        "oauth.token" if refreshes() => "oauth.refresh",
        "shared_links.find_file" if routes::shared_items::leads_to_folder(world, request) => {
            "shared_links.find_folder"
        }
        id => id,
    }
}

/// Hashes what a commit puts together, where all of it is in memory.
pub(crate) fn digest_in_memory(contents: &[Content]) -> Option<FileDigest> {
    let in_memory = contents.iter().all(|content| content.stored.in_memory().is_some());
    in_memory.then(|| FileDigest::of_contents(contents).ok()).flatten()
}
