//! What came of all cases.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    fixtures,
    judge::{Ending, Evidence},
};

/// Counts and complaints.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many faults there are.
    pub faults: usize,
    /// By retry class, and by what is no matter of it.
    classes: BTreeMap<&'static str, Counts>,
    /// Operations that were called.
    operations: BTreeSet<&'static str>,
    /// Operations that ended unknown although the fault passed, and the item that was looked at tells its age.
    unknown: BTreeSet<&'static str>,
    /// What is wrong, with all that is known.
    pub complaints: Vec<String>,
}

/// Counts of cases.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    cases: u64,
    done: u64,
    failed: u64,
    unknown: u64,
    two: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, evidence: &Evidence<'_>, lasting: bool) {
        let ending = evidence.ending();
        let class = match fixtures::class(evidence.row) {
            class if !lasting => evidence.excuse().unwrap_or(class),
            _ if evidence.row.writes => "writes, for ever",
            _ => "reads, for ever",
        };
        let counts = self.classes.entry(class).or_default();
        counts.count(ending, evidence.effects());
        self.operations.insert(evidence.row.id);
        if ending == Ending::Unknown && !lasting && !(evidence.page && evidence.fixture.name_is_taken) {
            self.unknown.insert(evidence.row.id);
        }
    }

    /// Adds what came of other cases with the same faults.
    pub(crate) fn add(&mut self, other: Self) {
        for (class, counts) in other.classes {
            self.classes.entry(class).or_default().add(counts);
        }
        self.operations.extend(other.operations);
        self.unknown.extend(other.unknown);
        self.complaints.extend(other.complaints);
    }

    pub(crate) fn complain(&mut self, case: &str, complaints: &[String], evidence: &Evidence<'_>) {
        let told = match evidence.told {
            Ok(Ok((reply, _))) => format!("status {}", reply.status),
            Ok(Err(error)) => format!("{error:?}"),
            Err(stuck) => format!("{stuck:?}"),
        };
        self.complaints.push(format!(
            "{case} => {} ({} effects, {} requests, {:?}; told: {told})",
            complaints.join(", "),
            evidence.effects(),
            evidence.counters.requests(evidence.row.id),
            evidence.took,
        ));
    }

    /// Operations that ended unknown although the fault passed.
    pub fn unknown(&self) -> &BTreeSet<&'static str> {
        &self.unknown
    }

    /// Operations that were called.
    pub fn operations(&self) -> &BTreeSet<&'static str> {
        &self.operations
    }

    /// The sum in a line, and a line for each class.
    pub fn lines(&self) -> Vec<String> {
        let mut sum = Counts::default();
        for counts in self.classes.values() {
            sum.add(*counts);
        }
        let (operations, faults) = (self.operations.len(), self.faults);
        let mut lines =
            vec![format!("faults: {operations} operations x {faults} faults x 2 platforms = {sum}")];
        lines.extend(self.classes.iter().map(|(class, counts)| format!("faults: {class}: {counts}")));
        lines
    }
}

impl Counts {
    pub(crate) fn count(&mut self, ending: Ending, effects: u64) {
        self.cases += 1;
        match ending {
            Ending::Done => self.done += 1,
            Ending::Failed => self.failed += 1,
            Ending::Unknown => self.unknown += 1,
        }
        self.two += u64::from(effects > 1);
    }

    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.done += other.done;
        self.failed += other.failed;
        self.unknown += other.unknown;
        self.two += other.two;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, done, failed, unknown, two } = self;
        write!(f, "{cases} cases: done {done}, failed {failed}, unknown {unknown}, two effects {two}")
    }
}
