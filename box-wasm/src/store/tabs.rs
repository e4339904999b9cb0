//! Tokens that the tabs and workers of one origin share.

mod channel;
mod kept;
mod lock;
mod page;
mod queue;
mod sign;

use std::{cell::Cell, fmt, rc::Rc, time::Duration};

use box_core::{error::Error, session::Tokens};
use futures_util::future::LocalBoxFuture;

use self::{
    kept::Kept,
    lock::{TabLock, within},
    page::{Page, Wanted},
};
use super::{Expected, Listening, LockGuard, TokenStore, generation_conflict};
use crate::clock;

/// How long the others have to say that they have newer tokens, where it isn't known whether they do.
const ANSWER_TIME: Duration = Duration::from_millis(100);

/// The same where somebody shows newer ones.
const LONG_ANSWER_TIME: Duration = Duration::from_secs(2);

/// A database that takes longer is done without.
const DATABASE_TIME: Duration = Duration::from_secs(1);

/// How long another tab may hold the lock, unless it is told otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// Shares access tokens among the tabs and workers of one origin, so that an application's server is asked for one
/// token each time one ends, however many tabs there are.
///
/// Who renews holds a lock of the Web Locks API; new tokens go to the others over a `BroadcastChannel`, and a tab that
/// opens asks them for theirs. They are in memory only, and gone with the last tab, unless
/// [`keep_in_indexed_db`](Self::keep_in_indexed_db) is set. A holder of the lock that is frozen, or never answers, is
/// waited for ten seconds; then one of the others takes the lock from it.
///
/// The name tells sessions apart: it should name the user, and tokens of another user are never to be found under it.
/// All stores of one name in a page are one.
///
/// ```no_run
/// # use box_wasm::{AskReason, Client, Error, Provided, TabStore};
/// # async fn ask_our_server(_: AskReason) -> Result<Provided, Error> {
/// #     Ok(Provided { access_token: "token".into(), expires_in: None })
/// # }
/// # fn example() -> Result<Client, Error> {
/// Client::builder().token_provider(ask_our_server).token_store(TabStore::new("user-42")).build()
/// # }
/// ```
///
/// The provider should ask by POST, or past the cache: of requests that read the same address, browsers let one wait for
/// the other, also if that is a frozen tab's. When the user signs out, [`clear`](TokenStore::clear) makes all tabs forget
/// their tokens.
///
/// What it can't do:
/// - Refresh tokens are neither kept nor sent to others: every script of the origin can listen to a channel, and read
///   a database. So it serves token providers and applications, and a client of `oauth` is refused: such an
///   application brings a [`TokenStore`] of its own.
/// - Without Web Locks (pages that aren't secure contexts, old browsers) the clients of one page still renew one after
///   another, but two tabs may renew at the same time. Both get a good token; the server is asked twice.
/// - Without `BroadcastChannel`, tabs know nothing of each other, unless tokens are kept in `IndexedDB`.
pub struct TabStore {
    name: Rc<str>,
    patience: Duration,
    keeps: bool,
    page: Rc<Page>,
    /// The newest generation that its session has been told.
    told: Rc<Cell<u64>>,
    /// What that was when it asked for the lock.
    known: Rc<Cell<u64>>,
    /// The place of its session among those who listen.
    place: Rc<Cell<Option<u64>>>,
}

impl TabStore {
    /// The store with this name, which tabs and workers of the origin share.
    pub fn new(name: impl AsRef<str>) -> Self {
        Self {
            name: name.as_ref().into(),
            patience: PATIENCE,
            keeps: false,
            page: Page::named(name.as_ref()),
            told: Rc::default(),
            known: Rc::default(),
            place: Rc::default(),
        }
    }

    /// Keeps access tokens in the origin's `IndexedDB`, so that a page that is loaded again needs no new one. Every
    /// script of the origin can read them there as long as they live, also one that an attacker brings in later, and so
    /// can whoever gets hold of the browser's profile; [`clear`](TokenStore::clear) the store when the user signs out.
    /// Where there is no `IndexedDB`, or it fails, tokens stay in memory.
    #[must_use]
    pub fn keep_in_indexed_db(mut self) -> Self {
        self.keeps = true;
        self
    }

