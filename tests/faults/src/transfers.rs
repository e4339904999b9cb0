//! Uploads and downloads as a whole, with every fault at each of their requests.

use std::time::Duration;

use box_core::{
    download::DownloadPlan,
    error::Error,
    operation::RetryClass,
    upload::{Target, UploadPlan},
};
use box_emulator::{Counters, FileDigest};

use crate::{
    client::Client,
    clock::Stuck,
    fault::{self, Fault, Kind},
    judge::{self, Ending},
    source::Source,
    stage::{CONTENT, Stage},
    tally::Counts,
    wire::Network,
};

/// What came of all transfers.
#[derive(Clone, Debug, Default)]
pub struct Transfers {
    uploads: Counts,
    downloads: Counts,
    /// What is wrong.
    pub complaints: Vec<String>,
}

impl Transfers {
    /// The sums, a line each.
    pub fn lines(&self) -> Vec<String> {
        vec![format!("faults: uploads: {}", self.uploads), format!("faults: downloads: {}", self.downloads)]
    }
}

/// Runs all.
pub fn run() -> Transfers {
    let mut transfers = Transfers::default();
    let stage = Stage::new();
    // Three parts, of which the last is shorter.
    let parts = stage.clone().with(|settings| settings.part_size = Some(LARGE / 5 * 2));
    for page in [false, true] {
        for (transfer, steps) in TRANSFERS {
            let stage = if matches!(transfer, Transfer::Session { .. }) { &parts } else { &stage };
            for step in *steps {
                for (faults, lasting) in [(fault::passing(), false), (fault::lasting(), true)] {
                    for fault in &faults {
                        Case { stage, transfer: *transfer, step, fault, lasting, page }.run(&mut transfers);
                    }
                }
            }
        }
    }
    transfers
}

#[derive(Clone, Copy, Debug)]
enum Transfer {
    /// An upload in one request.
    Simple {
        version: bool,
    },
    /// An upload in parts.
    Session {
        version: bool,
    },
    Download,
}

/// The requests of a transfer: operation, how many of its requests come before, and how many of all.
type Step = (&'static str, u64, u64);

const TRANSFERS: &[(Transfer, &[Step])] = &[
    (Transfer::Simple { version: false }, &[("files.upload", 0, 0)]),
    (Transfer::Simple { version: true }, &[("files.upload_version", 0, 0)]),
    (
        Transfer::Session { version: false },
        &[
            ("upload_sessions.create", 0, 0),
            ("upload_sessions.upload_part", 0, 1),
            ("upload_sessions.upload_part", 1, 2),
            ("upload_sessions.upload_part", 2, 3),
            ("upload_sessions.commit", 0, 4),
        ],
    ),
    (
        Transfer::Session { version: true },
        &[("upload_sessions.create_for_version", 0, 0), ("upload_sessions.commit", 0, 4)],
    ),
    (Transfer::Download, &[("files.get", 0, 0), ("files.download", 0, 1), ("download.content", 0, 2)]),
];

/// Large enough for a session where what is sent must be held.
const LARGE: u64 = 20_000_005;

/// Five tries of a part at 8 KB per second.
const SLOWEST: Duration = Duration::from_secs(5 * LARGE / 8192);

struct Case<'a> {
    stage: &'a Stage,
    transfer: Transfer,
    step: &'a Step,
    fault: &'a Fault,
    lasting: bool,
    page: bool,
}

