//! `cargo xtask spec-diff`: holds the table against Box's documents. A new document in, a list of what is to do out.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Result;
use serde_json::json;

use crate::{
    spec::{
        self, Report,
        allow::{self, Allowed, Entry},
        difference::Difference,
        document::Document,
        mutate,
        retries::{self, Deviation},
    },
    table::{self, form::Table},
};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Box's OpenAPI documents
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How differences are told
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Mutates the table instead, each kind of mutation on this many lines, and says whether each is detected
    #[arg(long, hide = true, value_name = "LINES", num_args = 0..=1, default_missing_value = "2", require_equals = true)]
    mutate: Option<usize>,
    /// The workspace to work on
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/.."), hide_default_value = true)]
    root: PathBuf,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the task.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let documents = options.files.iter().map(|path| Document::load(path)).collect::<Result<Vec<_>>>()?;
    let allowed = Allowed::load(&options.root)?;
    if let Some(lines) = options.mutate {
        return mutate(&options.root, &documents, &allowed, lines);
    }
    let table = table::load(&options.root)?;
    let report = spec::compare(&table, &documents);
    let outcome = Outcome::new(&table, &report, &allowed);
    match options.format {
        Format::Text => outcome.print(),
        Format::Json => println!("{:#}", outcome.json()),
    }
    Ok(if outcome.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn mutate(root: &Path, documents: &[Document], allowed: &Allowed, lines: usize) -> Result<ExitCode> {
    let mutate::Outcome { tried, undetected } = mutate::run(root, documents, allowed, lines)?;
    for mutation in &undetected {
        println!("undetected  {mutation}");
    }
    let detected = tried.saturating_sub(undetected.len());
    println!("{detected} passed, {} failed", undetected.len());
    println!("{detected} of {tried} mutations detected");
    let fine = undetected.is_empty() && tried >= FEWEST;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Mutations below this number prove too little.
const FEWEST: usize = 50;

/// A report, and what the allow-list says of it.
struct Outcome<'a> {
    table: &'a Table,
    report: &'a Report,
    /// The allow-list, each entry with the number of differences that it allows.
    entries: Vec<(&'a Entry, usize)>,
    /// Differences that nothing allows.
    open: Vec<&'a Difference>,
}

impl<'a> Outcome<'a> {
    fn new(table: &'a Table, report: &'a Report, allowed: &'a Allowed) -> Self {
        let open = report.differences.iter().filter(|difference| !allowed.allows(difference));
        Self { table, report, entries: allowed.uses(&report.differences), open: open.collect() }
    }

    fn is_fine(&self) -> bool {
        self.open.is_empty() && self.entries.iter().all(|(_, uses)| *uses > 0)
    }

    fn print(&self) {
        for deviation in retries::deviations(self.table) {
            println!("{deviation}");
        }
        for (Entry { pattern, reason }, uses) in &self.entries {
            match uses {
                0 => println!("unused  {}  {pattern} -- {reason}", allow::FILE),
                uses => println!("allowed  {uses}  {pattern} -- {reason}"),
            }
        }
        for difference in &self.open {
            println!("{difference}");
        }
        let Report { operations, covered, .. } = self.report;
        println!("{covered} of {operations} operations, {} differences", self.open.len());
    }

    fn json(&self) -> serde_json::Value {
        let differences = self.report.differences.iter().map(|difference| {
            let Difference { kind, place, what } = difference;
            let is_open = self.open.contains(&difference);
            json!({ "kind": kind.name(), "place": place, "what": what, "allowed": !is_open })
        });
        let allowed = self.entries.iter().map(
            |(Entry { pattern, reason }, uses)| json!({ "pattern": pattern, "reason": reason, "uses": uses }),
        );
        let retries = retries::deviations(self.table).into_iter().map(|deviation| {
            let Deviation { id, class, default } = deviation;
            json!({ "operation": id, "class": class, "default": default })
        });
        json!({
            "operations": self.report.operations,
            "covered": self.report.covered,
            "open": self.open.len(),
            "differences": differences.collect::<Vec<_>>(),
            "allowed": allowed.collect::<Vec<_>>(),
            "retries": retries.collect::<Vec<_>>(),
        })
    }
}
