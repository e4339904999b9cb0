//! What one page, or worker, knows of a name: all stores of that name share it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use box_core::{session::Tokens, time::Timestamp};
use futures_channel::oneshot;

use super::{
    channel::{Channel, Message},
    queue::Queue,
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
    /// Those who wait for tokens newer than a generation.
    asking: RefCell<Vec<(u64, oneshot::Sender<()>)>>,
    channel: Option<Channel>,
    queue: Queue,
}

impl Page {
    /// What this page knows of a name.
    pub(super) fn named(name: &str) -> Rc<Self> {
        PAGES.with_borrow_mut(|pages| {
            pages.retain(|_, page| page.strong_count() > 0);
            if let Some(page) = pages.get(name).and_then(Weak::upgrade) {
                return page;
            }
            let page = Rc::new_cyclic(|page| Self::new(name, page.clone()));
            pages.insert(name.to_owned(), Rc::downgrade(&page));
            page
        })
    }

    fn new(name: &str, page: Weak<Self>) -> Self {
        let heard = move |message| {
            if let Some(page) = page.upgrade() {
                page.hear(message);
            }
        };
        Self {
            tokens: RefCell::default(),
            listeners: RefCell::default(),
            next: Cell::default(),
            asking: RefCell::default(),
            channel: Channel::open(name, heard),
            queue: Queue::default(),
        }
    }

    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.tokens.borrow().clone()
    }

    /// Whether there are tokens newer than a generation, and not to be renewed yet.
    pub(super) fn knows_good(&self, than: u64, now: Timestamp) -> bool {
        let good = |tokens: &Tokens| {
            tokens.generation > than && tokens.refresh_at.is_none_or(|renewal| now.0 < renewal)
        };
        self.tokens.borrow().as_ref().is_some_and(good)
    }

    /// Remembers tokens if they are newer than those that are known. Whether they were.
    pub(super) fn learn(&self, tokens: Tokens) -> bool {
        let mut known = self.tokens.borrow_mut();
        let newer = known.as_ref().is_none_or(|known| known.generation < tokens.generation);
        if newer {
            *known = Some(tokens);
        }
        newer
    }

    /// Remembers new tokens, and tells all others but the session that brings them.
    pub(super) fn publish(&self, tokens: &Tokens, from: Option<u64>) {
        self.tell(&Message::New(tokens.clone()));
        self.spread(tokens, from);
    }

    /// Asks the other tabs for tokens that are newer than a generation. It ends when there are good ones.
    pub(super) async fn ask(&self, than: u64) {
        let Some(channel) = &self.channel else {
            return;
        };
        let (sender, answered) = oneshot::channel();
        self.asking.borrow_mut().push((than, sender));
        channel.post(&Message::Ask { newer_than: than });
        // The page holds the sender.
        let _ = answered.await;
    }

    /// Forgets the tokens, here and in the other tabs.
    pub(super) fn clear(&self) {
        if let Some(tokens) = self.tokens.take() {
            self.tell(&Message::Cleared { up_to: tokens.generation });
        }
    }

    pub(super) fn listen(self: &Rc<Self>, news: News) -> Listener {
        let place = self.next.get();
        self.next.set(place + 1);
        self.listeners.borrow_mut().insert(place, news);
        Listener { page: Rc::clone(self), place }
    }

    fn hear(&self, message: Message) {
        match message {
            Message::New(tokens) => self.spread(&tokens, None),
            Message::Ask { newer_than } => {
                if let Some(tokens) = self.tokens().filter(|tokens| tokens.generation > newer_than) {
                    self.tell(&Message::New(tokens));
                }
            }
            Message::Cleared { up_to } => {
                let mut tokens = self.tokens.borrow_mut();
                *tokens = tokens.take().filter(|tokens| tokens.generation > up_to);
            }
        }
    }

    fn spread(&self, tokens: &Tokens, from: Option<u64>) {
        if !self.learn(tokens.clone()) {
            return;
        }
        let now = clock::now();
        // Whoever waits learns by the end of its sender.
        self.asking
            .borrow_mut()
            .retain(|(than, asking)| !asking.is_canceled() && !self.knows_good(*than, now));
        let listeners: Vec<_> =
            self.listeners.borrow().iter().map(|(at, news)| (*at, Rc::clone(news))).collect();
        for (_, news) in listeners.into_iter().filter(|(at, _)| Some(*at) != from) {
            news(tokens.clone());
        }
    }

    fn tell(&self, message: &Message) {
        if let Some(channel) = &self.channel {
            channel.post(message);
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
