//! How a session gets its tokens.

use super::{ClientCredentials, Exchange, Jwt, OAuthApp, Tokens};
use crate::{
    error::{Error, ErrorKind},
    hint::Hint,
    request::Draft,
    rng::Rng,
};

/// A way to get tokens (Box guide "Authentication").
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "a session holds one for as long as it lives")]
pub enum Grant {
    /// A user who has signed in on the authorize page.
    OAuth(OAuthApp),
    /// An application that acts for itself or for one of its users, by its secret.
    ClientCredentials(ClientCredentials),
    /// An application that acts for itself or for one of its users, by its key.
    Jwt(Jwt),
    /// A token of another session, for less.
    Exchange(Exchange),
    /// The application provides access tokens when it is asked.
    Provider,
    /// An access token and nothing to renew it with, such as a developer token.
    AccessToken,
}

/// For whom an application acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Its own service account in the enterprise with this id.
    Enterprise(String),
    /// The user with this id.
    User(String),
}

impl Grant {
    /// The request for new tokens, of those grants that need nothing else before it.
    pub(super) fn draft(&self, tokens: Option<&Tokens>, rng: &mut Rng) -> Result<Draft, Error> {
        match self {
            Self::OAuth(app) => app.refresh(tokens, rng),
            Self::ClientCredentials(credentials) => credentials.draft(rng),
            Self::AccessToken | Self::Provider | Self::Jwt(_) | Self::Exchange(_) => {
                let needed = needed("the access token has ended, and there is nothing to renew it with");
                Err(needed.with_hint(Hint::DeveloperTokenExpired))
            }
        }
    }

    /// Names the session that comes of this grant, in a token store and in audits.
    pub fn owner(&self) -> String {
        match self {
            Self::AccessToken => "an access token".to_owned(),
            Self::Provider => "a token provider".to_owned(),
            _ => self.owner_of_app(),
        }
    }

    // A function of its own: where a module is split, it goes with what pages seldom do.
    #[inline(never)]
    fn owner_of_app(&self) -> String {
        match self {
            Self::OAuth(app) => ["oauth of ", &app.client_id].concat(),
            Self::ClientCredentials(ClientCredentials { app, subject }) => {
                let (kind, id) = subject.parts();
                ["client credentials of ", &app.client_id, " for ", kind, " ", id].concat()
            }
            Self::Jwt(Jwt { app, subject, .. }) => {
                let (kind, id) = subject.parts();
                ["jwt of ", &app.client_id, " for ", kind, " ", id].concat()
            }
            Self::Exchange(exchange) => exchange.owner(),
            Self::AccessToken | Self::Provider => String::new(),
        }
    }

    /// Tells sessions apart: by application, subject, scopes and item. It may hold the address of a shared link, so it
    /// belongs neither in a log nor in a store.
    pub fn key(&self) -> String {
        match self {
            Self::Exchange(exchange) => exchange.key(),
            _ => self.owner(),
        }
    }

    /// The application, where it is known.
    pub fn app(&self) -> Option<&OAuthApp> {
        match self {
            Self::OAuth(app) => Some(app),
            Self::ClientCredentials(ClientCredentials { app, .. }) | Self::Jwt(Jwt { app, .. }) => Some(app),
            Self::Exchange(exchange) => exchange.app.as_ref(),
            Self::AccessToken | Self::Provider => None,
        }
    }

    fn subject(&self) -> Option<&Subject> {
        match self {
            Self::ClientCredentials(ClientCredentials { subject, .. }) | Self::Jwt(Jwt { subject, .. }) => {
                Some(subject)
            }
            _ => None,
        }
    }

    /// The user for whom it acts, where that is known.
    pub fn user_id(&self) -> Option<&str> {
        match self.subject()? {
            Subject::User(id) => Some(id),
            Subject::Enterprise(_) => None,
        }
    }

    /// Whether the session is that of a service account, which sees its own items only.
    pub fn is_service(&self) -> bool {
        matches!(self.subject(), Some(Subject::Enterprise(_)))
    }

    /// The same application, for another subject (Box guides "As a user", "Service account").
    ///
    /// # Errors
    /// `InvalidInput` for a grant that acts for one subject only.
    pub fn for_subject(&self, subject: Subject) -> Result<Self, Error> {
        match self {
            Self::ClientCredentials(ClientCredentials { app, .. }) => {
                Ok(Self::ClientCredentials(ClientCredentials { app: app.clone(), subject }))
            }
            Self::Jwt(jwt) => Ok(Self::Jwt(Jwt { subject, ..jwt.clone() })),
            _ => Err(Error::invalid("only client credentials and JWT act for other subjects")),
        }
    }

    /// Whether its tokens come with a refresh token, which is good for one use.
    pub(super) fn rotates(&self) -> bool {
        matches!(self, Self::OAuth(_))
    }

    /// Whether its requests can't be sent again as they are: an assertion is good for one use.
    pub(super) fn is_signed(&self) -> bool {
        match self {
            Self::Jwt(_) => true,
            Self::Exchange(exchange) => exchange.actor.is_some(),
            _ => false,
        }
    }
}

impl Subject {
    /// Its kind and id, as a token request names them.
    pub(super) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Enterprise(id) => ("enterprise", id),
            Self::User(id) => ("user", id),
        }
    }
}

/// Whether the token endpoint's refusal is its last word: no later try with the same credentials will pass.
pub(super) fn is_final(error: &Error) -> bool {
    const FINAL: [&str; 4] =
        ["invalid_grant", "invalid_client", "unauthorized_client", "unauthorized_device"];
    error.kind() == ErrorKind::OAuth && error.code().is_some_and(|code| FINAL.contains(&code))
}

pub(super) fn needed(message: &str) -> Error {
    Error::new(ErrorKind::SignInNeeded, message)
}
