//! Everything there is, and how it goes on.

use std::sync::Arc;

use box_core::{
    call::CallConfig,
    session::{ClientCredentials, Grant, Mutant, OAuthApp, Subject, Tokens},
};

use crate::{
    box_site::BoxSite,
    client::Client,
    event::{Event, Life},
    lock::Lock,
    plan::{Plan, Way},
    properties::Judge,
    scheduler::Scheduler,
    store::Store,
    tally::{Outcome, Tally},
    trace::Trace,
};

const START: u64 = 1_700_000_000_000;

/// From calm to the roll call: time for all that is still under way, leases and requests that travel among it.
const CALMING: u64 = 10 * 60_000;

/// From one of the roll call to the next.
const TURN: u64 = 3 * 60_000;

/// More events than any seed needs: who turns in circles ends here.
const MOST_STEPS: u64 = 30_000;

/// One run of the simulation.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) mutant: Option<Mutant>,
    pub(crate) rng: fastrand::Rng,
    pub(crate) scheduler: Scheduler,
    pub(crate) trace: Trace,
    pub(crate) judge: Judge,
    pub(crate) tally: Tally,
    pub(crate) config: Arc<CallConfig>,
    pub(crate) box_site: BoxSite,
    pub(crate) store: Store,
    pub(crate) lock: Lock,
    pub(crate) clients: Vec<Client>,
    /// The tokens with which the application starts its clients.
    pub(crate) original: Option<Tokens>,
    pub(crate) calm: bool,
    sign_ins_left: u32,
}

impl World {
    /// Carries a seed out; `lines` of its trace are kept.
    pub(crate) fn run(seed: u64, mutant: Option<Mutant>, lines: usize) -> Outcome {
        let mut world = Self::new(seed, mutant, lines);
        while let Some(event) = world.scheduler.next() {
            world.tally.steps += 1;
            world.trace.mix(world.scheduler.now());
            world.happens(event);
            if world.tally.steps > MOST_STEPS {
                world.judge.breaks("P6", "there is no end to it".to_owned());
            }
            if world.judge.broken.is_some() {
                break;
            }
        }
        let waiting = world.waiting();
        if waiting > 0 && world.judge.broken.is_none() {
            world.judge.breaks("P6", format!("{waiting} callers wait for ever"));
        }
        world.trace.mix(world.tally.steps);
        Outcome {
            seed,
            tally: world.tally,
            broken: world.judge.broken,
            hash: world.trace.hash(),
            trace: world.trace.into_lines(),
        }
    }

