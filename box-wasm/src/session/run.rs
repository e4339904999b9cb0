//! The task that carries out what the session machine wants, one thing after the other.

use std::{pin::pin, rc::Rc, time::Duration};

use box_core::{
    error::{Error, ErrorKind},
    session::{
        Algorithm, AskReason, Locked, Provided, STEP_TIMEOUT, SessionOutput, SignInReason, Token, TokenNeed,
        Tokens,
    },
};
use futures_util::future::{Either, LocalBoxFuture, select};
use wasm_bindgen_futures::spawn_local;

use super::{Answer, Shared};
use crate::{
    clock,
    store::{Expected, LockGuard, TokenStore},
};

/// How much longer than it was asked to a store may wait for its lock, before it counts as one that hangs.
const GRACE: Duration = Duration::from_secs(1);

pub(super) async fn to_the_end(shared: Rc<Shared>) {
    let mut lock: Option<LockGuard> = None;
    while let Some(output) = shared.next() {
        match output {
            SessionOutput::Token(waiter, token) => shared.answer(waiter, Ok(Answer::Token(token))),
            SessionOutput::Revoked(waiter) => shared.answer(waiter, Ok(Answer::Revoked)),
            SessionOutput::Failed(waiter, error) => shared.answer(waiter, Err(error)),
            SessionOutput::SignInNeeded(reason, _) => shared.tell_sign_in_needed(reason),
            SessionOutput::Unlock => lock = None,
            SessionOutput::Lock { steal, limit } => {
                let locked = shared.lock(steal, limit, &mut lock).await;
                shared.input(|session, now| session.handle_locked(now, locked));
            }
            SessionOutput::Load => {
                let loaded = shared.in_store(TokenStore::load(&*shared.hooks.store)).await;
                shared.input(|session, now| session.handle_loaded(now, loaded));
            }
            SessionOutput::Store { expected_generation, tokens } => {
                let fence = lock.as_ref().map_or(0, LockGuard::fence);
                let expected = Expected::new(expected_generation, fence);
                let stored = shared.in_store(shared.hooks.store.store(expected, tokens)).await;
                shared.input(|session, now| session.handle_stored(now, stored));
            }
            SessionOutput::Clear => {
                let cleared = shared.in_store(shared.hooks.store.clear()).await;
                shared.input(|session, _| session.handle_cleared(cleared));
            }
            SessionOutput::AskProvider { reason } => {
                let provided = shared.provide(reason).await;
                shared.input(|session, now| session.handle_provided(now, provided));
            }
            SessionOutput::AskParent(need) => {
                let token = shared.ask_parent(need).await;
                shared.input(|session, now| session.handle_parent(now, token));
            }
            SessionOutput::Sign { algorithm, message } => {
                let signed = shared.sign(algorithm, &message).await;
                shared.input(|session, now| session.handle_signed(now, signed));
            }
            SessionOutput::Send(draft, options) => {
                let reply = shared.exchange.call(draft, options).await;
                shared.input(|session, now| session.handle_reply(now, reply));
            }
            SessionOutput::Changed(tokens) => {
                shared.tell_changed(tokens).await;
                shared.input(|session, _| session.handle_announced());
            }
            SessionOutput::Pause(time) => {
                clock::sleep(time).await;
                shared.input(|session, _| session.handle_paused());
            }
            SessionOutput::Idle => {}
        }
    }
}

impl Shared {
    async fn lock(
        &self,
        steal: bool,
        limit: Duration,
        lock: &mut Option<LockGuard>,
    ) -> Result<Locked, Error> {
        let guard = step("the token lock", limit + GRACE, self.hooks.store.lock(steal, limit)).await??;
        Ok(lock.insert(guard).held())
    }

    async fn in_store<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        step("the token store", STEP_TIMEOUT, work).await?
    }

    async fn provide(&self, reason: AskReason) -> Result<Provided, Error> {
        let Some((provide, patience)) = &self.hooks.provider else {
            return Err(Error::internal("a session without its token provider"));
        };
        step("the token provider", *patience, provide(reason)).await?
    }

    async fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signer = self.hooks.signer.as_ref();
        let signer = signer.ok_or_else(|| Error::internal("a session without its signer"))?;
        step("the signer", STEP_TIMEOUT, signer.sign(algorithm, message)).await?
    }

    /// In a box: a parent may have one itself.
    fn ask_parent(&self, need: TokenNeed) -> LocalBoxFuture<'_, Result<Token, Error>> {
        Box::pin(async move {
            let parent = self.hooks.parent.as_ref();
            let parent = parent.ok_or_else(|| Error::internal("a session without its parent"))?;
            parent.token(need).await
        })
    }

    async fn tell_changed(&self, tokens: Tokens) {
        if let Some(hook) = &self.hooks.tokens_changed {
            // The tokens are stored: a hook that fails must not lose them.
            let _ = step("tokens_changed", STEP_TIMEOUT, hook(tokens)).await;
        }
    }

    /// On its own, for those who wait learn it as an error.
    fn tell_sign_in_needed(&self, reason: SignInReason) {
        if let Some(hook) = &self.hooks.sign_in_needed {
            spawn_local(hook(reason));
        }
    }
}

/// Runs the application's code with a deadline.
async fn step<T>(what: &str, limit: Duration, work: impl Future<Output = T>) -> Result<T, Error> {
    let alarm = clock::sleep_until(Some(clock::now() + limit));
    match select(pin!(work), pin!(alarm)).await {
        Either::Left((value, _)) => Ok(value),
        Either::Right(_) => Err(Error::new(ErrorKind::Session, [what, " took too long"].concat())),
    }
}
