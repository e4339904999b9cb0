//! Whether what a caller was told fits what really changed.

use std::time::Duration;

use box_core::operation::Operation;
use box_emulator::Counters;

use crate::{clock::Stuck, drive::Ended, fault::Fault, fixtures::Fixture, unknown};

/// How a call ended, for its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// With a reply.
    Done,
    /// With an error that says that nothing was done.
    Failed,
    /// With the error that says that nobody knows.
    Unknown,
}

/// What is known of a case when it is over.
pub struct Evidence<'a> {
    /// The call.
    pub fixture: &'a Fixture,
    /// Its row.
    pub row: &'static Operation,
    /// What went wrong.
    pub fault: Option<&'a Fault>,
    /// Whether that outlasts every try.
    pub lasting: bool,
    /// Whether the client is a page.
    pub page: bool,
    /// What the caller was told.
    pub told: &'a Result<Ended, Stuck>,
    /// What the emulator counted.
    pub counters: &'a Counters,
    /// How long it took.
    pub took: Duration,
    /// Secrets that went astray.
    pub leaks: &'a [String],
}

impl Evidence<'_> {
    /// How the call ended.
    pub fn ending(&self) -> Ending {
        match self.told {
            Ok(Ok(_)) => Ending::Done,
            Ok(Err(error)) if error.is_outcome_unknown() => Ending::Unknown,
            _ => Ending::Failed,
        }
    }

    /// Effects of the operation.
    pub fn effects(&self) -> u64 {
        self.counters.effects(self.row.id)
    }

    /// Why the call may end unknown although its row says otherwise, if it may.
    pub fn excuse(&self) -> Option<&'static str> {
        if unknown::ALONE.contains(&self.row.id) {
            Some("parts and commits without an upload around them")
        } else if self.page && self.fixture.name_is_taken {
            // Whether the item in the way is new tells Box's clock, which pages can't read.
            Some("pages whose user has had the name for minutes")
        } else {
            None
        }
    }

    /// What is wrong; `usual` is how the call ends without a fault.
    pub fn complaints(&self, usual: Ending) -> Vec<String> {
        let (ending, effects) = (self.ending(), self.effects());
        let mut complaints = Vec::new();
        let mut complain = |wrong: bool, what: &str| {
            if wrong {
                complaints.push(what.to_owned());
            }
        };
        complain(matches!(self.told, Err(Stuck)), "it never ends");
        complain(effects > 1, "two effects");
        if self.row.writes {
            complain(ending == Ending::Done && effects == 0, "done without an effect");
            complain(ending == Ending::Failed && effects > 0, "failed with an effect");
        } else {
            complain(effects > 0, "a read has an effect");
        }
        let unclear = self.fault.is_some_and(|fault| fault.is_unclear(self.row, self.page));
        let excused = ending == Ending::Unknown && unclear && self.excuse().is_some();
        let open = self.fault.is_some_and(|fault| fault.may_leave_open(self.row, self.page, self.lasting));
        complain(ending == Ending::Unknown && !open && !excused, "unknown where it can be known");
        let left = self.counters.requests(self.row.id) > 0 || self.page;
        complain(ending == Ending::Unknown && !left, "unknown although nothing has left");
        let healed = self.fault.is_none_or(|fault| fault.heals(self.row, self.page));
        complain(healed && ending != usual && !excused, "not healed");
        complain(self.took > limit(self.row), "too late");
        for (operation, effects) in &self.counters.effects {
            let own = operation == self.row.id || operation.starts_with("oauth.");
            complain(!own && *effects > 0, &format!("{operation} has an effect"));
        }
        for leak in self.leaks {
            complain(true, &format!("leak: {leak}"));
        }
        complain(self.counters.leaks() > 0, "a secret reached the host of content");
        complaints
    }
}

/// The longest that a call may take: the usual limit of all but content, and for content what its tries can take.
fn limit(row: &Operation) -> Duration {
    use box_core::operation::{BodyKind, ReplyKind};
    let content = matches!(row.body, BodyKind::Multipart | BodyKind::Octets) || row.reply == ReplyKind::Bytes;
    if content { LONGEST } else { Duration::from_secs(600) }
}

/// The longest that anything may take here, where no time for a whole call is set.
pub(crate) const LONGEST: Duration = Duration::from_secs(1800);
