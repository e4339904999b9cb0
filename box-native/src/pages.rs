//! Lists, page after page.

use box_core::{
    action::{CallOptions, FromReply, Paged},
    call::Want,
    error::{Error, ErrorKind},
    page::Paging,
};
use futures_util::stream;
use tokio::{runtime::Handle, task::JoinSet};

use crate::{
    client::{Client, ResultStream},
    drive::NoSources,
    transport::BoxFuture,
};

/// A page, and how the list goes on: by another page, by an error behind the good page, or not at all.
type Turn<T> = (T, Option<Result<Paging, Error>>);

/// All pages of an action.
pub(crate) fn pages<A: Paged>(client: Client, action: &A, options: CallOptions) -> ResultStream<A::Reply> {
    let first = action.draft(&mut client.exchange().rng()).and_then(Paging::new);
    let first = page::<A>(client.clone(), first, options.clone());
    Box::pin(stream::try_unfold(Some(first), move |coming| {
        let (client, options) = (client.clone(), options.clone());
        async move {
            let Some(coming) = coming else {
                return Ok(None);
            };
            let (here, next) = coming.await?;
            let next = next.map(|next| {
                // A hook of the session that waited for a page of its own client would wait for itself.
                let ahead = options.prefetch && client.shared().session.check_outside().is_ok();
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
) -> BoxFuture<'static, Result<Turn<A::Reply>, Error>> {
    Box::pin(async move {
        let mut paging = paging?;
        let entered = client.enter()?;
        let (reply, _) = entered.run(client.drive(paging.draft(), options, Want::Bytes, &NoSources)).await?;
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
fn begin<T: Send + 'static>(
    work: BoxFuture<'static, Result<T, Error>>,
) -> BoxFuture<'static, Result<T, Error>> {
    let Ok(runtime) = Handle::try_current() else {
        return work;
    };
    let mut task = JoinSet::new();
    task.spawn_on(work, &runtime);
    Box::pin(async move {
        match task.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(failed)) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            _ => Err(Error::new(ErrorKind::Cancelled, "the runtime that fetched the page has ended")),
        }
    })
}
