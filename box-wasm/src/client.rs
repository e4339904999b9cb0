//! The client.

use std::{fmt, pin::Pin, rc::Rc};

use box_core::{
    action::{Action, CallOptions, Execute, FromReply, Paged, Streamed},
    actions::folders::Folders,
    call::Want,
    error::Error,
    models::Item,
    raw::RawRequest,
    reply::Reply,
    request::Draft,
    session::OAuthApp,
    upload::Target,
};
use futures_core::Stream;
use futures_util::{TryStreamExt, future::LocalBoxFuture, stream};

use crate::{
    body::Body, builder::ClientBuilder, download::Download, drive::Exchange, pages::pages,
    session::SessionHandle, source::Source, transport::Cargo, upload::Upload,
};

/// A client of Box. Clones are cheap and share the session.
#[derive(Clone)]
pub struct Client(pub(crate) Rc<Inner>);

pub(crate) struct Inner {
    pub(crate) exchange: Exchange,
    pub(crate) session: SessionHandle,
    pub(crate) app: Option<OAuthApp>,
}

/// Results that come one after another.
pub type ResultStream<T> = Pin<Box<dyn Stream<Item = Result<T, Error>>>>;

impl Client {
    box_core::api_groups!(pub);

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
        let (reply, _) = self.drive(request.draft()?, options, Want::Bytes, Cargo::default()).await?;
        Ok(reply)
    }

    pub(crate) async fn drive(
        &self,
        draft: Draft,
        options: CallOptions,
        want: Want,
        cargo: Cargo<'_>,
    ) -> Result<(Reply, Option<Body>), Error> {
        let Inner { exchange, session, .. } = &*self.0;
        exchange.drive(draft, options, want, cargo, Some(session)).await
    }

    /// Content whose reply is yet to be read.
    pub(crate) async fn open(&self, draft: Draft, options: CallOptions) -> Result<(Reply, Body), Error> {
        let (reply, body) = self.drive(draft, options, Want::Stream, Cargo::default()).await?;
        Ok((reply, body.ok_or_else(|| Error::internal("the body was not handed over"))?))
    }

    pub(crate) fn draft(&self, action: &impl Action) -> Result<Draft, Error> {
        action.draft(&mut self.0.exchange.rng())
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
            let draft = client.draft(&action)?;
            let (reply, _) = client.drive(draft, options, Want::Bytes, Cargo::default()).await?;
            A::Reply::from_reply(reply).map_err(|error| error.with_operation(A::OPERATION.id))
        })
    }

    fn open<A: Streamed>(&self, action: A, options: CallOptions) -> Self::Open {
        let client = self.clone();
        Box::pin(async move {
            let draft = client.draft(&action)?;
            Self::open(&client, draft, options).await.map(|(_, body)| body)
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
        f.debug_struct("Client").field("hosts", &self.0.exchange.config.hosts).finish_non_exhaustive()
    }
}
