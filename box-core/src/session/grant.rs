//! How a session gets its tokens.

use crate::{
    action::Action,
    actions::oauth,
    error::{Error, ErrorKind},
    hint::Hint,
    request::Draft,
    rng::Rng,
    secret::Secret,
    session::Tokens,
};

/// A way to get tokens (Box guide "Authentication").
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Grant {
    /// A user who has signed in on the authorize page.
    OAuth(OAuthApp),
    /// An application that acts for itself or for one of its users.
    ClientCredentials(ClientCredentials),
    /// The application provides access tokens when it is asked. They are not stored.
    Provider,
    /// An access token and nothing to renew it with, such as a developer token.
    AccessToken,
}

/// An application as the developer console shows it.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
}

/// An application and the subject for which it acts.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The application.
    pub app: OAuthApp,
    /// For whom it acts.
    pub subject: Subject,
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
    /// The request for new tokens.
    pub(super) fn draft(&self, tokens: Option<&Tokens>, rng: &mut Rng) -> Result<Draft, Error> {
        match self {
            Self::OAuth(app) => {
                let Some(refresh_token) = tokens.and_then(|tokens| tokens.refresh_token.clone()) else {
                    return Err(needed("there is no refresh token: nobody has signed in yet"));
                };
                let (id, secret) = (app.client_id.as_str(), app.client_secret.clone());
                oauth::Refresh::new(id, secret, refresh_token).draft(rng)
            }
            Self::ClientCredentials(credentials) => credentials.token().draft(rng),
            Self::AccessToken | Self::Provider => {
                let needed = needed("the access token has ended, and there is nothing to renew it with");
                Err(needed.with_hint(Hint::DeveloperTokenExpired))
            }
        }
    }
}

impl Grant {
    /// Names the session that comes of this grant, in a token store and in audits.
    pub fn owner(&self) -> String {
        match self {
            Self::OAuth(app) => ["oauth of ", &app.client_id].concat(),
            Self::ClientCredentials(ClientCredentials { app, subject }) => {
                let (kind, id) = subject.parts();
                ["client credentials of ", &app.client_id, " for ", kind, " ", id].concat()
            }
            Self::AccessToken => "an access token".to_owned(),
            Self::Provider => "a token provider".to_owned(),
        }
    }

    /// Whether the session is that of a service account, which sees its own items only.
    pub fn is_service(&self) -> bool {
        matches!(self, Self::ClientCredentials(ClientCredentials { subject: Subject::Enterprise(_), .. }))
    }
}

impl Subject {
    /// Its kind and id, as a token request names them.
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Enterprise(id) => ("enterprise", id),
            Self::User(id) => ("user", id),
        }
    }
}

impl ClientCredentials {
    fn token(&self) -> oauth::Token {
        let mut token = oauth::Token::new("client_credentials");
        token.client_id = Some(self.app.client_id.clone());
        token.client_secret = Some(self.app.client_secret.clone());
        let (kind, id) = self.subject.parts();
        token.box_subject_type = Some(kind.into());
        token.box_subject_id = Some(id.to_owned());
        token
    }
}

impl OAuthApp {
    /// The request that exchanges the code of the authorize page (RFC 6749, section 4.1.3). A code lives 30
    /// seconds.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn exchange(&self, code: Secret, redirect_uri: Option<&str>, rng: &mut Rng) -> Result<Draft, Error> {
        let mut token = oauth::Token::new("authorization_code");
        token.client_id = Some(self.client_id.clone());
        token.client_secret = Some(self.client_secret.clone());
        token.code = Some(code);
        token.redirect_uri = redirect_uri.map(str::to_owned);
        token.draft(rng)
    }
}

/// Whether the token endpoint's refusal is its last word: no later try with the same credentials will pass.
pub(super) fn is_final(error: &Error) -> bool {
    const FINAL: [&str; 3] = ["invalid_grant", "invalid_client", "unauthorized_client"];
    error.kind() == ErrorKind::OAuth && error.code().is_some_and(|code| FINAL.contains(&code))
}

/// A final refusal as the callers see it.
pub(super) fn sign_in_needed(error: Error) -> Error {
    error.with_kind(ErrorKind::SignInNeeded)
}

fn needed(message: &str) -> Error {
    Error::new(ErrorKind::SignInNeeded, message)
}
