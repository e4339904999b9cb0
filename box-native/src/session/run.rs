//! The task that carries out what the session machine wants, one thing after the other.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use box_core::{
    action::CallOptions,
    call::Want,
    error::{Error, ErrorKind},
    reply::Reply,
    request::Draft,
    session::{
        Algorithm, AskReason, Locked, PROVIDER_TIMEOUT, Provided, STEP_TIMEOUT, SessionOutput, SignInReason,
        Token, TokenNeed, Tokens,
    },
};
use futures_util::FutureExt;

use super::{Answer, INSIDE, Shared};
use crate::{
    drive::NoSources,
    store::{Expected, LockGuard, TokenStore},
    transport::BoxFuture,
};

/// How much longer than it was asked to a store may wait for its lock, before it counts as one that hangs.
const GRACE: Duration = Duration::from_secs(1);

/// The running task. If its runtime ends before it, the next caller begins anew in another.
pub(super) struct Run {
    shared: Arc<Shared>,
    /// Whether it has come to its end: another may run by now.
    over: bool,
}

impl Run {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), over: false }
    }

    pub(super) async fn carry_out(mut self) {
        let shared = &self.shared;
        let mut lock: Option<LockGuard> = None;
        while let Some(output) = shared.next() {
            match output {
                SessionOutput::Token(waiter, token) => shared.answer(waiter, Ok(Answer::Token(token))),
                SessionOutput::Revoked(waiter) => shared.answer(waiter, Ok(Answer::Revoked)),
                SessionOutput::Failed(waiter, error) => shared.answer(waiter, Err(error)),
                SessionOutput::SignInNeeded(reason, _) => shared.tell_sign_in_needed(reason),
                SessionOutput::Unlock => lock = None,
                SessionOutput::Lock { limit, .. } => {
                    let locked = shared.lock(limit, &mut lock).await;
                    shared.input(|session, now| session.handle_locked(now, locked));
                }
                SessionOutput::Load => {
                    let loaded = shared.in_store(|store| store.load()).await;
                    shared.input(|session, now| session.handle_loaded(now, loaded));
                }
                SessionOutput::Store { expected_generation, tokens } => {
                    let fence = lock.as_ref().map_or(0, LockGuard::fence);
                    let expected = Expected::new(expected_generation, fence);
                    let stored = shared.in_store(|store| store.store(expected, tokens)).await;
                    shared.input(|session, now| session.handle_stored(now, stored));
                }
                SessionOutput::Clear => {
                    let cleared = shared.in_store(|store| store.clear()).await;
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
                    let reply = shared.send(draft, options).await;
                    shared.input(|session, now| session.handle_reply(now, reply));
                }
                SessionOutput::Changed(tokens) => {
                    shared.tell_changed(tokens).await;
                    shared.input(|session, _| session.handle_announced());
                }
                SessionOutput::Pause(time) => {
                    tokio::time::sleep(time).await;
                    shared.input(|session, _| session.handle_paused());
                }
                SessionOutput::Idle => {}
            }
        }
        self.over = true;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let mut machine = self.shared.machine();
        machine.running = false;
        machine.session.interrupt();
        machine.waiters.clear();
        self.shared.moved.notify_waiters();
    }
}

impl Shared {
    async fn lock(self: &Arc<Self>, limit: Duration, lock: &mut Option<LockGuard>) -> Result<Locked, Error> {
        let take = || self.hooks.store.lock(limit);
        let guard = self.step("the token lock", limit + GRACE, take).await?;
        Ok(lock.insert(guard).held())
    }

    async fn in_store<'a, T: 'a>(
        self: &'a Arc<Self>,
        work: impl FnOnce(&'a dyn TokenStore) -> BoxFuture<'a, Result<T, Error>>,
    ) -> Result<T, Error> {
        self.step("the token store", STEP_TIMEOUT, || work(&*self.hooks.store)).await
    }

    async fn provide(self: &Arc<Self>, reason: AskReason) -> Result<Provided, Error> {
        let provide = self.hooks.provider.as_ref();
        let provide = provide.ok_or_else(|| Error::internal("a session without its token provider"))?;
        self.step("the token provider", PROVIDER_TIMEOUT, || provide(reason)).await
    }

    async fn sign(self: &Arc<Self>, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signer = self.hooks.signer.as_ref();
        let signer = signer.ok_or_else(|| Error::internal("a session without its signer"))?;
        self.step("the signer", STEP_TIMEOUT, || signer.sign(algorithm, message)).await
    }

    /// In a box: a parent may have one itself.
    fn ask_parent(&self, need: TokenNeed) -> BoxFuture<'_, Result<Token, Error>> {
        Box::pin(async move {
            let parent = self.hooks.parent.as_ref();
            let parent = parent.ok_or_else(|| Error::internal("a session without its parent"))?;
            parent.token(need).await
        })
    }

    async fn send(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        let call = self.exchange.drive(draft, options, Want::Bytes, &NoSources, None);
        let reply = AssertUnwindSafe(call).catch_unwind();
        let panicked = |_| Err(Error::internal("the transport panicked"));
        reply.await.unwrap_or_else(panicked).map(|(reply, _)| reply)
    }

    async fn tell_changed(self: &Arc<Self>, tokens: Tokens) {
        if let Some(hook) = &self.hooks.tokens_changed {
            // The tokens are stored: a hook that fails must not lose them.
            let _ = self.step("tokens_changed", STEP_TIMEOUT, || told(hook(tokens))).await;
        }
    }

    /// On its own, for those who wait learn it as an error.
    fn tell_sign_in_needed(self: &Arc<Self>, reason: SignInReason) {
        let Some(hook) = self.hooks.sign_in_needed.clone() else {
            return;
        };
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            let _ = shared.step("sign_in_needed", STEP_TIMEOUT, || told(hook(reason))).await;
        });
    }

    /// Runs the application's code: with a deadline, and without taking its panics over.
    async fn step<'a, T: 'a>(
        self: &'a Arc<Self>,
        what: &str,
        limit: Duration,
        work: impl FnOnce() -> BoxFuture<'a, Result<T, Error>>,
    ) -> Result<T, Error> {
        let failed = |how: &str| Error::new(ErrorKind::Session, format!("{what} {how}"));
        // Called inside of what catches its panics: not only its future may panic.
        let work = AssertUnwindSafe(async { work().await }).catch_unwind();
        match tokio::time::timeout(limit, INSIDE.scope(self.id(), work)).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(failed("panicked")),
            Err(_) => Err(failed("took too long")),
        }
    }
}

/// A hook that answers nothing.
fn told(hook: BoxFuture<'_, ()>) -> BoxFuture<'_, Result<(), Error>> {
    Box::pin(hook.map(Ok))
}
