//! A client on virtual time.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use box_core::{
    call::{CallConfig, Want},
    download::{Download, DownloadOutput, DownloadPlan, Received},
    error::{Error, ErrorKind},
    event::Event,
    options::CallOptions,
    pace::Pace,
    reply::Reply,
    request::Draft,
    rng::Rng,
    session::{Grant, Tokens},
    upload::{Upload, UploadOutput, UploadPlan},
};
use box_emulator::FileDigest;
use bytes::BytesMut;

use crate::{
    clock::{Clock, First, first},
    drive::{self, Ended, Held},
    session::SessionHandle,
    source::Source,
    wire::{Stream, Wire},
};

/// A client, cheap to clone.
#[derive(Clone)]
pub struct Client(Rc<Shared>);

struct Shared {
    wire: Wire,
    config: Arc<CallConfig>,
    rng: RefCell<Rng>,
    session: RefCell<Option<Rc<SessionHandle>>>,
    events: RefCell<Vec<Event>>,
}

impl Client {
    /// A client without a session.
    pub fn new(wire: Wire, config: CallConfig, seed: u64) -> Self {
        let rng = RefCell::new(Rng::new(seed));
        Self(Rc::new(Shared {
            wire,
            config: Arc::new(config),
            rng,
            session: RefCell::default(),
            events: RefCell::default(),
        }))
    }

    /// Signs in.
    #[must_use]
    pub fn signed_in(self, grant: Grant, tokens: Option<Tokens>) -> Self {
        let session = SessionHandle::new(grant, tokens, &self);
        self.0.session.replace(Some(Rc::new(session)));
        self
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        self.0.wire.clock()
    }

    /// The network.
    pub fn wire(&self) -> &Wire {
        &self.0.wire
    }

    pub(crate) fn config(&self) -> &Arc<CallConfig> {
        &self.0.config
    }

    pub(crate) fn session(&self) -> Option<Rc<SessionHandle>> {
        self.0.session.borrow().clone()
    }

    pub(crate) fn note(&self, event: Event) {
        self.0.events.borrow_mut().push(event);
    }

    /// What calls told of themselves.
    pub fn events(&self) -> Vec<Event> {
        self.0.events.borrow().clone()
    }

    /// A generator of its own for a machine.
    pub fn rng(&self) -> Rng {
        self.0.rng.borrow_mut().fork()
    }

    /// Makes a call.
    pub async fn call(&self, draft: Draft, options: CallOptions, want: Want, source: &Source) -> Ended {
        drive::drive(self, draft, options, want, source, true).await
    }

    /// Makes a call whose reply is wanted in memory.
    ///
    /// # Errors
    /// That of the call.
    pub async fn reply(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        self.call(draft, options, Want::Bytes, &Source::Zeros(0)).await.map(|(reply, _)| reply)
    }

    /// Uploads.
    ///
    /// # Errors
    /// That of the upload.
    pub async fn upload(&self, plan: UploadPlan, source: &Source) -> Result<Reply, Error> {
        let mut machine = Upload::new(plan, self.rng());
        loop {
            match machine.poll_output() {
                UploadOutput::Digest(range) => machine.handle_digest(Ok(source.digest(&range))),
                UploadOutput::Call(draft, options) => {
                    let ended = self.call(draft, options, Want::Bytes, source).await;
                    machine.handle_reply(ended.map(|(reply, _)| reply));
                }
                UploadOutput::Done(result) => return result,
                UploadOutput::Wait => return Err(Error::internal("an upload that waits for nothing")),
            }
        }
    }

    /// Downloads.
    ///
    /// # Errors
    /// That of the download.
    pub async fn download(&self, plan: DownloadPlan) -> Result<Received, Error> {
        let mut machine = Download::new(plan, self.rng());
        loop {
            match machine.poll_output() {
                DownloadOutput::Call(draft, options) => {
                    machine.handle_reply(self.reply(draft, options).await);
                }
                DownloadOutput::Open(draft, options) => {
                    let opened = self.call(draft, options, Want::Stream, &Source::Zeros(0)).await;
                    let received = match opened {
                        Ok((_, Held::Stream(stream))) => receive(self, stream).await,
                        Ok(_) => Err(Error::new(ErrorKind::Internal, "a stream was wanted")),
                        Err(error) => Err(error),
                    };
                    machine.handle_received(received);
                }
                DownloadOutput::Done(result) => return result,
                DownloadOutput::Wait => return Err(Error::internal("a download that waits for nothing")),
            }
        }
    }
}

/// Reads content to its end, as long as it moves.
async fn receive(client: &Client, mut stream: Stream) -> Result<Received, Error> {
    let clock = client.clock();
    let mut pace = Pace::new(clock.now(), client.config().timeouts.idle);
    let mut all = BytesMut::new();
    loop {
        match first(stream.next(), clock.sleep_until(Some(pace.next()))).await {
            First::One(Some(piece)) => all.extend_from_slice(&piece?),
            First::One(None) => break,
            First::Other(()) => pace.check(clock.now())?,
        }
        pace.moved(all.len() as u64);
    }
    let digest = box_core::digest::Sha1(FileDigest::of(&all).0);
    Ok(Received::new(all.len() as u64, digest))
}
