//! The client.

use std::{fmt, pin::pin, sync::Arc, time::Duration};

use box_core::{
    action::{Action, CallOptions, Execute, FromReply, Paged, Streamed},
    actions::folders::Folders,
    call::Want,
    error::Error,
    models::Item,
    raw::RawRequest,
    reply::Reply,
    request::Draft,
    upload::Target,
};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    builder::ClientBuilder,
    download::{Content, Download},
    drive::{Exchange, NoSources, Sources},
    gate::{Entered, Gate},
    pages::pages,
    raw::Raw,
    session::SessionHandle,
    source::Source,
    subjects::Sessions,
    transport::{BoxFuture, ByteStream},
    upload::Upload,
};

/// A client of Box. Clones are cheap; they share session, connections, and limits of rate and retries. So do the
/// clients that `with_...` derives, which never change the one that they come from. Those for another subject and those
/// with downscoped tokens have a session of their own.
#[derive(Clone)]
pub struct Client {
    exchange: Exchange,
    shared: Arc<Shared>,
}

/// What a client shares with its clones.
pub(crate) struct Shared {
    pub(crate) session: SessionHandle,
    /// All of the clients that come from one.
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) gate: Gate,
}

/// Results that come one after another.
pub type ResultStream<T> = std::pin::Pin<Box<dyn futures_core::Stream<Item = Result<T, Error>> + Send>>;

impl Client {
    box_core::api_groups!(pub);
    box_core::options::setters!();

    pub(crate) fn new(exchange: Exchange, shared: Shared) -> Self {
        Self { exchange, shared: Arc::new(shared) }
    }

    pub(crate) fn call_options(&mut self) -> &mut CallOptions {
        &mut Arc::make_mut(&mut self.exchange.config).defaults
    }

    /// A client to be configured.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client configured by the environment; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// `InvalidInput` that names the missing variables.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// A request that the table doesn't know: `client.raw("GET", "/users/me")`.
    pub fn raw(&self, method: &str, path: &str) -> Raw {
        Raw::new(self.clone(), RawRequest::new(method, path))
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

    /// Takes no new calls, and waits until those that have begun are over, transfers and streams among them, and new
    /// tokens are stored. What is still under way at the deadline ends with an error of kind `Closed`. Clones and derived
    /// clients close with it. A refresh that Box may have answered is seen to its end, which takes at most some 45 seconds
    /// more; one that still waits for a lock is not.
    ///
    /// Answers whether everything ended by itself.
    pub async fn close(&self, deadline: Duration) -> bool {
        let drained = self.shared.gate.close(deadline).await;
        self.shared.sessions.settle().await;
        drained
    }

    /// A place among those that [`close`](Self::close) waits for.
    pub(crate) fn enter(&self) -> Result<Entered, Error> {
        self.shared.gate.enter()
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn drive<'a>(
        &'a self,
        draft: Draft,
        options: CallOptions,
        want: Want,
        sources: &'a dyn Sources,
    ) -> impl Future<Output = Result<(Reply, Option<ByteStream>), Error>> + Send + 'a {
        self.exchange.drive(draft, options, want, sources, Some(&self.shared.session))
    }
}

impl Execute for Client {
    type Run<T: Send + 'static> = BoxFuture<'static, Result<T, Error>>;
    type Stream<T: Send + 'static> = ResultStream<T>;
    type Body = Content;
    type Open = BoxFuture<'static, Result<Content, Error>>;

    fn run<A: Action>(&self, action: A, options: CallOptions) -> Self::Run<A::Reply> {
        let client = self.clone();
        // Before the future, which would hold the whole action and be copied with it.
        let draft = action.draft(&mut self.exchange.rng());
        Box::pin(async move {
            let entered = client.enter()?;
            // Where it stays: it is as large as all that it waits for.
            let call = pin!(client.drive(draft?, options, Want::Bytes, &NoSources));
            let (reply, _) = entered.run(call).await?;
            let mut read = A::Reply::from_reply(reply);
            // In its place: a model is large.
            if let Err(error) = &mut read {
                *error = error.clone().with_operation(A::OPERATION.id);
            }
            read
        })
    }

    fn open<A: Streamed>(&self, action: A, options: CallOptions) -> Self::Open {
        let client = self.clone();
        Box::pin(async move {
            let entered = client.enter()?;
            let draft = action.draft(&mut client.exchange().rng())?;
            let (reply, body) = entered.run(client.drive(draft, options, Want::Stream, &NoSources)).await?;
            let body = body.unwrap_or_else(|| Box::pin(stream::empty()));
            Ok(Content::new(reply.headers, entered.stream(body)))
        })
    }

    fn pages<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Reply> {
        pages::<A>(self.clone(), &action, options)
    }

    fn items<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Item> {
        let pages = self.pages(action, options);
        let items = pages.map_ok(|page| stream::iter(A::into_items(page)).map(Ok)).try_flatten();
        Box::pin(items)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("hosts", &self.exchange.config.hosts).finish_non_exhaustive()
    }
}
