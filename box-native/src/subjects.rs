//! Clients of the same application for other subjects, and for less.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use box_core::{
    error::Error,
    session::{Downscope, Exchange as TokenExchange, Grant, Session, SessionCache, Subject},
};

use crate::{
    client::{Client, Shared},
    session::{Hooks, SessionHandle},
    store::MemoryStore,
};

/// Sessions of other subjects and of downscopes that are kept by default while no client uses them.
pub(crate) const SUBJECTS: usize = 1000;

/// The sessions of a client and of all that come from it: one for each subject and downscope.
pub(crate) struct Sessions {
    main: SessionHandle,
    derived: Mutex<SessionCache<SessionHandle>>,
}

impl Sessions {
    /// Keeps so many derived sessions that no client uses.
    pub(crate) fn new(main: SessionHandle, most: usize) -> Self {
        Self { main, derived: Mutex::new(SessionCache::new(most)) }
    }

    /// Waits until no refresh is under way in any of them whose end must not be missed.
    pub(crate) async fn settle(&self) {
        let derived: Vec<_> = self.derived().iter().cloned().collect();
        for session in derived.iter().chain([&self.main]) {
            session.settle().await;
        }
    }

    /// The session of a grant, which may get its tokens from another one's. All that hold the same one wait for the
    /// same request.
    fn of(&self, grant: &Grant, parent: Option<&SessionHandle>) -> SessionHandle {
        let key = grant.key();
        if key == self.main.grant().key() {
            return self.main.clone();
        }
        let make = || {
            let own = self.main.hooks();
            let beside = if parent.is_none() { own.store.beside(&grant.owner()) } else { None };
            let hooks = Hooks {
                signer: own.signer.clone(),
                parent: parent.cloned(),
                ..Hooks::new(beside.unwrap_or_else(|| Arc::new(MemoryStore::new())))
            };
            let exchange = parent.unwrap_or(&self.main).exchange().acting_for(grant);
            SessionHandle::new(Session::new(grant.clone(), None, exchange.rng()), exchange, hooks)
        };
        self.derived().get(key, SessionHandle::is_held, make)
    }

    fn derived(&self) -> MutexGuard<'_, SessionCache<SessionHandle>> {
        self.derived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// A client of the same application that acts for the service account of an enterprise.
    ///
    /// # Errors
    /// `InvalidInput` for a client of other ways to sign in than client credentials and JWT.
    pub fn with_enterprise_subject(&self, enterprise_id: impl Into<String>) -> Result<Self, Error> {
        self.for_subject(Subject::Enterprise(enterprise_id.into()))
    }

    /// A client of the same application that acts for a user, whom `as_user` no longer replaces. Clients of one user
    /// share one session, also when they are made again; see [`subjects`](crate::ClientBuilder::subjects).
    ///
    /// # Errors
    /// `InvalidInput` for a client of other ways to sign in than client credentials and JWT.
    pub fn with_user_subject(&self, user_id: impl Into<String>) -> Result<Self, Error> {
        self.for_subject(Subject::User(user_id.into()))
    }

    /// A client whose tokens can do less: to look at one item, for example, or to be handed to a web page by
    /// [`access_token`](Self::access_token). They come from this client's, and live no longer.
    ///
    /// # Errors
    /// `InvalidInput` without a scope, and for an annotator if the client wasn't built with a key.
    pub fn downscoped(&self, downscope: Downscope) -> Result<Self, Error> {
        let from = &self.shared().session;
        let exchange = TokenExchange::new(from.grant(), downscope)?;
        Ok(self.acting_for(&Grant::Exchange(exchange), Some(from)))
    }

    fn for_subject(&self, subject: Subject) -> Result<Self, Error> {
        let grant = self.shared().session.grant().for_subject(subject)?;
        let mut client = self.acting_for(&grant, None);
        client.call_options().as_user = None;
        Ok(client)
    }

    fn acting_for(&self, grant: &Grant, parent: Option<&SessionHandle>) -> Self {
        let Shared { sessions, gate, .. } = self.shared();
        let session = sessions.of(grant, parent);
        let shared = Shared { session, sessions: Arc::clone(sessions), gate: gate.clone() };
        Self::new(self.exchange().acting_for(grant), shared)
    }
}
