//! What a session uses besides Box.

use std::sync::Arc;

use box_core::{
    error::Error,
    session::{AskReason, Provided, SignInReason, Tokens},
};

use super::SessionHandle;
use crate::{signer::Signer, store::TokenStore, transport::BoxFuture};

/// Told of new tokens before anything uses them.
pub(crate) type TokensChanged = Arc<dyn Fn(Tokens) -> BoxFuture<'static, ()> + Send + Sync>;

/// Told that a user must sign in.
pub(crate) type SignInNeeded = Arc<dyn Fn(SignInReason) -> BoxFuture<'static, ()> + Send + Sync>;

/// Asked for tokens.
pub(crate) type Provider =
    Arc<dyn Fn(AskReason) -> BoxFuture<'static, Result<Provided, Error>> + Send + Sync>;

/// What the application gives a session, and the session from which it is derived.
#[derive(Clone)]
pub(crate) struct Hooks {
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) tokens_changed: Option<TokensChanged>,
    pub(crate) sign_in_needed: Option<SignInNeeded>,
    pub(crate) provider: Option<Provider>,
    pub(crate) signer: Option<Arc<dyn Signer>>,
    pub(crate) parent: Option<SessionHandle>,
}

impl Hooks {
    /// A store and nothing else.
    pub(crate) fn new(store: Arc<dyn TokenStore>) -> Self {
        Self { store, tokens_changed: None, sign_in_needed: None, provider: None, signer: None, parent: None }
    }
}
