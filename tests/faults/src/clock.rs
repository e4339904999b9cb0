//! Virtual time: the clock stands still while anything can be done, then jumps to the next timer.
//!
//! Tasks are polled in the order in which they were woken and timers of one time in the order in which they were
//! set, so a run can be repeated exactly.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    pin::{Pin, pin},
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use box_core::time::Timestamp;

/// The clock and all that waits for it.
#[derive(Clone)]
pub struct Clock(Rc<Inner>);

struct Inner {
    start: u64,
    now: Cell<u64>,
    next: Cell<u64>,
    timers: RefCell<BTreeMap<(u64, u64), Waker>>,
    spawned: RefCell<Vec<Task>>,
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Nothing can be done any more, and no timer is set: what was waited for never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck;

impl Clock {
    /// A clock that shows a time, in milliseconds since 1970.
    pub fn new(now: u64) -> Self {
        Self(Rc::new(Inner {
            start: now,
            now: Cell::new(now),
            next: Cell::new(0),
            timers: RefCell::default(),
            spawned: RefCell::default(),
        }))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.now.get())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.now().since(Timestamp(self.0.start))
    }

    /// How many timers are set.
    pub fn timers(&self) -> usize {
        self.0.timers.borrow().len()
    }

    /// Waits for a time; with none, for ever.
    pub fn sleep_until(&self, until: Option<Timestamp>) -> Sleep {
        Sleep { clock: self.clone(), until: until.map(|until| until.0), key: None }
    }

    /// Waits.
    pub fn sleep(&self, time: Duration) -> Sleep {
        self.sleep_until(Some(self.now() + time))
    }

    /// Starts a task of its own. It ends with the run.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.0.spawned.borrow_mut().push(Box::pin(task));
    }

    /// Runs futures side by side until all are done; their results come in the order in which they ended.
    pub async fn all<F: Future<Output: 'static> + 'static>(&self, futures: Vec<F>) -> Vec<F::Output> {
        let (count, ended) = (futures.len(), Rc::new(RefCell::new((Vec::new(), None::<Waker>))));
        for future in futures {
            let ended = Rc::clone(&ended);
            self.spawn(async move {
                let result = future.await;
                let (results, waiting) = &mut *ended.borrow_mut();
                results.push(result);
                waiting.iter().for_each(Waker::wake_by_ref);
            });
        }
        poll_fn(|context| {
            let (results, waiting) = &mut *ended.borrow_mut();
            *waiting = Some(context.waker().clone());
            if results.len() < count { Poll::Pending } else { Poll::Ready(std::mem::take(results)) }
        })
        .await
    }

    /// Runs a future, and what it spawns, until it is done.
    ///
    /// # Errors
    /// [`Stuck`] if it can't go on.
    pub fn run<T>(&self, main: impl Future<Output = T>) -> Result<T, Stuck> {
        let mut main = pin!(main);
        let mut tasks = BTreeMap::new();
        let ready = Arc::new(Ready(Mutex::new(VecDeque::from([MAIN]))));
        loop {
            while let Some(id) = ready.pop() {
                let waker = Waker::from(Arc::new(Wakes { id, ready: Arc::clone(&ready) }));
                let mut context = Context::from_waker(&waker);
                if id == MAIN {
                    if let Poll::Ready(result) = main.as_mut().poll(&mut context) {
                        return Ok(result);
                    }
                } else if let Some(mut task) = tasks.remove(&id)
                    && Task::as_mut(&mut task).poll(&mut context).is_pending()
                {
                    tasks.insert(id, task);
                }
                for task in self.0.spawned.take() {
                    let id = self.number() + 1;
                    tasks.insert(id, task);
                    ready.push(id);
                }
            }
            self.jump()?;
        }
    }

    /// Goes to the time of the next timer.
    fn jump(&self) -> Result<(), Stuck> {
        let ((time, _), waker) = self.0.timers.borrow_mut().pop_first().ok_or(Stuck)?;
        self.0.now.set(self.0.now.get().max(time));
        waker.wake();
        Ok(())
    }

    fn number(&self) -> u64 {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        number
    }
}

/// A wait. Dropping it takes its timer back.
pub struct Sleep {
    clock: Clock,
    until: Option<u64>,
    key: Option<(u64, u64)>,
}

impl Sleep {
    fn forget(&mut self) {
        if let Some(key) = self.key.take() {
            self.clock.0.timers.borrow_mut().remove(&key);
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(until) = self.until else {
            return Poll::Pending;
        };
        self.forget();
        if until <= self.clock.now().0 {
            return Poll::Ready(());
        }
        let key = (until, self.clock.number());
        self.clock.0.timers.borrow_mut().insert(key, context.waker().clone());
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.forget();
    }
}

/// What came first, the earlier of the two if both did. The other is dropped.
pub(crate) async fn first<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> First<A, B> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(First::One(value)),
        Poll::Pending => other.as_mut().poll(context).map(First::Other),
    })
    .await
}

/// Which of two came first.
pub(crate) enum First<A, B> {
    One(A),
    Other(B),
}

const MAIN: u64 = 0;

/// Tasks that can go on.
struct Ready(Mutex<VecDeque<u64>>);

impl Ready {
    fn queue(&self) -> MutexGuard<'_, VecDeque<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pop(&self) -> Option<u64> {
        self.queue().pop_front()
    }

    fn push(&self, id: u64) {
        let mut queue = self.queue();
        if !queue.contains(&id) {
            queue.push_back(id);
        }
    }
}

struct Wakes {
    id: u64,
    ready: Arc<Ready>,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.id);
    }
}
