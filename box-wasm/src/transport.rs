//! How requests travel.

use std::rc::Rc;

use box_core::{error::Error, reply::Head, request::Request};
use futures_util::future::LocalBoxFuture;

use crate::{body::Body, fetch, source::OpenSource, xhr};

/// A way to send requests.
#[derive(Clone)]
pub(crate) enum Transport {
    /// The platform's `fetch`, looked up for every request.
    Fetch,
    /// reqwest's backend for the web.
    #[cfg(feature = "reqwest")]
    Reqwest(reqwest::Client),
}

/// A reply whose body is still to come.
pub(crate) struct Incoming {
    pub(crate) head: Head,
    pub(crate) body: Body,
}

/// What a request's body may need besides itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cargo<'a> {
    /// The source to which it refers.
    pub(crate) source: Option<&'a OpenSource>,
    /// Told how much of the source has gone out.
    pub(crate) meter: Option<&'a Meter>,
}

/// Told a position in a source.
pub(crate) type Meter = Rc<dyn Fn(u64)>;

impl Transport {
    /// Sends a request; answers as soon as status and header fields are there. Dropping the future ends it.
    ///
    /// # Errors
    /// `InvalidInput` or `Unsupported`, at once, for what this transport can't send.
    pub(crate) fn send(
        &self,
        request: Request,
        cargo: Cargo<'_>,
        follows_redirects: bool,
    ) -> Result<LocalBoxFuture<'static, Result<Incoming, Error>>, Error> {
        match self {
            Self::Fetch if cargo.meter.is_some() && xhr::is_here() => xhr::send(request, cargo),
            Self::Fetch => fetch::send(request, cargo, follows_redirects),
            #[cfg(feature = "reqwest")]
            Self::Reqwest(client) => crate::reqwest::send(client, request, cargo),
        }
    }
}
