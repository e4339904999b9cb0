//! The loop that executes the core's calls. It moves bytes and decides nothing.

use std::{
    future::pending,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use box_core::{
    action::CallOptions,
    call::{Call, CallConfig, CallOutput, Want},
    error::Error,
    pace::Pace,
    reply::{BodyPlan, Reply, RequestId},
    request::{Body, Draft, Part, Request, SourceRange},
    rng::Rng,
    session::{Grant, Token, TokenNeed},
    time::Timestamp,
};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, future::BoxFuture, stream};

use crate::{
    clock::Clock,
    session::SessionHandle,
    telemetry::{Observer, in_call_span},
    transport::{ByteStream, HttpBody, HttpReply, HttpRequest, Transport, TransportError},
};

/// Opens the sources to which the bodies of a call refer.
pub(crate) trait Sources: Send + Sync {
    /// The bytes of a range.
    fn open(&self, range: &SourceRange) -> ByteStream;
}

/// For calls whose bodies are all in memory.
pub(crate) struct NoSources;

impl Sources for NoSources {
    fn open(&self, _: &SourceRange) -> ByteStream {
        let missing = Error::invalid("a source of this body belongs to another call");
        Box::pin(stream::once(async { Err(missing) }))
    }
}

/// What every call of a client needs.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) config: Arc<CallConfig>,
    pub(crate) clock: Clock,
    pub(crate) observer: Observer,
    rng: Arc<Mutex<Rng>>,
}

impl Exchange {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        config: CallConfig,
        observer: Observer,
        rng: Rng,
    ) -> Self {
        let rng = Arc::new(Mutex::new(rng));
        Self { transport, config: Arc::new(config), clock: Clock::new(), observer, rng }
    }

    /// The same for calls of another session.
    pub(crate) fn acting_for(&self, grant: &Grant) -> Self {
        let mut exchange = self.clone();
        let config = Arc::make_mut(&mut exchange.config);
        config.subject = Some(grant.owner());
        // A downscoped token is still the same user's.
        if !matches!(grant, Grant::Exchange(_)) {
            config.user = grant.user_id().map(str::to_owned);
            config.service = grant.is_service();
        }
        exchange
    }

    /// A generator of its own for a machine.
    pub(crate) fn rng(&self) -> Rng {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).fork()
    }

    /// Makes a call that needs no token.
    pub(crate) async fn call(&self, draft: Draft) -> Result<Reply, Error> {
        let options = CallOptions::default();
        let (reply, _) = self.drive(draft, options, Want::Bytes, &NoSources, None).await?;
        Ok(reply)
    }

    /// Makes a call; the stream is there where it was wanted.
    pub(crate) fn drive<'a>(
        &'a self,
        draft: Draft,
        options: CallOptions,
        want: Want,
        sources: &'a dyn Sources,
        session: Option<&'a SessionHandle>,
    ) -> impl Future<Output = Result<(Reply, Option<ByteStream>), Error>> + Send + 'a {
        let operation = draft.operation.id;
        in_call_span(operation, self.run(draft, options, want, sources, session))
    }

    async fn run(
        &self,
        draft: Draft,
        options: CallOptions,
        want: Want,
        sources: &dyn Sources,
        session: Option<&SessionHandle>,
    ) -> Result<(Reply, Option<ByteStream>), Error> {
        let config = Arc::clone(&self.config);
        let idle = config.timeouts_of(&options).idle;
        // In a place of its own: the futures around it would be copied with it.
        let call = Box::new(Call::new(self.clock.now(), draft, options, want, config, self.rng()));
        let mut running = Running { call, observer: &self.observer };
        let call = &mut running.call;
        if !self.observer.is_heard() {
            call.hush();
        }
        let mut work = Work::Nothing;
        let mut held = None;
        let mut outgoing: Option<(RequestId, Outgoing)> = None;
        loop {
            let until = loop {
                match call.poll_output() {
                    CallOutput::NeedToken(need) => {
                        let now = self.clock.now();
                        match session.and_then(|session| session.token_in_hand(now, need)) {
                            Some(token) => call.handle_token(now, Ok(token)),
                            None => work = Work::token(session, need),
                        }
                    }
                    CallOutput::Send(id, request) => {
                        outgoing = Outgoing::of(&request).map(|outgoing| (id, outgoing));
                        let request = on_the_wire(request, sources, outgoing.as_ref().map(|(_, sent)| sent));
                        work = Work::Reply(id, self.transport.send(request));
                    }
                    CallOutput::Cancel(_) => work = Work::Nothing,
                    CallOutput::Event(event) => self.observer.tell(&event),
                    CallOutput::Timeout(until) => break until,
                    CallOutput::Done(result) => return result.map(|reply| (reply, held)),
                }
            };
            let input = tokio::select! {
                biased;
                input = work.next() => input,
                () = self.clock.sleep_until(until) => Input::Timeout,
            };
            let now = self.clock.now();
            if let (Input::Timeout | Input::Lost(..), Some((id, outgoing))) = (&input, &outgoing) {
                call.handle_sent(now, *id, outgoing.bytes.load(Ordering::Relaxed));
            }
            match input {
                Input::Timeout => call.handle_timeout(now),
                Input::Token(token) => {
                    work = Work::Nothing;
                    call.handle_token(now, token);
                }
                Input::Head(id, reply) => match call.handle_head(now, id, reply.head) {
                    BodyPlan::Discard => work = Work::Nothing,
                    BodyPlan::Buffer { .. } => work = Work::Body(id, reply.body),
                    BodyPlan::Keep => {
                        // This platform has no form of its own to keep: the stream is as good.
                        held = Some(reply.body);
                        call.handle_body_end(now, id);
                    }
                    BodyPlan::HandOver => held = Some(paced(reply.body, idle)),
                },
                Input::Bytes(id, bytes) => call.handle_first_bytes(now, id, bytes),
                Input::End(id) => {
                    work = Work::Nothing;
                    call.handle_body_end(now, id);
                }
                Input::Lost(id, lost) => {
                    work = Work::Nothing;
                    let broken = outgoing.as_ref().and_then(|(_, outgoing)| outgoing.broken.get().cloned());
                    let error = broken.unwrap_or(lost.error);
                    call.handle_transport_error(now, id, lost.sent, error);
                }
            }
        }
    }
}

