//! What goes wrong in a case.

mod lists;

use box_core::operation::{Host, Operation, RetryClass};
use box_emulator::{Emulator, Fault as Emulated};

pub use lists::{lasting, passing};

use crate::client::Client;

/// Something that goes wrong, for one operation or for all.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What, for people.
    pub name: String,
    /// How often.
    pub times: u64,
    /// Whether it hits every request, those by which the client looks around included.
    pub everything: bool,
    /// What.
    pub kind: Kind,
    /// What helps.
    pub cure: Cure,
    /// What is left open.
    pub doubt: Doubt,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Kind {
    /// The emulator does it.
    Emulated(Emulated),
    /// There is no connection.
    Refused,
    /// All tokens have ended.
    Expired,
}

/// What helps against a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Another try or a little patience, whatever the operation.
    Any,
    /// Another token, for what needs one.
    Token,
    /// Another try, where one does no harm or a look tells whether one is needed.
    Repeatable,
    /// Going on, for what reads.
    Reads,
    /// Another try, for what writes items.
    Writes,
    /// Nothing.
    None,
}

/// Whether a fault leaves open what became of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It does.
    Always,
    /// Where refusals are hidden.
    OnPages,
    /// It does, and no other try comes into question: the service wants to be left alone for days.
    Final,
    /// It doesn't.
    Never,
}

impl Fault {
    fn new(name: impl Into<String>, kind: Kind, cure: Cure, doubt: Doubt) -> Self {
        Self { name: name.into(), times: 1, everything: false, kind, cure, doubt }
    }

    fn emulated(name: impl Into<String>, fault: Emulated, cure: Cure, doubt: Doubt) -> Self {
        Self::new(name, Kind::Emulated(fault), cure, doubt)
    }

    /// Lets it happen to a client's next requests of an operation, after `skip` of them.
    pub fn strike(&self, client: &Client, operation: &str, skip: u64) {
        match &self.kind {
            Kind::Emulated(fault) => {
                let mut fault = fault.clone().times(self.times).skip(skip);
                fault.operation = if self.everything { "any".to_owned() } else { operation.to_owned() };
                client.wire().emulator(|emulator| emulator.fail(fault));
            }
            Kind::Refused => client.wire().refuse(skip, self.times),
            Kind::Expired => client.wire().emulator(Emulator::expire_tokens),
        }
    }

    /// Whether a call that meets it must end as if it had not.
    pub fn heals(&self, row: &Operation, page: bool) -> bool {
        // Nobody can tell such a request from one that was carried out.
        let blind = page && self.doubt == Doubt::OnPages;
        match self.cure {
            Cure::Any | Cure::Token if blind => is_repeatable(row),
            Cure::Any => true,
            Cure::Token => row.host != Host::OAuth,
            Cure::Repeatable => is_repeatable(row),
            Cure::Reads => !row.writes,
            Cure::Writes => row.writes && row.host != Host::OAuth,
            Cure::None => false,
        }
    }

    /// Whether a request that meets it leaves open whether it had its effect.
    pub fn is_unclear(&self, row: &Operation, page: bool) -> bool {
        let unclear = match self.doubt {
            Doubt::Always | Doubt::Final => true,
            Doubt::OnPages => page,
            Doubt::Never => false,
        };
        unclear && row.writes
    }

    /// Whether a call that meets it may end with the answer that nobody knows.
    pub fn may_leave_open(&self, row: &Operation, page: bool, lasting: bool) -> bool {
        let final_word = lasting || self.doubt == Doubt::Final;
        self.is_unclear(row, page) && (final_word || row.retry == RetryClass::Never)
    }
}

fn is_repeatable(row: &Operation) -> bool {
    row.retry != RetryClass::Never
}
