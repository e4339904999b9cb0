//! The part `native`: the native client and the emulator over real HTTP.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, Result};

use super::{readme::TOUR, run::Run, sessions, sources, unit};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut options = String::new();
    for member in ["box-native", "tests/emulator"] {
        let tests = sources::tests_of(workspace, member, &sessions::OWN)?;
        run.check(member, |_| {
            let complaint = || format!("{member} has no integration tests");
            Ok(tests.is_empty().then(complaint).into_iter().collect())
        })?;
        options += &tests;
    }
    let mut tests = unit::tests(workspace, &options);
    run.tests("tests over HTTP", &mut tests)?;

    let folder = workspace.scratch();
    fs::create_dir_all(&folder).context("making a folder for files")?;
    let file = folder.join("tour.bin");
    noise(&file, TOUR_SIZE).context("writing a file for the tour")?;
    let mut tour = workspace.cargo(TOUR);
    run.command("tour", tour.arg("README.md").arg(&file))?;
    fs::remove_file(&file).context("removing the file of the tour")?;

    let mut check = workspace.cargo(EMULATOR_FOR_THE_WEB);
    run.command("the emulator builds for the web", &mut check)?;
    Ok(())
}

/// Writes bytes that nothing compresses (xorshift64).
fn noise(path: &Path, size: usize) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..size / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes())?;
    }
    file.flush()?;
    Ok(())
}

/// Enough for an upload session: more than 50 MB.
const TOUR_SIZE: usize = 60_000_000;

const EMULATOR_FOR_THE_WEB: &str =
    "check -p box-emulator --no-default-features --target wasm32-unknown-unknown";