/// A call under way. If its caller leaves, what it was about is told.
struct Running<'a> {
    call: Box<Call>,
    observer: &'a Observer,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.call.abandon();
        while let CallOutput::Event(event) = self.call.poll_output() {
            self.observer.tell(&event);
        }
    }
}

/// Ends a body that stands still. Only the time in which it is waited for counts: its reader may be slow.
fn paced(body: ByteStream, idle: Duration) -> ByteStream {
    struct Reader {
        body: ByteStream,
        pace: Pace,
        waited: Timestamp,
        bytes: u64,
    }
    let pace = Pace::new(Timestamp(0), idle);
    let reader = Reader { body, pace, waited: Timestamp(0), bytes: 0 };
    Box::pin(stream::try_unfold(Some(reader), |reader| async move {
        let Some(mut reader) = reader else { return Ok(None) };
        loop {
            let began = tokio::time::Instant::now();
            let patience = reader.pace.next().since(reader.waited);
            let chunk = tokio::time::timeout(patience, reader.body.next()).await;
            reader.waited = reader.waited + began.elapsed();
            if let Ok(Some(Ok(bytes))) = &chunk {
                reader.bytes += bytes.len() as u64;
                reader.pace.moved(reader.bytes);
            }
            reader.pace.check(reader.waited)?;
            match chunk {
                Ok(Some(bytes)) => return Ok(Some((bytes?, Some(reader)))),
                Ok(None) => return Ok(None),
                Err(_) => {}
            }
        }
    }))
}

/// What becomes of a body that a transport is sending, which tells nothing but that something broke.
#[derive(Clone, Default)]
struct Outgoing {
    /// The error of a source.
    broken: Arc<OnceLock<Error>>,
    /// Bytes that the transport has taken.
    bytes: Arc<AtomicU64>,
}

impl Outgoing {
    /// For a body in parts; any other goes out at once.
    fn of(request: &Request) -> Option<Self> {
        matches!(request.body, Body::Parts(_)).then(Self::default)
    }
}

/// What is under way.
enum Work<'a> {
    Nothing,
    Token(BoxFuture<'a, Result<Token, Error>>),
    Reply(RequestId, Pin<Box<dyn Future<Output = Result<HttpReply, TransportError>> + Send>>),
    Body(RequestId, ByteStream),
}

/// What came of it.
enum Input {
    Timeout,
    Token(Result<Token, Error>),
    Head(RequestId, HttpReply),
    Bytes(RequestId, Bytes),
    End(RequestId),
    Lost(RequestId, TransportError),
}

impl<'a> Work<'a> {
    fn token(session: Option<&'a SessionHandle>, need: TokenNeed) -> Self {
        Self::Token(Box::pin(async move {
            match session {
                Some(session) => session.token(need).await,
                None => Err(Error::internal("a call of the session needs a token itself")),
            }
        }))
    }

    async fn next(&mut self) -> Input {
        match self {
            Self::Nothing => pending().await,
            Self::Token(token) => Input::Token(token.await),
            Self::Reply(id, reply) => match reply.await {
                Ok(reply) => Input::Head(*id, reply),
                Err(lost) => Input::Lost(*id, lost),
            },
            Self::Body(id, body) => match body.next().await {
                Some(Ok(bytes)) => Input::Bytes(*id, bytes),
                Some(Err(error)) => Input::Lost(*id, TransportError::after_sending(error)),
                None => Input::End(*id),
            },
        }
    }
}

fn on_the_wire(request: Request, sources: &dyn Sources, outgoing: Option<&Outgoing>) -> HttpRequest {
    let len = request.body.len();
    let body = match request.body {
        Body::Empty => HttpBody::Empty,
        Body::Bytes(bytes) => HttpBody::Bytes(bytes),
        Body::Parts(parts) => {
            let outgoing = outgoing.cloned().unwrap_or_default();
            let open = |part| match part {
                Part::Bytes(bytes) => slices(bytes),
                Part::Source(range) => {
                    let broken = Arc::clone(&outgoing.broken);
                    let note = move |error: &Error| drop(broken.set(error.clone()));
                    Box::pin(sources.open(&range).inspect_err(note))
                }
            };
            let streams: Vec<_> = parts.into_iter().map(open).collect();
            let taken = Arc::clone(&outgoing.bytes);
            let count = move |bytes: &Bytes| {
                taken.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            };
            HttpBody::Stream { len, stream: Box::pin(stream::iter(streams).flatten().inspect_ok(count)) }
        }
    };
    let mut out = HttpRequest::new(request.method, request.url);
    (out.headers, out.body) = (request.headers, body);
    let about = request.about;
    (out.operation, out.url_template, out.resend_count) =
        (about.operation, about.url_template, about.resend_count);
    out
}

/// Bytes in pieces, so that it shows how far they are.
fn slices(bytes: Bytes) -> ByteStream {
    const SLICE: usize = 64 * 1024;
    Box::pin(stream::iter(Some(bytes)).flat_map(|bytes| {
        let ends = (0..bytes.len()).step_by(SLICE);
        stream::iter(ends.map(move |start| Ok(bytes.slice(start..bytes.len().min(start + SLICE)))))
    }))
}
