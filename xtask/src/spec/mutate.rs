//! Mutates the table in many ways: each must be detected as a difference.

mod kinds;
mod lines;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

use self::{
    kinds::Kind,
    lines::{Line, Role},
};
use super::{Report, allow::Allowed, compare, difference::Difference, document::Document};
use crate::table;

/// How many mutations were tried, and those that nobody would have noticed; also kinds that couldn't be tried.
pub(crate) struct Outcome {
    pub(crate) tried: usize,
    pub(crate) undetected: Vec<String>,
}

/// Tries every kind of mutation on this many lines of a workspace's table.
pub(crate) fn run(root: &Path, documents: &[Document], allowed: &Allowed, lines: usize) -> Result<Outcome> {
    let texts = Texts::load(root)?;
    let baseline = texts.report(documents).context("the table can't be read")?;
    let candidates: Vec<_> =
        texts.lines().into_iter().filter(|line| is_in_documents(line, &baseline)).collect();
    let mut outcome = Outcome { tried: 0, undetected: Vec::new() };
    for kind in kinds::kinds()? {
        let found = candidates.iter().filter_map(|line| Some((line, kind.apply(line)?)));
        let found: Vec<_> = found.collect();
        let step = found.len().div_ceil(lines.max(1)).max(1);
        let before = outcome.tried;
        for piece in found.chunks(step) {
            let reports =
                piece.iter().map(|(line, text)| (line, text, texts.mutated(line, text).report(documents)));
            // A mutation that the table's own reader refuses proves nothing: the next line takes its place.
            let mut read = reports.filter_map(|(line, text, report)| Some((line, text, report?)));
            if let Some((line, text, report)) = read.next() {
                outcome.tried += 1;
                let is_new = |difference: &&Difference| !baseline.differences.contains(difference);
                let mut new = report.differences.iter().filter(is_new);
                if !new.any(|difference| !allowed.allows(difference)) {
                    outcome.undetected.push(told(&kind, line, text));
                }
            }
        }
        if outcome.tried == before {
            outcome.undetected.push(format!("{}: the table has no line for it", kind.name));
        }
    }
    Ok(outcome)
}

fn told(kind: &Kind, line: &Line, text: &str) -> String {
    let Line { file, number, text: old, .. } = line;
    format!("{file}:{number}: {}: {:?} to {:?}", kind.name, old.trim(), text.trim())
}

/// Whether the documents speak of a line, and agree with it.
fn is_in_documents(line: &Line, baseline: &Report) -> bool {
    let owner = line.owner();
    let differs = baseline.differences.iter().any(|difference| {
        let Difference { place, what, .. } = difference;
        let is_owner = match line.role {
            Role::Param => place.split_once(' ').is_some_and(|(_, path)| line.header.contains(path)),
            _ => place.ends_with(&format!(" {owner}")),
        };
        let (member, text) = what.split_once(": ").unwrap_or((what, ""));
        let member = match line.role {
            Role::Variant => text.split(' ').next(),
            _ => member.rsplit(' ').next(),
        };
        is_owner && member == Some(line.name())
    });
    baseline.places.contains(&owner) && !differs
}

/// The files of the table by path.
#[derive(Clone)]
struct Texts {
    actions: BTreeMap<String, String>,
    models: BTreeMap<String, String>,
}

impl Texts {
    fn load(root: &Path) -> Result<Self> {
        Ok(Self { actions: files(root, "box-core/api")?, models: files(root, "box-core/api/models")? })
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = lines::lines(&self.actions);
        lines.extend(lines::lines(&self.models));
        lines
    }

    /// A table in which a line is another.
    fn mutated(&self, line: &Line, text: &str) -> Self {
        let mut texts = self.clone();
        let files =
            if self.actions.contains_key(&line.file) { &mut texts.actions } else { &mut texts.models };
        if let Some(file) = files.get_mut(&line.file) {
            let mut lines: Vec<_> = file.lines().map(str::to_owned).collect();
            let from = line.number - 1;
            // An action is dropped with all of its lines.
            let is_whole = line.role == Role::Action && text.is_empty();
            let rest = lines.iter().skip(line.number).take_while(|line| is_whole && line.starts_with(' '));
            let to = line.number + rest.count();
            lines.splice(from..to, [text.to_owned()]);
            *file = lines.join("\n");
        }
        texts
    }

    fn report(&self, documents: &[Document]) -> Option<Report> {
        let table = table::parse(&self.actions, &self.models).ok()?;
        Some(compare(&table, documents))
    }
}

fn files(root: &Path, folder: &str) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(root.join(folder)).with_context(|| format!("reading {folder}"))? {
        let name = entry.context("reading the table")?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".api") {
            let path = format!("{folder}/{name}");
            let text = fs::read_to_string(root.join(&path)).with_context(|| format!("reading {path}"))?;
            files.insert(path, text);
        }
    }
    Ok(files)
}
