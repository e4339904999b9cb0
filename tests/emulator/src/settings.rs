use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Addresses, keys};

/// What happens when a refresh token is presented again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshMode {
    /// The second use is an `invalid_grant`.
    #[default]
    Strict,
    /// The second use answers the same pair again, until a token of that pair was used.
    GraceSame,
    /// Every use answers a new pair, and all of them work.
    GraceDistinct,
}

/// How the last page of a marker listing says that it is the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageEnd {
    /// `null`, absent and `""` in turn, one per finished listing.
    #[default]
    Rotate,
    /// `"next_marker": null`
    Null,
    /// No `next_marker` at all.
    Absent,
    /// `"next_marker": ""`
    Empty,
}

/// What a reply holds besides the fields that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldsStyle {
    /// The members of the mini variant.
    #[default]
    Mini,
    /// `type`, `id` and `etag` only.
    Base,
}

/// How this emulator behaves; all of it can change while it runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Settings {
    /// Addresses and credentials.
    pub addresses: Addresses,
    /// The authorize page redirects at once instead of asking.
    pub auto_approve: bool,
    /// See [`RefreshMode`].
    pub refresh_mode: RefreshMode,
    /// See [`PageEnd`].
    pub page_end: PageEnd,
    /// See [`FieldsStyle`].
    pub fields_style: FieldsStyle,
    /// Every n-th page of a marker listing is empty and yet has a marker; 0 and 1 turn this off.
    pub empty_page_every: u64,
    /// The life of an access token, in seconds.
    pub access_token_ttl: u64,
    /// Origins of web pages that may call; `*` as the port allows every port.
    pub allow_origins: Vec<String>,
    /// Response headers become readable for those pages. Box exposes none.
    pub expose_headers: bool,
    /// Bytes of a part of an upload session; `None` leaves the choice to the emulator, which starts at 8 MiB.
    pub part_size: Option<u64>,
    /// The smallest file that an upload session takes.
    pub min_session_size: u64,
    /// The largest file that a simple upload takes.
    pub max_simple_upload: u64,
    /// A commit of an upload session believes the digest that the client states. Saves a pass over the whole file,
    /// for measurements.
    pub trust_digests: bool,
    /// A server reads request bodies no faster than so many bytes per second, but for those to the control endpoint.
    pub throttle: Option<u64>,
    /// A server reads so many bytes of each request body and then no more, but for those to the control endpoint.
    pub stall_uploads_after: Option<u64>,
    /// Scopes of the application, such as `root_readonly`; `None` is all of them.
    pub scopes: Option<Vec<String>>,
    /// An administrator has authorised the application; otherwise it gets no tokens.
    pub app_authorized: bool,
    /// Bytes that each user may store, earlier versions and the trash included.
    pub storage_limit: Option<u64>,
    /// Box's published limits of rate: by user 1000 API calls and 240 requests of uploads a minute, and of searches 6
    /// a second and 60 a minute, with 12 a second for all users.
    pub rate_limits: bool,
    /// Public keys of the application by their ids, as PEM of a `SubjectPublicKeyInfo` (`BEGIN PUBLIC KEY`).
    pub public_keys: BTreeMap<String, String>,
    /// Milliseconds by which Box's clock is ahead of the caller's; behind it if negative. For all that has a time, the
    /// header `date` too, and besides what [`Emulator::advance`](crate::Emulator::advance) puts forward.
    pub clock_ahead: i64,
    /// Milliseconds by which every answer of an operation is late; `*` stands for operations that aren't named.
    pub delays: BTreeMap<String, u64>,
    /// Decides ids and tokens.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            addresses: Addresses::default(),
            auto_approve: false,
            refresh_mode: RefreshMode::default(),
            page_end: PageEnd::default(),
            fields_style: FieldsStyle::default(),
            empty_page_every: 0,
            access_token_ttl: 3600,
            allow_origins: Vec::new(),
            expose_headers: false,
            part_size: None,
            min_session_size: 20_000_000,
            max_simple_upload: 50_000_000,
            trust_digests: false,
            throttle: None,
            stall_uploads_after: None,
            scopes: None,
            app_authorized: true,
            storage_limit: None,
            rate_limits: false,
            public_keys: keys::registered(),
            clock_ahead: 0,
            delays: BTreeMap::new(),
            seed: 1,
        }
    }
}
