//! What the compiler of TypeScript does for an application of one call.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    npm,
    test::{
        types::{MOST_INSTANTIATIONS, Reach},
        workspace::Workspace,
    },
};

/// How often is measured.
const RUNS: usize = 7;

/// Most seconds for checking types.
const MOST_SECONDS: f64 = 1.0;

/// Measures and prints.
pub(super) fn run(workspace: &Workspace) -> Result<ExitCode> {
    npm::build(workspace)?;
    Reach::prepare(workspace)?;
    println!("{:<34}{:>10}{:>10}{:>10}{:>16}", "seconds", "median", "least", "most", "instantiations");
    let (median, instantiations) = measure(workspace, "one call", true)?;
    measure(workspace, "the same, declarations checked too", false)?;
    println!("check of one call: {median:.2} s, at most {MOST_SECONDS} s");
    println!("instantiations: {instantiations}, at most {MOST_INSTANTIATIONS}");
    let fine = median <= MOST_SECONDS && instantiations <= MOST_INSTANTIATIONS;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn measure(workspace: &Workspace, name: &str, skips_declarations: bool) -> Result<(f64, u32)> {
    let mut instantiations = 0;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let reach = Reach::measure(workspace, skips_declarations)?;
        instantiations = reach.instantiations;
        times.push(reach.check);
    }
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    let (median, least, most) = (at(RUNS / 2), at(0), at(RUNS - 1));
    println!("{name:<34}{median:>10.2}{least:>10.2}{most:>10.2}{instantiations:>16}");
    Ok((median, instantiations))
}