    /// How long another tab may hold the lock before it is taken from it, if not ten seconds.
    #[must_use]
    pub fn stealing_after(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The newest tokens of all tabs, as far as they answer.
    async fn newest(&self) -> Option<Tokens> {
        if self.keeps
            && let Some(kept) = self.kept(Kept::read(&self.name)).await
        {
            self.page.learn(&kept, self.place.get());
        }
        let good = Wanted::GoodAbove(self.known.get());
        if !self.page.has(good) {
            match self.page.sign().newest().await {
                None => self.ask(good, ANSWER_TIME).await,
                Some(newest) if self.page.has(Wanted::AtLeast(newest)) => {}
                Some(newest) => {
                    self.ask(Wanted::AtLeast(newest), LONG_ANSWER_TIME).await;
                    // Whoever has them is frozen. What comes next counts on from there.
                    let mut nothing = Tokens::new(None, None);
                    (nothing.generation, nothing.owner) =
                        (newest, self.page.tokens().and_then(|known| known.owner));
                    self.page.learn(&nothing, self.place.get());
                }
            }
        }
        self.tell(self.page.generation());
        self.page.tokens()
    }

    /// What comes of the database, if it answers.
    async fn kept<T>(&self, work: impl Future<Output = Option<T>>) -> Option<T> {
        within(DATABASE_TIME, work).await.flatten()
    }

    /// Whatever the others say is in the page's memory when what is wanted, or the time, has come.
    async fn ask(&self, wanted: Wanted, limit: Duration) {
        within(limit, self.page.ask(wanted)).await;
    }

    /// The session knows a generation.
    fn tell(&self, generation: u64) {
        self.told.set(self.told.get().max(generation));
    }

    async fn write(&self, expected: u64, mut tokens: Tokens) -> Result<(), Error> {
        // A refresh token belongs to no channel and no database.
        (tokens.refresh_token, tokens.intent) = (None, None);
        let found = self.page.generation();
        if found != expected {
            return Err(generation_conflict(expected, found));
        }
        if self.keeps
            && let Some(found) = self.kept(Kept::write(&self.name, &tokens)).await
        {
            return Err(generation_conflict(expected, found));
        }
        self.tell(tokens.generation);
        self.publish(&tokens, self.place.get()).await;
        Ok(())
    }

    async fn publish(&self, tokens: &Tokens, from: Option<u64>) {
        self.page.learn(tokens, from);
        self.page.tell(tokens.clone());
        self.page.sign().show(tokens.generation).await;
    }

    /// A record without tokens, above all generations that were counted anywhere, makes all forget those before.
    async fn forget(&self) {
        if let Some(tokens) = self.newest().await {
            let mut nothing = Tokens::new(None, None);
            (nothing.generation, nothing.owner) = (clock::now().0.max(tokens.generation + 1), tokens.owner);
            self.publish(&nothing, None).await;
        }
        if self.keeps {
            self.kept(Kept::clear(&self.name)).await;
        }
    }
}

impl TokenStore for TabStore {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<Tokens>, Error>> {
        Box::pin(async { Ok(self.newest().await) })
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(self.write(expected.generation, tokens))
    }

    /// Forgets the tokens in all tabs, also those that their clients have in hand.
    fn clear(&self) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            self.forget().await;
            Ok(())
        })
    }

    fn lock(&self, steal: bool, limit: Duration) -> LocalBoxFuture<'_, Result<LockGuard, Error>> {
        // What the session has by now isn't good enough; what comes while it waits may be.
        self.known.set(self.told.get());
        let lock = TabLock { name: &self.name, queue: self.page.queue() };
        Box::pin(async move { if steal { lock.steal(limit).await } else { lock.take(limit).await } })
    }

    fn steals_after(&self) -> Option<Duration> {
        Some(self.patience)
    }

    fn listen(&self, news: Rc<dyn Fn(Tokens)>) -> Listening {
        let told = Rc::clone(&self.told);
        let listener = self.page.listen(Rc::new(move |tokens| {
            told.set(told.get().max(tokens.generation));
            news(tokens);
        }));
        self.place.set(Some(listener.place()));
        Listening::until_dropped(listener)
    }

    fn keeps_refresh_tokens(&self) -> bool {
        false
    }

    fn beside(&self, owner: &str) -> Option<Rc<dyn TokenStore>> {
        let beside = Self::new([&self.name, "\n", owner].concat());
        Some(Rc::new(Self { patience: self.patience, keeps: self.keeps, ..beside }))
    }
}

/// A clone is the same store for another client: what a session knows is its own.
impl Clone for TabStore {
    fn clone(&self) -> Self {
        Self {
            name: Rc::clone(&self.name),
            patience: self.patience,
            keeps: self.keeps,
            page: Rc::clone(&self.page),
            told: Rc::default(),
            known: Rc::default(),
            place: Rc::default(),
        }
    }
}

impl fmt::Debug for TabStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TabStore")
            .field("name", &self.name)
            .field("keeps", &self.keeps)
            .finish_non_exhaustive()
    }
}
