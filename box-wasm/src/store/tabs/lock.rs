//! The lock that tabs share: a Web Lock, or a queue in the page where there are none.

use std::{pin::pin, time::Duration};

use box_core::error::{Error, ErrorKind};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::queue::Queue;
use crate::{
    abort::Abort,
    clock,
    platform::{global, member, reason},
    store::LockGuard,
};

#[wasm_bindgen]
extern "C" {
    pub(super) type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

/// The lock of a name.
pub(super) struct TabLock<'a> {
    pub(super) name: &'a str,
    pub(super) queue: &'a Queue,
}

impl TabLock<'_> {
    pub(super) async fn take(&self, limit: Duration) -> Result<LockGuard, Error> {
        let timed_out = Ok(LockGuard::timed_out());
        match manager() {
            Some(locks) => match request(&locks, &self.name(""), Mode::Wait(limit)).await? {
                Some(hold) => Ok(LockGuard::free(hold)),
                None => timed_out,
            },
            None => match within(limit, self.queue.request()).await {
                Some(Ok(hold)) => Ok(LockGuard::free(hold)),
                _ => timed_out,
            },
        }
    }

    /// Takes the lock from a holder that has had it for too long. One that has just stolen it has not: it is waited for.
    pub(super) async fn steal(&self, limit: Duration) -> Result<LockGuard, Error> {
        let Some(locks) = manager() else {
            if let Some(hold) = self.queue.steal(limit) {
                return Ok(LockGuard::taken_over(hold));
            }
            return match within(limit, self.queue.request()).await {
                Some(Ok(hold)) => Ok(LockGuard::free(hold)),
                _ => Ok(self.queue.steal(limit).map_or_else(LockGuard::timed_out, LockGuard::taken_over)),
            };
        };
        // Held for as long as a stolen lock is, so that thieves know of each other.
        let thief = request(&locks, &self.name(" (stolen)"), Mode::IfFree).await?;
        if thief.is_none()
            && let Some(hold) = request(&locks, &self.name(""), Mode::Wait(limit)).await?
        {
            return Ok(LockGuard::free(hold));
        }
        let hold = request(&locks, &self.name(""), Mode::Steal).await?;
        Ok(hold.map_or_else(LockGuard::timed_out, |hold| LockGuard::taken_over((hold, thief))))
    }

    fn name(&self, what: &str) -> String {
        ["box-wasm tokens ", self.name, what].concat()
    }
}

/// How a lock is asked for.
pub(super) enum Mode {
    Wait(Duration),
    IfFree,
    Steal,
    /// Beside all others that share it.
    Shared,
}

/// A Web Lock, until it is dropped: the page holds it as long as a promise is open.
pub(super) struct Hold(Option<Function>);

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // Resolving a promise never throws.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// The platform's locks; none in pages that aren't secure contexts, and in old browsers.
pub(super) fn manager() -> Option<LockManager> {
    let locks = member(&global("navigator"), "locks");
    locks.is_object().then(|| locks.unchecked_into())
}

/// `None`: it is not to be had in time.
pub(super) async fn request(locks: &LockManager, name: &str, mode: Mode) -> Result<Option<Hold>, Error> {
    let (grant, granted) = oneshot::channel();
    let callback = Closure::once(move |lock: JsValue| {
        let mut release = None;
        let open = Promise::new(&mut |resolve, _| release = Some(resolve));
        let hold = Hold(release);
        // Where there is no lock, or nobody waits for it any more, the promise is resolved by the end of `hold`.
        let answer = if lock.is_null() { None } else { Some(hold) };
        let _ = grant.send(answer);
        JsValue::from(open)
    });
    let options = Object::new();
    let set = |name: &str, value: &JsValue| {
        // An object of ours takes every member.
        let _ = Reflect::set(&options, &name.into(), value);
    };
    let mut limit = None;
    let mut abort = Abort::nothing();
    match mode {
        Mode::Wait(time) => {
            let (ends, signal) = Abort::new()?;
            set("signal", &signal);
            (abort, limit) = (ends, Some(time));
        }
        Mode::IfFree => set("ifAvailable", &JsValue::TRUE),
        Mode::Steal => set("steal", &JsValue::TRUE),
        Mode::Shared => set("mode", &"shared".into()),
    }
    let failed =
        |thrown: &JsValue| Error::new(ErrorKind::Session, reason("the lock of tabs can't be had", thrown));
    let request =
        locks.request(name, &options, callback.as_ref().unchecked_ref()).map_err(|thrown| failed(&thrown))?;
    let (refuse, refused) = oneshot::channel();
    spawn_local(async move {
        // It ends when the lock is given back, and fails when it was stolen, or never had.
        if let Err(thrown) = JsFuture::from(request).await {
            // Nobody may wait any more.
            let _ = refuse.send(thrown);
        }
        drop(callback);
    });
    let outcome = async {
        match select(granted, refused).await {
            Either::Left((Ok(hold), _)) => Ok(hold),
            Either::Left((Err(_), _)) => Ok(None),
            Either::Right((Ok(thrown), _)) => Err(failed(&thrown)),
            Either::Right((Err(_), _)) => Ok(None),
        }
    };
    let Some(limit) = limit else {
        return outcome.await;
    };
    let outcome = within(limit, outcome).await;
    // What was granted isn't undone by it.
    drop(abort);
    outcome.unwrap_or(Ok(None))
}

/// What comes within some time.
pub(super) async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(clock::sleep(limit))).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}
