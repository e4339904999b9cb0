//! What tabs show of what they have.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::lock::{Hold, Mode, manager, request};
use crate::platform::{global, member};

/// The sign that there are tokens of a generation here: a lock with a name that says so, for which nobody waits. The
/// browser takes it down with its page and shows all of them at once, so a tab knows whether others have newer tokens,
/// also when they are frozen and don't answer.
pub(super) struct Sign {
    name: String,
    generation: Cell<u64>,
    shown: RefCell<Option<Hold>>,
}

impl Sign {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: ["box-wasm tokens ", name, " of "].concat(),
            generation: Cell::default(),
            shown: RefCell::default(),
        }
    }

    /// Puts up the sign in place of the last one. It can be seen when this ends.
    pub(super) async fn show(&self, generation: u64) {
        self.generation.set(generation);
        self.renew().await;
    }

    /// Takes the sign down, as of a page that nobody sees.
    pub(super) fn hide(&self) {
        self.shown.take();
    }

    /// Puts it up again.
    pub(super) async fn renew(&self) {
        let generation = self.generation.get();
        if let (Some(locks), true) = (manager(), generation > 0) {
            // Without it, others wait for an answer for a moment.
            let shown = request(&locks, &[&self.name, &*generation.to_string()].concat(), Mode::Shared).await;
            if generation == self.generation.get() {
                self.shown.replace(shown.unwrap_or(None));
            }
        }
    }

    /// The newest generation that anybody has; `None` where that can't be known.
    pub(super) async fn newest(&self) -> Option<u64> {
        let snapshot = JsFuture::from(manager()?.query().ok()?).await.ok()?;
        let held = member(&snapshot, "held").dyn_into::<Array>().ok()?;
        let generation = |lock: JsValue| {
            let name = member(&lock, "name").as_string()?;
            name.strip_prefix(&self.name)?.parse::<u64>().ok()
        };
        Some(held.iter().filter_map(generation).max().unwrap_or(0))
    }
}

/// Listens to an event of the page or worker until it is dropped.
pub(super) struct Listener {
    event: &'static str,
    call: Closure<dyn FnMut()>,
}

impl Listener {
    pub(super) fn new(event: &'static str, call: impl FnMut() + 'static) -> Self {
        let listener = Self { event, call: Closure::new(call) };
        listener.tell("addEventListener");
        listener
    }

    fn tell(&self, method: &str) {
        // Servers have no pages that hide.
        if let Ok(method) = global(method).dyn_into::<Function>() {
            let _ = method.call2(&JsValue::UNDEFINED, &self.event.into(), self.call.as_ref());
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.tell("removeEventListener");
    }
}
