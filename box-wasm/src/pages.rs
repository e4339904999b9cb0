//! Lists, page after page.

use std::pin::pin;

use box_core::{
    action::{CallOptions, FromReply, Paged},
    call::Want,
    error::Error,
    page::Paging,
};
use futures_channel::oneshot;
use futures_util::{
    future::{Either, LocalBoxFuture, select},
    stream,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    client::{Client, ResultStream},
    outgoing::Cargo,
};

/// A page, and how the list goes on: by another page, by an error behind the good page, or not at all.
type Turn<T> = (T, Option<Result<Paging, Error>>);

/// All pages of an action.
pub(crate) fn pages<A: Paged>(client: Client, action: &A, options: CallOptions) -> ResultStream<A::Reply> {
    let first = client.draft(action).and_then(Paging::new);
    let first = page::<A>(client.clone(), first, options.clone());
    Box::pin(stream::try_unfold(Some(first), move |coming| {
        let (client, options) = (client.clone(), options.clone());
        async move {
            let Some(coming) = coming else {
                return Ok(None);
            };
            let (here, next) = coming.await?;
            let next = next.map(|next| {
                let ahead = options.prefetch;
                let next = page::<A>(client, next, options);
                if ahead { begin(next) } else { next }
            });
            Ok(Some((here, next)))
        }
    }))
}

/// Asks for a page as soon as it is polled.
fn page<A: Paged>(
    client: Client,
    paging: Result<Paging, Error>,
    options: CallOptions,
) -> LocalBoxFuture<'static, Result<Turn<A::Reply>, Error>> {
    Box::pin(async move {
        let mut paging = paging?;
        let entered = client.enter()?;
        let call = client.drive(paging.draft(), options, Want::Bytes, Cargo::default());
        let (reply, _) = entered.run(call).await?;
        let page = A::Reply::from_reply(reply).map_err(|error| error.with_operation(A::OPERATION.id))?;
        let next = match paging.handle_page(&A::facts(&page)) {
            Ok(true) => Some(Ok(paging)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        };
        Ok((page, next))
    })
}

/// Lets work go on while nobody polls it, until it is dropped.
fn begin<T: 'static>(
    work: LocalBoxFuture<'static, Result<T, Error>>,
) -> LocalBoxFuture<'static, Result<T, Error>> {
    let (mut sender, receiver) = oneshot::channel();
    spawn_local(async move {
        let result = match select(work, pin!(sender.cancellation())).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => return,
        };
        // Nobody may want it any more.
        let _ = sender.send(result);
    });
    Box::pin(async move {
        receiver.await.unwrap_or_else(|_| Err(Error::internal("the task that asked for a page ended")))
    })
}
