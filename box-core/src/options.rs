//! What may be set for a client and for each of its calls, whatever the action.

use std::time::Duration;

use crate::{encode::encode_pairs, headers::Headers, secret::Secret, timeouts::Timeouts};

/// Options of one call, or of all calls of a client: what a call sets itself wins.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// Acts for this user (`as-user`; Box guide "As-User header").
    pub as_user: Option<String>,
    /// Shared link that gives access to the item (`boxapi`; Box guide "Shared Link").
    pub shared_link: Option<SharedLink>,
    /// Whether Box sends neither mails nor webhooks about the call (`box-notifications: off`; approved applications
    /// only, and in a page Box refuses it).
    pub suppress_notifications: bool,
    /// Further header fields, in place of those of the action. They never replace the token of the session.
    pub headers: Headers,
    /// Etag that the item must still have (`if-match`), or the call fails with 412.
    pub if_match: Option<String>,
    /// Etag that the caller holds (`if-none-match`): an unchanged item is an error of kind `NotModified`.
    pub if_none_match: Option<String>,
    /// Refuses, before anything is sent, every action that writes.
    pub read_only: bool,
    /// Longest time for the whole call, retries included; for content that is streamed, until it begins.
    pub timeout: Option<Duration>,
    /// Further limits of time.
    pub timeouts: Option<Timeouts>,
    /// Most tries of a call that fails for the moment, instead of what the client's policy says; 1 tries once.
    pub max_attempts: Option<u32>,
    /// Absolute URL in place of host and path, for the endpoints that Box hands out with an upload session.
    pub endpoint: Option<String>,
    /// Lists only: asks for the next page as soon as one is there, never for more. Dropping the list gives it up.
    pub prefetch: bool,
}

/// A shared link and its password: both open the item to whoever knows them, so they are secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedLink {
    url: Secret,
    password: Option<Secret>,
}

impl SharedLink {
    /// A shared link, as in `https://app.box.com/s/...`.
    pub fn new(url: impl Into<Secret>) -> Self {
        Self { url: url.into(), password: None }
    }

    /// Adds its password.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The value of the header `boxapi`.
    pub(crate) fn header(&self) -> String {
        let password = self.password.as_ref().map(|password| ("shared_link_password", password.expose()));
        encode_pairs(&mut [("shared_link", self.url.expose())].into_iter().chain(password))
    }
}

impl<S: Into<Secret>> From<S> for SharedLink {
    fn from(url: S) -> Self {
        Self::new(url)
    }
}

impl CallOptions {
    /// These options, and those of the client where these say nothing.
    #[must_use]
    pub fn or(mut self, defaults: &Self) -> Self {
        let Self { as_user, shared_link, headers, if_match, if_none_match, .. } = defaults;
        self.as_user = self.as_user.or_else(|| as_user.clone());
        self.shared_link = self.shared_link.or_else(|| shared_link.clone());
        self.suppress_notifications |= defaults.suppress_notifications;
        self.if_match = self.if_match.or_else(|| if_match.clone());
        self.if_none_match = self.if_none_match.or_else(|| if_none_match.clone());
        self.read_only |= defaults.read_only;
        self.timeout = self.timeout.or(defaults.timeout);
        self.timeouts = self.timeouts.or(defaults.timeouts);
        self.max_attempts = self.max_attempts.or(defaults.max_attempts);
        for (name, value) in headers.iter() {
            if self.headers.get(name).is_none() {
                self.headers.set(name.to_owned(), value);
            }
        }
        self
    }
}

/// The setters of options, for whatever has a method `call_options(&mut self) -> &mut CallOptions`: calls, transfers,
/// clients.
#[doc(hidden)]
#[macro_export]
macro_rules! call_option_setters {
    () => {
        /// Acts for another user of the enterprise.
        #[must_use = "it is what is returned that has changed"]
        pub fn with_as_user(mut self, user_id: impl Into<String>) -> Self {
            self.call_options().as_user = Some(user_id.into());
            self
        }

        /// Has access to what a shared link opens: an URL, or a `SharedLink` with a password.
        #[must_use = "it is what is returned that has changed"]
        pub fn with_shared_link(mut self, link: impl Into<$crate::options::SharedLink>) -> Self {
            self.call_options().shared_link = Some(link.into());
            self
        }

        /// Has Box send neither mails nor webhooks about it; for approved applications.
        #[must_use = "it is what is returned that has changed"]
        pub fn without_notifications(mut self) -> Self {
            self.call_options().suppress_notifications = true;
            self
        }

        /// Adds a header field.
        #[must_use = "it is what is returned that has changed"]
        pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.call_options().headers.set(name.into(), value);
            self
        }

        /// Refuses what writes, before anything is sent.
        #[must_use = "it is what is returned that has changed"]
        pub fn read_only(mut self) -> Self {
            self.call_options().read_only = true;
            self
        }

        /// Limits the time of a whole call, retries included; for content that is streamed, the time until it begins.
        #[must_use = "it is what is returned that has changed"]
        pub fn with_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.call_options().timeout = Some(timeout);
            self
        }

        /// Sets further limits of time.
        #[must_use = "it is what is returned that has changed"]
        pub fn with_timeouts(mut self, timeouts: $crate::timeouts::Timeouts) -> Self {
            self.call_options().timeouts = Some(timeouts);
            self
        }

        /// Limits how often a call that fails for the moment is tried; 1 tries once.
        #[must_use = "it is what is returned that has changed"]
        pub fn with_max_attempts(mut self, most: u32) -> Self {
            self.call_options().max_attempts = Some(most);
            self
        }
    };
}

pub use crate::call_option_setters as setters;
