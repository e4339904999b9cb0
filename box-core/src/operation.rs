//! What the table says about an operation, as data.

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of RFC 9110")]
pub enum Method {
    Get,
    Head,
    Options,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// All of them.
    pub(crate) const ALL: [Self; 7] =
        [Self::Get, Self::Head, Self::Options, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method as it stands in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the method is defined as safe (RFC 9110, section 9.2.1).
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

/// The class of host that serves an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The API, `https://api.box.com/2.0`.
    Api,
    /// Uploads, `https://upload.box.com/api/2.0`.
    Upload,
    /// An upload session: the URL that Box gave with the session, or the upload host where none is known.
    Session,
    /// The token endpoints, `https://api.box.com/oauth2`. Requests carry no bearer token.
    OAuth,
    /// The pages on which people sign in; requests carry no bearer token.
    Account,
    /// Content that needs no token; usually Box gives the whole address.
    Download,
}

impl Host {
    /// The class of rate of what it serves, unless the row says another.
    pub(crate) fn rate(self) -> RateClass {
        match self {
            Self::Api => RateClass::Api,
            Self::Upload | Self::Session => RateClass::Upload,
            Self::OAuth | Self::Account | Self::Download => RateClass::None,
        }
    }

    /// Whether no token goes there.
    pub(crate) fn is_anonymous(self) -> bool {
        matches!(self, Self::OAuth | Self::Account | Self::Download)
    }
}

/// What Box counts a request towards when it limits how many may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RateClass {
    /// Nothing.
    None,
    /// Calls of the API.
    Api,
    /// Uploads.
    Upload,
    /// Searches.
    Search,
    /// Sign requests that are created or sent once more.
    Sign,
}

/// Kind of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// No body.
    None,
    /// `application/json`.
    Json,
    /// `application/json-patch+json` (RFC 6902).
    JsonPatch,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `application/octet-stream`.
    Octets,
}

/// What a successful reply holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyKind {
    /// JSON for a model.
    Model,
    /// Nothing.
    Nothing,
    /// Content; redirects are followed.
    Bytes,
    /// A redirect whose target is the answer.
    Redirect,
}

/// How an operation is paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagingKind {
    /// By marker, in the query.
    Marker,
    /// By offset, in the query.
    Offset,
    /// By marker with `usemarker=true`, else by offset.
    Both,
    /// By marker, in the JSON body.
    BodyMarker,
    /// By stream position, for events.
    Stream,
}

/// When a request may be sent again after a failure that leaves its effect open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryClass {
    /// It changes nothing.
    Safe,
    /// A second effect equals the first.
    Idempotent,
    /// Only with `if-match`.
    Conditional,
    /// Never.
    Never,
    /// After reading the state anew shows that there was no effect.
    Reread(Probe),
}

/// The read that tells whether a write took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Id of the reading operation.
    pub operation: &'static str,
    /// Its path, in which the item stands last.
    pub path: &'static str,
    /// What finds the item: a parameter of the path, or `conflict`, for what Box names when the request comes twice.
    pub by: &'static str,
    /// The state that shows the effect.
    pub expect: Expect,
}

impl Probe {
    /// Whether sending the request again shows the item.
    pub(crate) fn is_by_conflict(self) -> bool {
        self.by == "conflict"
    }
}

/// The state by which a [`Probe`] knows that a write took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The item is there; where a conflict names it, it is the session's own.
    Present,
    /// The item is gone.
    Absent,
    /// The item carries what the request set.
    Changed,
}

/// What status 202 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Success.
    Done,
    /// Not ready: ask again.
    Poll,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `group.action`.
    pub id: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Host class.
    pub host: Host,
    /// Path below the host, with `{parameters}`.
    pub path: &'static str,
    /// Value of the `box-version` header.
    pub version: Option<&'static str>,
    /// Kind of the request's body.
    pub body: BodyKind,
    /// Kind of the reply.
    pub reply: ReplyKind,
    /// Kind of paging, if it answers pages.
    pub paging: Option<PagingKind>,
    /// Whether it changes anything at Box.
    pub writes: bool,
    /// Retry class.
    pub retry: RetryClass,
    /// Which limit of rate it counts towards.
    pub rate: RateClass,
    /// Meaning of 202.
    pub accepted: Accepted,
    /// Whether the reply may hold integers beyond 2^53.
    pub exact: bool,
    /// Largest offset that Box takes; beyond it Box answers 400 (API reference, parameter `offset`).
    pub max_offset: i64,
}

impl Operation {
    /// The row behind a request that the caller wrote: nothing is known of it but its method.
    pub const fn raw(method: Method) -> &'static Self {
        const fn row(method: Method, retry: RetryClass, writes: bool) -> Operation {
            Operation {
                id: "raw",
                method,
                host: Host::Api,
                path: "",
                version: None,
                body: BodyKind::Json,
                reply: ReplyKind::Model,
                paging: None,
                writes,
                retry,
                rate: RateClass::Api,
                accepted: Accepted::Done,
                exact: false,
                max_offset: 10_000,
            }
        }
        const GET: &Operation = &row(Method::Get, RetryClass::Safe, false);
        const HEAD: &Operation = &row(Method::Head, RetryClass::Safe, false);
        const OPTIONS: &Operation = &row(Method::Options, RetryClass::Safe, false);
        const POST: &Operation = &row(Method::Post, RetryClass::Never, true);
        const PUT: &Operation = &row(Method::Put, RetryClass::Never, true);
        const PATCH: &Operation = &row(Method::Patch, RetryClass::Never, true);
        const DELETE: &Operation = &row(Method::Delete, RetryClass::Never, true);
        match method {
            Method::Get => GET,
            Method::Head => HEAD,
            Method::Options => OPTIONS,
            Method::Post => POST,
            Method::Put => PUT,
            Method::Patch => PATCH,
            Method::Delete => DELETE,
        }
    }
}
