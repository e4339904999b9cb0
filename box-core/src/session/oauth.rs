//! OAuth: a user who signs in on Box's page (Box guide "OAuth 2.0").

use super::{Tokens, grant::needed};
use crate::{action::Action, actions::oauth, error::Error, request::Draft, rng::Rng, secret::Secret};

/// An application as the developer console shows it.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
}

impl OAuthApp {
    /// The request that exchanges the code of the authorize page (RFC 6749, section 4.1.3). A code lives 30
    /// seconds.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn exchange(&self, code: Secret, redirect_uri: Option<&str>, rng: &mut Rng) -> Result<Draft, Error> {
        let mut token = self.token("authorization_code");
        token.code = Some(code);
        token.redirect_uri = redirect_uri.map(str::to_owned);
        token.draft(rng)
    }

    /// The request for new tokens (RFC 6749, section 6).
    pub(super) fn refresh(&self, tokens: Option<&Tokens>, rng: &mut Rng) -> Result<Draft, Error> {
        let Some(refresh_token) = tokens.and_then(|tokens| tokens.refresh_token.clone()) else {
            return Err(needed("there is no refresh token: nobody has signed in yet"));
        };
        oauth::Refresh::new(&self.client_id, self.client_secret.clone(), refresh_token).draft(rng)
    }

    /// A token request of this application.
    pub(super) fn token(&self, grant_type: &str) -> oauth::Token {
        let mut token = oauth::Token::new(grant_type);
        token.client_id = Some(self.client_id.clone());
        token.client_secret = Some(self.client_secret.clone());
        token
    }
}
