//! Tokens in the name of somebody whom Box doesn't know (Box guide "Annotator Tokens").

use super::{Jwt, assertion::Issuer};
use crate::{rng::Rng, time::Timestamp};

/// A user of the application who has no account at Box, and under whose name annotations appear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotator {
    /// The application's own id of the user.
    pub id: String,
    /// The name that others see.
    pub name: String,
}

/// An annotator for whom an application vouches.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) jwt: Jwt,
    pub(super) annotator: Annotator,
}

impl Actor {
    pub(super) fn issuer(&self) -> Issuer<'_> {
        self.jwt.issuer()
    }

    /// What is signed.
    pub(super) fn message(&self, now: Timestamp, rng: &mut Rng) -> String {
        let Annotator { id, name } = &self.annotator;
        let claims = [("sub", id.as_str()), ("box_sub_type", "external"), ("name", name)];
        self.issuer().message(now, rng, &claims)
    }
}
