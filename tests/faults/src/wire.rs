//! The network: what a client sends reaches the emulator, and what it answers comes back as it shall be delivered.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::pending,
    pin::Pin,
    rc::Rc,
    time::Duration,
};

use box_core::{
    error::{Error, ErrorKind, Sent},
    headers::Headers,
    reply::Head,
    request::Request,
    time::Timestamp,
};
use box_emulator::{Cut, Delivery, Emulator, Reply, Stall};
use bytes::Bytes;

use crate::{body, clock::Clock, page, source::Source};

/// A network with the emulator at its other end.
#[derive(Clone)]
pub struct Wire(Rc<Inner>);

struct Inner {
    clock: Clock,
    emulator: RefCell<Emulator>,
    settings: Network,
    refusals: Cell<(u64, u64)>,
    requests: Cell<u32>,
    leaks: RefCell<Vec<String>>,
}

/// How a network behaves.
#[derive(Clone, Debug)]
pub struct Network {
    /// One way, in milliseconds.
    pub latency: u64,
    /// Bytes per second that leave the client; none is no limit.
    pub upload_rate: Option<u64>,
    /// No byte of a body leaves the client after so many.
    pub upload_stalls: Option<u64>,
    /// Whether the client is a page in a browser: it asks for leave first, follows redirects, and sees little.
    pub page: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self { latency: 20, upload_rate: None, upload_stalls: None, page: false }
    }
}

/// More requests than any case can need: a loop that takes no time ends here.
const MOST_REQUESTS: u32 = 20_000;

impl Wire {
    /// A network before an emulator.
    pub fn new(clock: Clock, emulator: Emulator, settings: Network) -> Self {
        let (refusals, requests) = (Cell::default(), Cell::default());
        let emulator = RefCell::new(emulator);
        Self(Rc::new(Inner { clock, emulator, settings, refusals, requests, leaks: RefCell::default() }))
    }

    /// Looks at the emulator, or changes it.
    pub fn emulator<T>(&self, look: impl FnOnce(&mut Emulator) -> T) -> T {
        look(&mut self.0.emulator.borrow_mut())
    }

    /// After `skip` more requests, so many find no connection.
    pub fn refuse(&self, skip: u64, times: u64) {
        self.0.refusals.set((skip, times));
    }

    fn refuses(&self) -> bool {
        let (skip, times) = self.0.refusals.get();
        let left = if skip > 0 { (skip - 1, times) } else { (0, times.saturating_sub(1)) };
        self.0.refusals.set(left);
        skip == 0 && times > 0
    }

    /// How many requests have left the client.
    pub fn requests(&self) -> u32 {
        self.0.requests.get()
    }

    /// Secrets that went where they must not go, as `name to origin`.
    pub fn leaks(&self) -> Vec<String> {
        self.0.leaks.borrow().clone()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Sends a request. Dropping the flight ends it; what has left by then arrives.
    pub(crate) fn send(&self, request: Request, source: &Source) -> Flight {
        let length = request.body.len();
        let Network { upload_rate, upload_stalls, page, .. } = self.0.settings;
        let sending = Sending { begun: self.0.clock.now(), length, rate: upload_rate, stalls: upload_stalls };
        let (wire, source) = (self.clone(), source.clone());
        let reply: Replies = if self.refuses() {
            let latency = Duration::from_millis(wire.0.settings.latency);
            let sent = if page { Sent::Maybe } else { Sent::No };
            Box::pin(async move {
                wire.clock().sleep(latency).await;
                Err(Lost::new(sent, "the connection was refused"))
            })
        } else if page {
            Box::pin(async move { page::exchange(&wire, request, &source, sending).await })
        } else {
            Box::pin(async move { wire.exchange(&arrives(&request, &source), sending).await })
        };
        Flight { sending, reply }
    }

    /// One request and its reply.
    pub(crate) async fn exchange(
        &self,
        request: &box_emulator::Request,
        sending: Sending,
    ) -> Result<Incoming, Lost> {
        let Inner { clock, settings, .. } = &*self.0;
        match sending.until() {
            Some(until) => clock.sleep_until(Some(until)).await,
            None => pending().await,
        }
        let reply = self.answer(request).await;
        let Delivery { delay_head, cut, stall, .. } = reply.delivery;
        if stall == Some(Stall::Head) {
            pending::<()>().await;
        }
        clock.sleep(Duration::from_millis(settings.latency * 2 + delay_head)).await;
        if cut == Some(Cut::Head) {
            return Err(Lost::new(Sent::Maybe, "the connection was closed before a reply"));
        }
        let mut headers = Headers::new();
        for (name, value) in &reply.headers {
            headers.set(name.clone(), value.as_str());
        }
        Ok(Incoming {
            head: Head { status: reply.status, headers },
            body: Stream::new(clock.clone(), &reply),
        })
    }

    async fn answer(&self, request: &box_emulator::Request) -> Reply {
        let Inner { clock, emulator, requests, leaks, .. } = &*self.0;
        requests.set(requests.get() + 1);
        if requests.get() > MOST_REQUESTS {
            return pending().await;
        }
        let mut emulator = emulator.borrow_mut();
        let ours = &emulator.settings().addresses;
        if ![&ours.api, &ours.upload].iter().any(|base| request.url.starts_with(&format!("{base}/"))) {
            for (name, _) in request.headers.iter().filter(|(name, _)| is_secret(name)) {
                let origin: Vec<_> = request.url.splitn(4, '/').take(3).collect();
                leaks.borrow_mut().push(format!("{name} to {}", origin.join("/")));
            }
        }
        emulator.handle(clock.now().0, request)
    }
}

fn is_secret(name: &str) -> bool {
    matches!(name, "authorization" | "as-user" | "boxapi") || name.starts_with("box-")
}

/// A request as it arrives.
pub(crate) fn arrives(request: &Request, source: &Source) -> box_emulator::Request {
    let mut arriving = box_emulator::Request::new(request.method, request.url.clone());
    for (name, value) in request.headers.iter() {
        arriving = arriving.with_header(name, value);
    }
    if request.method != "GET" || !request.body.is_empty() {
        arriving = arriving.with_header("content-length", request.body.len().to_string());
    }
    arriving.with_body(body::arriving(request, source))
}

type Replies = Pin<Box<dyn Future<Output = Result<Incoming, Lost>>>>;

/// A request under way.
pub(crate) struct Flight {
    sending: Sending,
    reply: Replies,
}

impl Flight {
    pub(crate) async fn reply(&mut self) -> Result<Incoming, Lost> {
        self.reply.as_mut().await
    }

