//! Scripts, one for each policy, on virtual time.

mod aborting;
mod answers;
mod backing_off;
mod refusing;
mod sharing;
mod waiting;

pub use aborting::*;
pub use answers::*;
pub use backing_off::*;
pub use refusing::*;
pub use sharing::*;
pub use waiting::*;

use std::time::Duration;

use box_core::{
    action::Action,
    actions::{files, folders},
    call::CallConfig,
    error::Error,
    models::Reference,
    options::CallOptions,
    reply::Reply,
    request::Draft,
};
use box_emulator::{Emulator, Fault};

use crate::{client::Client, clock::Clock, stage::Stage, wire::Network};

/// A client before the stage, and the time that it takes.
struct Play {
    stage: Stage,
    client: Client,
}

impl Play {
    fn new() -> Self {
        Self::with(1, |_| {})
    }

    fn with(seed: u64, change: impl FnOnce(&mut CallConfig)) -> Self {
        Self::over(Network::default(), seed, change)
    }

    fn over(network: Network, seed: u64, change: impl FnOnce(&mut CallConfig)) -> Self {
        let stage = Stage::new();
        let client = stage.client_with(network, seed, change);
        Self { stage, client }
    }

    fn fails(self, fault: Fault) -> Self {
        self.emulator(|emulator| emulator.fail(fault));
        self
    }

    fn emulator<T>(&self, look: impl FnOnce(&mut Emulator) -> T) -> T {
        self.client.wire().emulator(look)
    }

    fn requests(&self, operation: &str) -> u64 {
        self.emulator(|emulator| emulator.counters().requests(operation))
    }

    fn effects(&self, operation: &str) -> u64 {
        self.emulator(|emulator| emulator.counters().effects(operation))
    }

    fn clock(&self) -> &Clock {
        self.client.clock()
    }

    fn took(&self) -> Duration {
        self.clock().elapsed()
    }

    fn draft(&self, action: &impl Action) -> Draft {
        action.draft(&mut self.client.rng()).expect("a draft")
    }

    /// A read that anything may repeat.
    fn read(&self) -> Draft {
        self.draft(&folders::Get::new(self.stage.id("home")))
    }

    /// A write that makes something.
    fn create(&self) -> Draft {
        self.draft(&folders::Create::new("new", Reference::new(self.stage.id("home"))))
    }

    fn download(&self) -> Draft {
        self.draft(&files::Download::new(self.stage.id("note.txt")))
    }

    fn ends(&self, draft: Draft) -> Result<Reply, Error> {
        self.ends_with(draft, CallOptions::default())
    }

    fn ends_with(&self, draft: Draft, options: CallOptions) -> Result<Reply, Error> {
        self.clock().run(self.client.reply(draft, options)).expect("the call ends")
    }
}

/// Options with a limit of time.
fn within(time: Duration) -> CallOptions {
    let mut options = CallOptions::default();
    options.timeout = Some(time);
    options
}

const SECOND: Duration = Duration::from_secs(1);

/// There and back.
const ROUND_TRIP: Duration = Duration::from_millis(40);
