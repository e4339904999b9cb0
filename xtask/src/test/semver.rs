//! The part `semver`: a table that has grown makes a minor version of box-core.

mod changes;
mod edit;
mod version;

use anyhow::Result;

use self::{
    changes::{BREAKS, GROWTH},
    version::Version,
};
use super::run::Run;

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let before = Version::make(run, "before", [])?;
    let after = Version::make(run, "after", GROWTH)?;
    let mut compare = after.compare(run.workspace, &before);
    if let Some(output) = run.command("growth is a minor change", &mut compare)? {
        let warnings = output.lines().filter(|line| line.starts_with("--- warning"));
        warnings.for_each(|warning| run.say(warning));
    }

    // The check above is worth something if it can fail.
    let broken = Version::make(run, "broken", BREAKS.iter().map(|change| &change.edit))?;
    let mut compare = broken.compare(run.workspace, &before);
    let (is_minor, output) = run.execute("breaks", &mut compare)?;
    for change in BREAKS {
        run.check(change.name, |_| {
            let is_noticed = !is_minor && output.contains(change.complaint);
            let complaint = || format!("it isn't a major change: no {:?} in\n{output}", change.complaint);
            Ok((!is_noticed).then(complaint).into_iter().collect())
        })?;
    }
    Ok(())
}