    /// Bytes of the body that have left.
    pub(crate) fn sent(&self, now: Timestamp) -> u64 {
        self.sending.sent(now)
    }
}

/// A body that leaves the client.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    begun: Timestamp,
    length: u64,
    rate: Option<u64>,
    stalls: Option<u64>,
}

impl Sending {
    /// No body.
    pub(crate) fn nothing(now: Timestamp) -> Self {
        Self { begun: now, length: 0, rate: None, stalls: None }
    }

    /// When all of it has left; none if it never does.
    fn until(&self) -> Option<Timestamp> {
        let stalled = self.stalls.is_some_and(|stalls| stalls < self.length);
        let time = self.rate.map_or(0, |rate| (self.length * 1000).div_ceil(rate.max(1)));
        (!stalled).then_some(self.begun + Duration::from_millis(time))
    }

    fn sent(&self, now: Timestamp) -> u64 {
        let millis = u64::try_from(now.since(self.begun).as_millis()).unwrap_or(u64::MAX);
        let sent = self.rate.map_or(self.length, |rate| rate.saturating_mul(millis) / 1000);
        sent.min(self.length).min(self.stalls.unwrap_or(u64::MAX))
    }
}

/// A request without a reply.
pub(crate) struct Lost {
    pub(crate) sent: Sent,
    pub(crate) error: Error,
}

impl Lost {
    pub(crate) fn new(sent: Sent, why: &str) -> Self {
        Self { sent, error: Error::new(ErrorKind::Transport, why) }
    }

    pub(crate) fn after_sending(error: Error) -> Self {
        Self { sent: Sent::Maybe, error }
    }
}

/// A reply whose body is still to come.
pub(crate) struct Incoming {
    pub(crate) head: Head,
    pub(crate) body: Stream,
}

/// A body that comes in pieces.
pub struct Stream {
    clock: Clock,
    pieces: VecDeque<(Duration, Bytes)>,
    /// When the next piece is there, once it is waited for.
    due: Option<Timestamp>,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Whole,
    Cut,
    Never,
}

impl Stream {
    fn new(clock: Clock, reply: &Reply) -> Self {
        let bytes = reply.bytes().unwrap_or_default();
        let Delivery { delay_body, cut, stall, rate, .. } = reply.delivery;
        let length = bytes.len() as u64;
        let (most, end) = match (cut, stall) {
            (Some(Cut::Body(most)), _) if most < length => (most, End::Cut),
            (_, Some(Stall::Body(most))) if most < length => (most, End::Never),
            _ => (length, End::Whole),
        };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let comes = bytes.slice(..most);
        // Slowly: what comes in a second, each second. Else in two pieces, as a network may cut it.
        let (step, wait) = match rate {
            Some(rate) => (usize::try_from(rate).unwrap_or(usize::MAX), Duration::from_secs(1)),
            None => (comes.len().div_ceil(2), Duration::ZERO),
        };
        let mut pieces: VecDeque<_> =
            comes.chunks(step.max(1)).map(|piece| (wait, Bytes::copy_from_slice(piece))).collect();
        if let Some((wait, _)) = pieces.front_mut() {
            *wait += Duration::from_millis(delay_body);
        }
        Self { clock, pieces, due: None, end }
    }

    /// The next piece, none at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        if let Some((wait, _)) = self.pieces.front() {
            let due = *self.due.get_or_insert(self.clock.now() + *wait);
            self.clock.sleep_until(Some(due)).await;
            self.due = None;
            return self.pieces.pop_front().map(|(_, piece)| Ok(piece));
        }
        match self.end {
            End::Whole => None,
            End::Cut => Some(Err(Error::new(ErrorKind::Transport, "the connection was closed in mid-body"))),
            End::Never => pending().await,
        }
    }
}
