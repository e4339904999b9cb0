//! Client credentials: an application that acts by its secret (Box guide "Client Credentials Grant").

use super::{OAuthApp, Subject};
use crate::{action::Action, error::Error, request::Draft, rng::Rng};

/// An application and the subject for which it acts.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The application.
    pub app: OAuthApp,
    /// For whom it acts.
    pub subject: Subject,
}

impl ClientCredentials {
    /// The request for a token (RFC 6749, section 4.4).
    pub(super) fn draft(&self, rng: &mut Rng) -> Result<Draft, Error> {
        let mut token = self.app.token("client_credentials");
        let (kind, id) = self.subject.parts();
        token.box_subject_type = Some(kind.into());
        token.box_subject_id = Some(id.to_owned());
        token.draft(rng)
    }
}