    fn new(seed: u64, mutant: Option<Mutant>, lines: usize) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let plan = Plan::new(&mut rng);
        let mut trace = Trace::of(lines);
        trace.note(START, || format!("{plan:?}"));
        let mut box_site = BoxSite::new(START, plan.mode, plan.life);
        let original = (plan.way == Way::OAuth).then(|| {
            let (access, refresh) = box_site.sign_in(START);
            let access = rng.bool().then(|| access.into());
            Tokens::new(Some(refresh.into()), access)
        });
        let access = original.as_ref().and_then(|tokens| tokens.access_token.as_ref());
        let mut world = Self {
            mutant,
            scheduler: Scheduler::at(START),
            trace,
            judge: Judge::new(access.map(|token| token.expose().to_owned())),
            tally: Tally::default(),
            config: Arc::default(),
            box_site,
            store: Store::default(),
            lock: Lock::new(plan.lock),
            // The last of them starts when all is over.
            clients: (0..=plan.clients).map(|_| Client::default()).collect(),
            original,
            calm: false,
            sign_ins_left: 3,
            rng,
            plan,
        };
        world.plan_everything();
        world
    }

    fn plan_everything(&mut self) {
        let Plan { calm_at, clients, calls, burst, sign_ins, revocations, farewells, expiries, .. } =
            self.plan;
        for client in 0..clients {
            let after = self.rng.u64(0..2_000);
            self.scheduler.plan(after, Event::Start(client));
        }
        let mut sometimes = |times: u32, event: &dyn Fn(usize) -> Event| {
            for _ in 0..times {
                let (after, client) = (self.rng.u64(2_000..calm_at), self.rng.usize(0..clients));
                self.scheduler.plan(after, event(client));
            }
        };
        sometimes(calls, &|client| Event::Calls(client, burst));
        sometimes(revocations, &|_| Event::Revocation);
        sometimes(expiries, &|_| Event::Expiry);
        if self.plan.way == Way::OAuth {
            sometimes(sign_ins, &Event::SignsIn);
        }
        if self.plan.way != Way::Provider {
            sometimes(farewells, &Event::Farewell);
        }
        self.scheduler.plan(calm_at, Event::Calm);
        // One after the other: where a session is lost, each asks Box once, and waits for the last who did.
        for (client, after) in (0..=clients).zip((0..).map(|place| place * TURN)) {
            self.scheduler.plan(calm_at + CALMING + after, Event::Roll(client));
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Heard(life, input) => self.heard(life, input),
            Event::Store(life, step, request, fate) => self.store(life, step, request, fate),
            Event::LockTimeout(life, step) => self.lock_timed_out(life, step),
            Event::LeaseEnds(fence) => self.lease_ended(fence),
            Event::Arrives(arrival) => self.arrives(&arrival),
            Event::Start(client) => self.start(client),
            Event::Calls(client, number) => self.with(client, |world, life| {
                (0..number).for_each(|_| world.calls(life, false));
            }),
            Event::SignsIn(client) => self.with(client, Self::signs_in),
            Event::Farewell(client) => self.with(client, Self::farewell),
            Event::Revocation => {
                self.note("Box ends all sessions");
                self.box_site.revoke();
            }
            Event::Expiry => {
                self.note("Box ends all access tokens");
                self.box_site.expire();
            }
            Event::Calm => {
                self.note("calm");
                self.calm = true;
            }
            Event::Roll(client) => self.roll(client),
        }
    }

    fn note(&mut self, line: &'static str) {
        let now = self.scheduler.now();
        self.trace.note(now, || line.to_owned());
    }

    /// Does something with a client that lives.
    fn with(&mut self, client: usize, does: impl FnOnce(&mut Self, Life)) {
        let is_frozen =
            self.clients.get(client).is_some_and(|client| client.frozen_until > self.scheduler.now());
        if let Some(life) = self.life(client).filter(|_| !is_frozen) {
            does(self, life);
            self.pump(life);
        }
    }

    /// A client asks for a token, twice.
    fn roll(&mut self, client: usize) {
        self.note("roll call");
        self.start(client);
        for _ in 0..2 {
            self.with(client, |world, life| world.calls(life, true));
        }
    }

    /// The user of a client may do what was asked for.
    pub(crate) fn user_may_sign_in(&mut self, life: Life) {
        if self.sign_ins_left > 0 && !self.calm && self.rng.bool() {
            self.sign_ins_left -= 1;
            let after = self.rng.u64(1_000..60_000);
            self.scheduler.plan(after, Event::SignsIn(life.client));
        }
    }

    /// Whether something happens that happens so often of a thousand times.
    pub(crate) fn chance(&mut self, of_thousand: u32) -> bool {
        !self.calm && of_thousand > 0 && self.rng.u32(0..1000) < of_thousand
    }

    pub(crate) fn app(&self) -> OAuthApp {
        let known = self.box_site.addresses();
        OAuthApp { client_id: known.client_id.clone(), client_secret: known.client_secret.as_str().into() }
    }

    pub(crate) fn grant(&self) -> Grant {
        let enterprise = || Subject::Enterprise(self.box_site.addresses().enterprise_id.clone());
        match self.plan.way {
            Way::OAuth => Grant::OAuth(self.app()),
            Way::ClientCredentials => {
                Grant::ClientCredentials(ClientCredentials { app: self.app(), subject: enterprise() })
            }
            Way::Provider => Grant::Provider,
        }
    }
}
