use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use hyper::{HeaderMap, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::{intake, outlet::Outlet};
use crate::{Addresses, ContentStore, Cut, Emulator, FileDigest, Reply, Request, Stall};

/// What all connections have in common.
pub(super) struct Shared {
    pub(super) emulator: Mutex<Emulator>,
    pub(super) addresses: Addresses,
    pub(super) store: Box<dyn ContentStore>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn emulator<R>(&self, work: impl FnOnce(&mut Emulator) -> R) -> R {
        work(&mut self.emulator.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place where the emulator meets the real time")]
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

pub(super) async fn accept(shared: Arc<Shared>, origin: String, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(shared.clone(), origin.clone(), stream))),
            // Out of file descriptors, most likely: let others close theirs.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn serve(shared: Arc<Shared>, origin: String, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&shared, &origin, request));
    // An error means that the client left or was left, both of which tests do on purpose.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// An error closes the connection without an answer.
async fn answer(
    shared: &Shared,
    origin: &str,
    request: hyper::Request<Incoming>,
) -> io::Result<Response<Outlet>> {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::new(head.method.as_str(), format!("{origin}{target}"));
    request.headers = text_headers(&head.headers);

    let in_flight = InFlight::begin(shared, &request);
    // The body is read to its end whatever the answer will be: closing early would reset the connection, and the
    // client might never see the answer.
    request.body = intake::receive(shared, &request, body).await?;
    if let Some(contents) = shared.emulator(|emulator| emulator.assembly(&request)) {
        request.assembled = FileDigest::of_contents(&contents).ok();
    }
    let reply = shared.emulator(|emulator| emulator.handle(now(), &request));
    let delivery = reply.delivery;
    tokio::time::sleep(Duration::from_millis(delivery.delay_head)).await;
    drop(in_flight);
    if delivery.stall == Some(Stall::Head) {
        // Ends with the connection.
        std::future::pending::<()>().await;
    }
    if delivery.cut == Some(Cut::Head) {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    Ok(respond(reply))
}

fn text_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn respond(reply: Reply) -> Response<Outlet> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = Response::builder().status(status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    let outlet = Outlet::new(&reply.delivery, reply.body);
    builder.body(outlet).unwrap_or_else(|_| {
        let mut response = Response::new(Outlet::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

/// Counts a request as open until dropped, also when its client goes away.
struct InFlight<'s> {
    shared: &'s Shared,
    operation: String,
}

impl<'s> InFlight<'s> {
    fn begin(shared: &'s Shared, request: &Request) -> Self {
        let operation = shared.emulator(|emulator| emulator.begin(request));
        Self { shared, operation }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.shared.emulator(|emulator| emulator.end(&self.operation));
    }
}
