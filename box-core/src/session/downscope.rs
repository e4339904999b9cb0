//! Tokens for less than those they come from (RFC 8693; Box guide "Downscope a Token").

use super::{Annotator, Grant, OAuthApp, Token, annotator::Actor, assertion::signed};
use crate::{
    action::Action,
    actions::oauth,
    encode::{RESERVED, encode_pairs, encoded},
    error::Error,
    request::Draft,
    rng::Rng,
    secret::Secret,
};

/// The API as Box names it in tokens, wherever the client sends its requests.
const API: &str = "https://api.box.com/2.0";

/// Kind of an access token (RFC 8693, section 3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Kind of an annotator's assertion (RFC 8693, section 3).
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// What a downscoped token may do, where, and in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downscope {
    scopes: Vec<String>,
    restriction: Restriction,
    annotator: Option<Annotator>,
}

/// The item to which a downscoped token is restricted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Restriction {
    /// None: the scopes hold for all that the original token reaches.
    NoItem,
    /// The file with this id.
    File(String),
    /// The folder with this id, and all below it.
    Folder(String),
    /// The item of a shared link; not of one with a password, nor of a web link.
    SharedLink(Secret),
}

impl Downscope {
    /// Scopes, such as `item_preview`, and the item for which they hold.
    pub fn new(scopes: impl IntoIterator<Item = impl Into<String>>, restriction: Restriction) -> Self {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), restriction, annotator: None }
    }

    /// In the name of somebody who has no account at Box. Needs an application with a key pair.
    #[must_use]
    pub fn by(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.annotator = Some(Annotator { id: id.into(), name: name.into() });
        self
    }

    /// All of it, so that no two are alike that differ in anything.
    fn key(&self) -> String {
        let on = match &self.restriction {
            Restriction::NoItem => ("none", ""),
            Restriction::File(id) => ("file", id.as_str()),
            Restriction::Folder(id) => ("folder", id.as_str()),
            Restriction::SharedLink(url) => ("link", url.expose()),
        };
        let by = self.annotator.as_ref().map_or(("", ""), |by| (&by.id, &by.name));
        let scopes = self.scopes.iter().map(|scope| ("scope", scope.as_str()));
        encode_pairs(&mut [on, by].into_iter().chain(scopes))
    }
}

/// A downscope, and what vouches for it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The session whose tokens are exchanged.
    from: String,
    /// Tells it apart from all others. There may be shared links in it.
    key: Secret,
    pub(super) app: Option<OAuthApp>,
    downscope: Downscope,
    pub(super) actor: Option<Actor>,
}

impl Exchange {
    /// The exchange of tokens that come of a grant.
    ///
    /// # Errors
    /// `InvalidInput` without a scope, and for an annotator without a key to sign with.
    pub fn new(from: &Grant, downscope: Downscope) -> Result<Self, Error> {
        if downscope.scopes.is_empty() {
            return Err(Error::invalid("a downscoped token needs a scope"));
        }
        let actor = match (&downscope.annotator, from) {
            (None, _) => None,
            (Some(annotator), Grant::Jwt(jwt)) => {
                Some(Actor { jwt: jwt.clone(), annotator: annotator.clone() })
            }
            (Some(_), _) => {
                return Err(Error::invalid(
                    "an annotator needs an application that signs: a client of `jwt`",
                ));
            }
        };
        let key = Secret::new([&from.key(), "\n", &downscope.key()].concat());
        Ok(Self { from: from.owner(), key, app: from.app().cloned(), downscope, actor })
    }

    /// Names the session without telling a shared link.
    pub(super) fn owner(&self) -> String {
        let on = match &self.downscope.restriction {
            Restriction::NoItem => String::new(),
            Restriction::File(id) => [" on file ", id].concat(),
            Restriction::Folder(id) => [" on folder ", id].concat(),
            Restriction::SharedLink(_) => " on a shared link".to_owned(),
        };
        let by = self.actor.as_ref().map(|actor| [" by ", &actor.annotator.id].concat());
        let scopes = self.downscope.scopes.join(" ");
        [&self.from, ", downscoped to ", &scopes, &on, by.as_deref().unwrap_or_default()].concat()
    }

    /// Tells apart what [`owner`](Self::owner) doesn't.
    pub(super) fn key(&self) -> String {
        self.key.expose().to_owned()
    }

    /// The request for a token; with an annotator, what was signed and the signature.
    pub(super) fn draft(
        &self,
        parent: &Token,
        actor: Option<(&str, &[u8])>,
        rng: &mut Rng,
    ) -> Result<Draft, Error> {
        let mut token = oauth::Token::new("urn:ietf:params:oauth:grant-type:token-exchange");
        if let Some(app) = &self.app {
            token.client_id = Some(app.client_id.clone());
            token.client_secret = Some(app.client_secret.clone());
        }
        token.subject_token = Some(parent.secret.clone());
        token.subject_token_type = Some(ACCESS_TOKEN.into());
        token.scope = Some(self.downscope.scopes.join(" "));
        let resource = |kind: &str, id: &str| Some([API, kind, &encoded(id, RESERVED)].concat());
        match &self.downscope.restriction {
            Restriction::NoItem => {}
            Restriction::File(id) => token.resource = resource("/files/", id),
            Restriction::Folder(id) => token.resource = resource("/folders/", id),
            Restriction::SharedLink(url) => token.box_shared_link = Some(url.clone()),
        }
        if let Some((message, signature)) = actor {
            token.actor_token = Some(signed(message, signature));
            token.actor_token_type = Some(ID_TOKEN.into());
        }
        token.draft(rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_other_shared_links_are_told_apart_also_when_they_are_downscoped_again() {
        let of = |from: &Grant, restriction| {
            Grant::Exchange(Exchange::new(from, Downscope::new(["item_preview"], restriction)).unwrap())
        };
        let link = |path: &str| Restriction::SharedLink(["https://box.example/s/", path].concat().into());
        let (one, two) = (of(&Grant::Provider, link("one")), of(&Grant::Provider, link("two")));
        assert_ne!(one.key(), two.key());
        assert_eq!(one.owner(), two.owner());
        let again = |from: &Grant| of(from, Restriction::File("7".to_owned()));
        assert_ne!(again(&one).key(), again(&two).key());
        assert_eq!(again(&one).key(), again(&one).key());
        assert!(!format!("{one:?} {}", again(&one).owner()).contains("/s/"));
    }
}
