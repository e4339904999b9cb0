//! `cargo xtask codegen`: reads the table, writes what follows from it, or checks that it is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};

use crate::{emit, table};

/// Folders whose whole content is generated.
const FOLDERS: [&str; 7] = [
    "box-core/benches/generated",
    "box-core/src/generated",
    "box-core/tests/generated",
    "box-wasm/js/src/generated",
    "tests/conformance/generated",
    "tests/emulator/src/generated",
    "tests/packaging/generated",
];

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Writes nothing, and fails when a generated file is stale, missing or superfluous
    #[arg(long)]
    check: bool,
    /// The workspace to work on
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/.."), hide_default_value = true)]
    root: PathBuf,
}

/// Runs the task.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let table = table::load(&options.root)?;
    let files = emit::all(&table)?;
    let changes = changes(&options.root, &files)?;
    for (path, change) in &changes {
        println!("{path}: {}", change.name());
    }
    if options.check {
        if changes.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        println!("run `cargo xtask codegen`");
        return Ok(ExitCode::FAILURE);
    }
    for (path, change) in &changes {
        apply(&options.root.join(path), change).with_context(|| format!("writing {path}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is to be done with a file.
enum Change<'a> {
    Missing(&'a str),
    Stale(&'a str),
    Superfluous,
}

impl Change<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Stale(_) => "stale",
            Self::Superfluous => "superfluous",
        }
    }
}

fn changes<'a>(root: &Path, files: &'a BTreeMap<String, String>) -> Result<BTreeMap<String, Change<'a>>> {
    let mut changes = BTreeMap::new();
    for (path, text) in files {
        match fs::read(root.join(path)) {
            Ok(found) if found == text.as_bytes() => {}
            Ok(_) => _ = changes.insert(path.clone(), Change::Stale(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                changes.insert(path.clone(), Change::Missing(text));
            }
            Err(error) => return Err(error).with_context(|| format!("reading {path}")),
        }
    }
    let mut found = BTreeSet::new();
    for folder in FOLDERS {
        list(root, folder, &mut found).with_context(|| format!("listing {folder}"))?;
    }
    for path in found {
        if !files.contains_key(&path) {
            changes.insert(path, Change::Superfluous);
        }
    }
    Ok(changes)
}

fn list(root: &Path, folder: &str, found: &mut BTreeSet<String>) -> io::Result<()> {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(root, &path, found)?;
        } else {
            found.insert(path);
        }
    }
    Ok(())
}

fn apply(path: &Path, change: &Change<'_>) -> io::Result<()> {
    match change {
        Change::Missing(text) | Change::Stale(text) => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, text)
        }
        Change::Superfluous => fs::remove_file(path),
    }
}
