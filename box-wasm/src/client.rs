//! The client.

use std::{fmt, pin::Pin, rc::Rc};

use box_core::{
    action::{Action, CallOptions, Execute, FromReply, Paged, Streamed},
    call::Want,
    error::Error,
    page::Paging,
    raw::RawRequest,
    reply::Reply,
    request::Draft,
};
use futures_core::Stream;
use futures_util::{TryStreamExt, future::LocalBoxFuture, stream};

use crate::{body::Body, builder::ClientBuilder, drive::Exchange, session::SessionHandle};

/// A client of Box. Clones are cheap and share the session.
#[derive(Clone)]
pub struct Client(pub(crate) Rc<Inner>);

pub(crate) struct Inner {
    pub(crate) exchange: Exchange,
    pub(crate) session: SessionHandle,
}

/// Results that come one after another.
pub type ResultStream<T> = Pin<Box<dyn Stream<Item = Result<T, Error>>>>;

impl Client {
    box_core::api_groups!(pub);

    /// A client to be configured.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Runs a request that the table doesn't know. It is signed in and retried like any other.
    ///
    /// # Errors
    /// `InvalidInput` for a method or path that can't be, and whatever Box answers.
    pub async fn raw(&self, request: RawRequest, options: CallOptions) -> Result<Reply, Error> {
        let (reply, _) = self.drive(request.draft()?, options, Want::Bytes).await?;
        Ok(reply)
    }

    async fn drive(
        &self,
        draft: Draft,
        options: CallOptions,
        want: Want,
    ) -> Result<(Reply, Option<Body>), Error> {
        let Inner { exchange, session } = &*self.0;
        exchange.drive(draft, options, want, Some(session)).await
    }

    fn draft(&self, action: &impl Action) -> Result<Draft, Error> {
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
            let (reply, _) = client.drive(draft, options, Want::Bytes).await?;
            A::Reply::from_reply(reply).map_err(|error| error.with_operation(A::OPERATION.id))
        })
    }

    fn open<A: Streamed>(&self, action: A, options: CallOptions) -> Self::Open {
        let client = self.clone();
        Box::pin(async move {
            let draft = client.draft(&action)?;
            let (_, body) = client.drive(draft, options, Want::Stream).await?;
            body.ok_or_else(|| Error::internal("the body was not handed over"))
        })
    }

    fn pages<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Reply> {
        let client = self.clone();
        let first = client.draft(&action).and_then(Paging::new);
        let pages = stream::try_unfold(Some(first), move |paging| {
            let (client, options) = (client.clone(), options.clone());
            async move {
                let Some(paging) = paging else {
                    return Ok(None);
                };
                let mut paging = paging?;
                let (reply, _) = client.drive(paging.draft(), options, Want::Bytes).await?;
                let page = A::Reply::from_reply(reply);
                let page = page.map_err(|error| error.with_operation(A::OPERATION.id))?;
                let next = match paging.handle_page(&A::facts(&page)) {
                    Ok(true) => Some(Ok(paging)),
                    Ok(false) => None,
                    // The page itself is good: the error comes after it.
                    Err(error) => Some(Err(error.with_operation(A::OPERATION.id))),
                };
                Ok(Some((page, next)))
            }
        });
        Box::pin(pages)
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
