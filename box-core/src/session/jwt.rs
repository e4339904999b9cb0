//! JWT: an application that acts by its key (Box guide "JWT Auth").

use super::{
    OAuthApp, Subject,
    assertion::{Issuer, signed},
};
use crate::{action::Action, error::Error, request::Draft, rng::Rng, time::Timestamp};

/// An application with a key pair, and the subject for which it acts. Its private key is the driver's to hold.
#[derive(Clone, Debug)]
pub struct Jwt {
    /// The application.
    pub app: OAuthApp,
    /// The id of the public key in the developer console.
    pub key_id: String,
    /// The digest of its signatures.
    pub algorithm: Algorithm,
    /// For whom it acts.
    pub subject: Subject,
}

/// A signature's algorithm: RSASSA-PKCS1-v1_5 with a digest (RFC 7518, section 3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// SHA-256.
    #[default]
    Rs256,
    /// SHA-384.
    Rs384,
    /// SHA-512.
    Rs512,
}

impl Algorithm {
    /// Its name, such as `RS256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// The algorithm of a name, such as `RS256`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Rs384, Self::Rs512].into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

impl Jwt {
    pub(super) fn issuer(&self) -> Issuer<'_> {
        let (client_id, key_id) = (self.app.client_id.as_str(), self.key_id.as_str());
        Issuer { client_id, key_id, algorithm: self.algorithm }
    }

    /// What is signed.
    pub(super) fn message(&self, now: Timestamp, rng: &mut Rng) -> String {
        let (kind, id) = self.subject.parts();
        self.issuer().message(now, rng, &[("sub", id), ("box_sub_type", kind)])
    }

    /// The request for a token (RFC 7523, section 2.1).
    pub(super) fn draft(&self, message: &str, signature: &[u8], rng: &mut Rng) -> Result<Draft, Error> {
        let mut token = self.app.token("urn:ietf:params:oauth:grant-type:jwt-bearer");
        token.assertion = Some(signed(message, signature));
        token.draft(rng)
    }
}
