//! Every call of every operation, with every fault, on both platforms.

use std::thread;

use box_core::{call::Want, operation::ReplyKind, options::CallOptions};

use crate::{
    answer::Answer,
    fault::{self, Doubt, Fault},
    fixtures::{Fixture, fixtures},
    judge::{Ending, Evidence},
    stage::Stage,
    tally::Tally,
    wire::Network,
};

/// Runs it, both platforms at a time.
pub fn run() -> Tally {
    let mut both = thread::scope(|scope| {
        let pages = scope.spawn(|| run_on(true));
        (run_on(false), pages.join().expect("the matrix runs"))
    });
    both.0.add(both.1);
    both.0
}

fn run_on(page: bool) -> Tally {
    let mut tally = Tally::default();
    let stage = Stage::new();
    let (passing, lasting) = (fault::passing(), fault::lasting());
    for fixture in fixtures().filter(|fixture| fixture.on_pages || !page) {
        let setting = Setting { stage: &stage, fixture, page };
        let Some(usual) = setting.usual(&mut tally) else { continue };
        for (faults, lasts) in [(&passing, false), (&lasting, true)] {
            for fault in faults {
                setting.run(fault, lasts, &usual, &mut tally);
            }
        }
    }
    tally.faults = passing.len() + lasting.len();
    tally
}

/// A call on a platform.
struct Setting<'a> {
    stage: &'a Stage,
    fixture: &'a Fixture,
    page: bool,
}

/// How a call ends without faults.
struct Usual {
    ending: Ending,
    answer: Answer,
}

impl Setting<'_> {
    fn usual(&self, tally: &mut Tally) -> Option<Usual> {
        let case = format!("{} on {}, no fault", self.fixture.name(), self.platform());
        let mut usual = None;
        self.case(None, false, |evidence, answer| {
            let ending =
                if evidence.effects() > 0 || answer.is_some() { Ending::Done } else { Ending::Failed };
            let complaints = evidence.complaints(ending);
            if complaints.is_empty() {
                usual = Some(Usual { ending, answer: answer.unwrap_or_default() });
            } else {
                tally.complain(&case, &complaints, evidence);
            }
        });
        usual
    }

    fn run(&self, fault: &Fault, lasting: bool, usual: &Usual, tally: &mut Tally) {
        self.case(Some(fault), lasting, |evidence, answer| {
            let mut complaints = evidence.complaints(usual.ending);
            let told = answer.filter(|_| evidence.ending() == Ending::Done);
            if told.is_some_and(|answer| !answer.fits(&usual.answer, evidence.row)) {
                complaints.push("another answer than without the fault".to_owned());
            }
            // Who asks to be left alone for years outlasts every try, too.
            tally.count(evidence, lasting || fault.doubt == Doubt::Final);
            if !complaints.is_empty() {
                let case = format!("{} on {}, {}", self.fixture.name(), self.platform(), fault.name);
                tally.complain(&case, &complaints, evidence);
            }
        });
    }

    /// Runs a case and shows what is known of it afterwards.
    fn case(&self, fault: Option<&Fault>, lasting: bool, look: impl FnOnce(&Evidence<'_>, Option<Answer>)) {
        let Self { stage, fixture, page } = *self;
        let client = stage.client(Network { page, ..Network::default() }, SEED);
        let draft = (fixture.draft)(stage, &mut client.rng()).expect("a fixture makes a draft");
        if let Some(fault) = fault {
            fault.strike(&client, fixture.operation, 0);
        }
        let row = fixture.row();
        // What a page asks of the npm package stays in JavaScript.
        let want = if page && row.reply == ReplyKind::Model { Want::Kept } else { Want::Bytes };
        let source = fixture.source();
        let clock = client.clock().clone();
        let told = clock.run(client.call(draft, CallOptions::default(), want, &source));
        let counters = client.wire().emulator(|emulator| emulator.counters().clone());
        let (took, leaks) = (clock.elapsed(), client.wire().leaks());
        let answer = told.as_ref().ok().and_then(|ended| ended.as_ref().ok()).map(Answer::of);
        let (counters, told, leaks) = (&counters, &told, &leaks[..]);
        look(&Evidence { fixture, row, fault, lasting, page, told, counters, took, leaks }, answer);
    }

    fn platform(&self) -> &'static str {
        if self.page { "pages" } else { "native" }
    }
}

/// Decides jitter; any number would do.
const SEED: u64 = 7;
