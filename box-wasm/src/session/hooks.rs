//! What a session uses besides Box.

use std::{rc::Rc, time::Duration};

use box_core::{
    error::Error,
    session::{AskReason, Provided, SignInReason, Tokens},
};
use futures_util::future::LocalBoxFuture;

use super::SessionHandle;
use crate::{signer::Signer, store::TokenStore};

/// Told of new tokens before anything uses them.
pub(crate) type TokensChanged = Rc<dyn Fn(Tokens) -> LocalBoxFuture<'static, ()>>;

/// Told that a user must sign in.
pub(crate) type SignInNeeded = Rc<dyn Fn(SignInReason) -> LocalBoxFuture<'static, ()>>;

/// Asked for tokens.
pub(crate) type Provider = Rc<dyn Fn(AskReason) -> LocalBoxFuture<'static, Result<Provided, Error>>>;

/// What the application gives a session, and the session from which it is derived.
#[derive(Clone)]
pub(crate) struct Hooks {
    pub(crate) store: Rc<dyn TokenStore>,
    pub(crate) tokens_changed: Option<TokensChanged>,
    pub(crate) sign_in_needed: Option<SignInNeeded>,
    pub(crate) provider: Option<(Provider, Duration)>,
    pub(crate) signer: Option<Rc<dyn Signer>>,
    pub(crate) parent: Option<SessionHandle>,
}

impl Hooks {
    /// A store and nothing else.
    pub(crate) fn new(store: Rc<dyn TokenStore>) -> Self {
        Self { store, tokens_changed: None, sign_in_needed: None, provider: None, signer: None, parent: None }
    }
}
