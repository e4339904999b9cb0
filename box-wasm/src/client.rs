//! The client.

use std::{fmt, pin::Pin, rc::Rc, sync::Arc, time::Duration};

use box_core::{
    action::{Action, CallOptions, Execute, FromReply, Paged, Streamed},
    actions::folders::Folders,
    call::Want,
    error::Error,
    models::Item,
    raw::RawRequest,
    reply::Reply,
    request::Draft,
    session::Grant,
    upload::Target,
};
use futures_core::Stream;
use futures_util::{TryStreamExt, future::LocalBoxFuture, stream};

use crate::{
    body::Body,
    builder::ClientBuilder,
    download::Download,
    drive::Exchange,
    gate::{Entered, Gate},
    outgoing::Cargo,
    pages::pages,
    session::SessionHandle,
    source::Source,
    subjects::Sessions,
    upload::Upload,
};

/// A client of Box. Clones are cheap; they share session, connections, and limits of rate and retries. So do the
/// clients that `with_...` derives, which never change the one that they come from. Those for another subject, and
/// those that can do less, have a session of their own.
#[derive(Clone)]
pub struct Client {
    exchange: Exchange,
    session: SessionHandle,
    shared: Rc<Shared>,
}

/// What a client shares with all that come from it.
pub(crate) struct Shared {
    pub(crate) sessions: Sessions,
    pub(crate) gate: Gate,
}

/// Results that come one after another.
pub type ResultStream<T> = Pin<Box<dyn Stream<Item = Result<T, Error>>>>;

impl Client {
    box_core::api_groups!(pub);
    box_core::options::setters!();

    pub(crate) fn new(exchange: Exchange, session: SessionHandle, shared: Shared) -> Self {
        Self { exchange, session, shared: Rc::new(shared) }
    }

    /// The same client with the session of another grant.
    pub(crate) fn with_session(&self, session: SessionHandle, grant: &Grant) -> Self {
        Self { exchange: self.exchange.acting_for(grant), session, shared: Rc::clone(&self.shared) }
    }

    pub(crate) fn call_options(&mut self) -> &mut CallOptions {
        &mut Arc::make_mut(&mut self.exchange.config).defaults
    }

    /// A client to be configured.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client over reqwest's backend for the web, to be configured.
    #[cfg(feature = "reqwest")]
    pub fn with_reqwest() -> ClientBuilder {
        ClientBuilder::default().reqwest()
    }

    /// Uploads a new file into a folder.
    pub fn upload(
        &self,
        folder_id: impl Into<String>,
        name: impl Into<String>,
        source: impl Into<Source>,
    ) -> Upload {
        let target = Target::File { folder_id: folder_id.into(), name: name.into() };
        Upload::new(self.clone(), target, source.into())
    }

    /// Uploads a new version of a file.
    pub fn upload_version(&self, file_id: impl Into<String>, source: impl Into<Source>) -> Upload {
        let target = Target::Version { file_id: file_id.into(), name: None };
        Upload::new(self.clone(), target, source.into())
    }

    /// Downloads a file.
    pub fn download(&self, file_id: impl Into<String>) -> Download {
        Download::new(self.clone(), file_id.into())
    }

    /// The item with exactly this name in a folder, `None` if there is none. Looks through all pages.
    ///
    /// # Errors
    /// Whatever Box answers.
    pub async fn find_in_folder(&self, folder_id: &str, name: &str) -> Result<Option<Item>, Error> {
        let fields = ["type", "id", "name", "etag", "size", "sha1"];
        let mut items = self.folders().list_items(folder_id).fields(fields).limit(1000).items();
        while let Some(item) = items.try_next().await? {
            if item.name() == Some(name) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Moves a folder with everything inside to the trash.
    ///
    /// # Errors
    /// Whatever Box answers.
    pub async fn delete_tree(&self, folder_id: &str) -> Result<(), Error> {
        Folders::new(self.clone()).delete(folder_id).recursive(true).send().await
    }

    /// Runs a request that the table doesn't know. It is signed in and retried like any other.
    ///
    /// # Errors
    /// `InvalidInput` for a method or path that can't be, and whatever Box answers.
    pub async fn raw(&self, request: RawRequest, options: CallOptions) -> Result<Reply, Error> {
        let entered = self.enter()?;
        let call = self.drive(request.draft()?, options, Want::Bytes, Cargo::default());
        let (reply, _) = entered.run(call).await?;
        Ok(reply)
    }

    /// Takes no new calls, and waits until those that have begun are over, transfers and streams among them, and new
    /// tokens are announced. What is still under way at the deadline ends with an error of kind `Closed`; but a refresh of
    /// tokens goes on, because they would be lost. Clones and derived clients close with it.
    ///
    /// Answers whether everything ended by itself.
    pub async fn close(&self, deadline: Duration) -> bool {
        self.shared.gate.close(deadline, self.shared.sessions.settle()).await
    }

    /// A place among those that [`close`](Self::close) waits for.
    pub(crate) fn enter(&self) -> Result<Entered, Error> {
        self.shared.gate.enter()
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    pub(crate) fn session(&self) -> &SessionHandle {
        &self.session
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) async fn drive(
        &self,
        draft: Draft,
        options: CallOptions,
        want: Want,
        cargo: Cargo<'_>,
    ) -> Result<(Reply, Option<Body>), Error> {
        self.exchange.drive(draft, options, want, cargo, Some(&self.session)).await
    }

    /// Content whose reply is yet to be read.
    pub(crate) async fn open(&self, draft: Draft, options: CallOptions) -> Result<(Reply, Body), Error> {
        let (reply, body) = self.drive(draft, options, Want::Stream, Cargo::default()).await?;
        Ok((reply, body.ok_or_else(|| Error::internal("the body was not handed over"))?))
    }

    pub(crate) fn draft(&self, action: &impl Action) -> Result<Draft, Error> {
        action.draft(&mut self.exchange.rng())
    }
}

impl Execute for Client {
    type Run<T: Send + 'static> = LocalBoxFuture<'static, Result<T, Error>>;
    type Stream<T: Send + 'static> = ResultStream<T>;
    type Body = Body;
    type Open = LocalBoxFuture<'static, Result<Body, Error>>;

    fn run<A: Action>(&self, action: A, options: CallOptions) -> Self::Run<A::Reply> {
        let client = self.clone();
        Box::pin(async move {
            let entered = client.enter()?;
            let draft = client.draft(&action)?;
            let call = client.drive(draft, options, Want::Bytes, Cargo::default());
            let (reply, _) = entered.run(call).await?;
            A::Reply::from_reply(reply).map_err(|error| error.with_operation(A::OPERATION.id))
        })
    }

    fn open<A: Streamed>(&self, action: A, options: CallOptions) -> Self::Open {
        let client = self.clone();
        Box::pin(async move {
            let entered = client.enter()?;
            let draft = client.draft(&action)?;
            let (_, body) = entered.run(Self::open(&client, draft, options)).await?;
            Ok(body.inside(entered))
        })
    }

    fn pages<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Reply> {
        pages::<A>(self.clone(), &action, options)
    }

    fn items<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Item> {
        let pages = self.pages(action, options);
        let items = pages.map_ok(|page| stream::iter(A::into_items(page).into_iter().map(Ok))).try_flatten();
        Box::pin(items)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("hosts", &self.exchange.config.hosts).finish_non_exhaustive()
    }
}