impl Case<'_> {
    fn run(&self, transfers: &mut Transfers) {
        let (operation, own, all) = *self.step;
        let skip = if self.fault.everything || matches!(self.fault.kind, Kind::Refused) { all } else { own };
        let client = self.stage.client(Network { page: self.page, ..Network::default() }, 3);
        self.fault.strike(&client, operation, skip);
        let clock = client.clock().clone();
        let told = clock.run(self.transfer(&client));
        let counters = client.wire().emulator(|emulator| emulator.counters().clone());
        let ending = match &told {
            Ok(Ok(())) => Ending::Done,
            Ok(Err(error)) if error.is_outcome_unknown() => Ending::Unknown,
            _ => Ending::Failed,
        };
        let mut complaints = self.complaints(&told, ending, &counters);
        // How far a body is no page sees, so it waits for as long as a slow one takes.
        let slowest = if self.page && self.is_upload() { SLOWEST } else { judge::LONGEST };
        if clock.elapsed() > slowest {
            complaints.push("too late");
        }
        if counters.leaks() > 0 || !client.wire().leaks().is_empty() {
            complaints.push("a secret went astray");
        }
        let counts = if self.is_upload() { &mut transfers.uploads } else { &mut transfers.downloads };
        counts.count(ending, files(&counters));
        if !complaints.is_empty() {
            let platform = if self.page { "pages" } else { "native" };
            let (transfer, fault, effects) = (self.transfer, &self.fault.name, files(&counters));
            let (took, what) = (clock.elapsed(), complaints.join(", "));
            transfers.complaints.push(format!(
                "{transfer:?} on {platform}, {operation} {own}, {fault} => {what} ({effects} effects, {took:?}; told: {told:?})"
            ));
        }
    }

    async fn transfer(&self, client: &Client) -> Result<(), Error> {
        let file = |size: u64, version: bool| {
            let target = if version {
                Target::Version { file_id: self.stage.id("note.txt").to_owned(), name: None }
            } else {
                Target::File { folder_id: self.stage.id("home").to_owned(), name: "large.bin".to_owned() }
            };
            UploadPlan::new(target, size)
        };
        match self.transfer {
            Transfer::Simple { version } => {
                // Not what the file holds already.
                let content = CONTENT.to_ascii_uppercase();
                let plan = file(content.len() as u64, version);
                client.upload(plan, &Source::Bytes(content.into())).await.map(drop)
            }
            Transfer::Session { version } => {
                let mut plan = file(LARGE, version);
                plan.held = true;
                client.upload(plan, &Source::Zeros(LARGE)).await.map(drop)
            }
            Transfer::Download => {
                let received = client.download(DownloadPlan::new(self.stage.id("note.txt"))).await?;
                assert_eq!(received.sha1.0, FileDigest::of(CONTENT).0, "other bytes than those of the file");
                Ok(())
            }
        }
    }

    fn complaints(
        &self,
        told: &Result<Result<(), Error>, Stuck>,
        ending: Ending,
        counters: &Counters,
    ) -> Vec<&'static str> {
        let (operation, ..) = *self.step;
        let effects = files(counters);
        let mut complaints = Vec::new();
        let mut complain = |wrong: bool, what| {
            if wrong {
                complaints.push(what);
            }
        };
        complain(told.is_err(), "it never ends");
        complain(effects > 1, "two effects");
        complain(!self.is_upload() && effects > 0, "a download has an effect");
        complain(self.is_upload() && ending == Ending::Done && effects == 0, "done without an effect");
        complain(ending == Ending::Failed && effects > 0, "failed with an effect");
        // What leaves open whether a session was opened says nothing of a file: there is none yet.
        let stores =
            !operation.starts_with("upload_sessions.create") && operation != "upload_sessions.upload_part";
        let row = box_core::operations::find(operation);
        let open = row.is_some_and(|row| {
            self.is_upload() && stores && self.fault.may_leave_open(row, self.page, self.lasting)
        });
        complain(ending == Ending::Unknown && !open, "unknown where it can be known");
        let heals = row.is_some_and(|row| self.fault.heals(row, self.page) && row.retry != RetryClass::Never);
        // What hits the redirect to the content next hits the content itself, of which nothing is read twice.
        let heals = heals && !(self.fault.everything && operation == "files.download");
        complain(heals && ending != Ending::Done, "not healed");
        let count = |operation| counters.effects(operation);
        let opened = count("upload_sessions.create") + count("upload_sessions.create_for_version");
        let closed = count("upload_sessions.commit") + count("upload_sessions.abort");
        let abort_gets_through = !self.fault.everything && !matches!(self.fault.kind, Kind::Refused);
        let in_parts = operation == "upload_sessions.upload_part" && abort_gets_through;
        complain(in_parts && ending == Ending::Failed && opened > closed, "the session is left open");
        complaints
    }

    fn is_upload(&self) -> bool {
        !matches!(self.transfer, Transfer::Download)
    }
}

/// Files and versions that were stored.
fn files(counters: &Counters) -> u64 {
    ["files.upload", "files.upload_version", "upload_sessions.commit"]
        .into_iter()
        .map(|operation| counters.effects(operation))
        .sum()
}
