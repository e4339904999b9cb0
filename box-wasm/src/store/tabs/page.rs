//! What one page, or worker, knows of a name: all stores of that name share it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use box_core::session::Tokens;
use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::{
    channel::{Channel, Message},
    queue::Queue,
    sign::{self, Sign},
};
use crate::clock;

thread_local! {
    static PAGES: RefCell<BTreeMap<String, Weak<Page>>> = const { RefCell::new(BTreeMap::new()) };
}

type News = Rc<dyn Fn(Tokens)>;

pub(super) struct Page {
    tokens: RefCell<Option<Tokens>>,
    listeners: RefCell<BTreeMap<u64, News>>,
    next: Cell<u64>,
    asking: RefCell<Vec<(Wanted, oneshot::Sender<()>)>>,
    channel: Option<Channel>,
    sign: Sign,
    queue: Queue,
    _events: [sign::Listener; 2],
}

/// What somebody wants to hear of.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// Tokens above a generation that need not be renewed yet.
    GoodAbove(u64),
    /// Tokens of a generation, or newer ones.
    AtLeast(u64),
}

impl Page {
    /// What this page knows of a name.
    pub(super) fn named(name: &str) -> Rc<Self> {
        PAGES.with_borrow_mut(|pages| {
            pages.retain(|_, page| page.strong_count() > 0);
            if let Some(page) = pages.get(name).and_then(Weak::upgrade) {
                return page;
            }
            let page = Rc::new_cyclic(|page| Self::new(name, page));
            pages.insert(name.to_owned(), Rc::downgrade(&page));
            page
        })
    }

    fn new(name: &str, page: &Weak<Self>) -> Self {
        let heard = page.clone();
        let heard = move |message| {
            if let Some(page) = heard.upgrade() {
                page.hear(message);
            }
        };
        let (hides, shows) = (page.clone(), page.clone());
        // A page that holds a lock can't be shown again as it was, when its visitor goes back to it.
        let hides = sign::Listener::new("pagehide", move || {
            if let Some(page) = hides.upgrade() {
                page.sign.hide();
            }
        });
        let shows = sign::Listener::new("pageshow", move || {
            if let Some(page) = shows.upgrade() {
                spawn_local(async move { page.sign.renew().await });
            }
        });
        Self {
            tokens: RefCell::default(),
            listeners: RefCell::default(),
            next: Cell::default(),
            asking: RefCell::default(),
            channel: Channel::open(name, heard),
            sign: Sign::new(name),
            queue: Queue::default(),
            _events: [hides, shows],
        }
    }

    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(super) fn sign(&self) -> &Sign {
        &self.sign
    }

    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.tokens.borrow().clone()
    }

    /// The generation of the tokens; 0 if there are none.
    pub(super) fn generation(&self) -> u64 {
        self.tokens.borrow().as_ref().map_or(0, |tokens| tokens.generation)
    }

    pub(super) fn has(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::AtLeast(generation) => self.generation() >= generation,
            Wanted::GoodAbove(generation) => {
                let now = clock::now();
                let good = |tokens: &Tokens| {
                    tokens.generation > generation
                        && tokens.access_token.is_some()
                        && tokens.refresh_at.is_none_or(|renewal| now.0 < renewal)
                };
                self.tokens.borrow().as_ref().is_some_and(good)
            }
        }
    }

    /// Asks the other tabs for newer tokens. It ends when there are those that are wanted, or cannot be.
    pub(super) async fn ask(&self, wanted: Wanted) {
        let Some(channel) = &self.channel else {
            return;
        };
        let (sender, answered) = oneshot::channel();
        self.asking.borrow_mut().push((wanted, sender));
        channel.post(&Message::Ask { newer_than: self.generation() });
        // The page holds the sender.
        let _ = answered.await;
    }

    /// Tells the other tabs of tokens.
    pub(super) fn tell(&self, tokens: Tokens) {
        if let Some(channel) = &self.channel {
            channel.post(&Message::New(tokens));
        }
    }

    /// Remembers tokens if they are newer than those that are known, and tells of them in this page, but for the place
    /// from which they come.
    pub(super) fn learn(&self, tokens: &Tokens, from: Option<u64>) {
        if self.generation() >= tokens.generation {
            return;
        }
        self.tokens.replace(Some(tokens.clone()));
        // Whoever waits learns by the end of its sender.
        self.asking.borrow_mut().retain(|(wanted, asking)| !asking.is_canceled() && !self.has(*wanted));
        let listeners: Vec<_> =
            self.listeners.borrow().iter().map(|(at, news)| (*at, Rc::clone(news))).collect();
        for (_, news) in listeners.into_iter().filter(|(at, _)| Some(*at) != from) {
            news(tokens.clone());
        }
    }

    pub(super) fn listen(self: &Rc<Self>, news: News) -> Listener {
        let place = self.next.get();
        self.next.set(place + 1);
        self.listeners.borrow_mut().insert(place, news);
        Listener { page: Rc::clone(self), place }
    }

    fn hear(self: &Rc<Self>, message: Message) {
        match message {
            Message::New(tokens) => {
                self.learn(&tokens, None);
                let (page, generation) = (Rc::clone(self), self.generation());
                spawn_local(async move { page.sign.show(generation).await });
            }
            Message::Ask { newer_than } => {
                if let Some(tokens) = self.tokens().filter(|tokens| tokens.generation > newer_than) {
                    self.tell(tokens);
                }
            }
        }
    }
}

/// A session that is told of new tokens.
pub(super) struct Listener {
    page: Rc<Page>,
    place: u64,
}

impl Listener {
    pub(super) fn place(&self) -> u64 {
        self.place
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.page.listeners.borrow_mut().remove(&self.place);
    }
}
