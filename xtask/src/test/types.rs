//! The part `types`: every method with every parameter compiles, what must not compile doesn't, and an application waits
//! little for the compiler.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::{
    npm::{self, CONSUMER},
    run::Run,
    workspace::Workspace,
};

/// Most types that the compiler makes of generic ones for an application of one call.
pub(crate) const MOST_INSTANTIATIONS: u32 = 40_000;

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    if !npm::install(run)? {
        return Ok(());
    }
    npm::types(run, "nodenext")?;
    npm::types(run, "bundler")?;
    run.check("reach", |workspace| {
        let reach = Reach::measure(workspace, true)?;
        let most = MOST_INSTANTIATIONS;
        let complaint = format!("one call makes {} instantiations, more than {most}", reach.instantiations);
        Ok((reach.instantiations > most).then_some(complaint).into_iter().collect())
    })?;
    let refused = refused(run.workspace)?;
    run.say(&format!("{refused} lines must not compile, and don't"));
    Ok(())
}

/// How many lines are said not to compile; the compiler complains of those that do.
fn refused(workspace: &Workspace) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(workspace.root().join("tests/packaging/types")).context("looking for types")? {
        let text = fs::read_to_string(entry?.path()).context("reading types")?;
        count += text.lines().filter(|line| line.trim_start().starts_with("// @ts-expect-error ")).count();
    }
    ensure!(count > 0, "no line is said not to compile");
    Ok(count)
}

/// What the compiler does for an application of one call.
pub(crate) struct Reach {
    /// Types that it makes of generic ones.
    pub(crate) instantiations: u32,
    /// Seconds that it takes to check types.
    pub(crate) check: f64,
}

impl Reach {
    /// Installs the package that was built, so that it can be measured.
    pub(crate) fn prepare(workspace: &Workspace) -> Result<()> {
        let output = npm::consumer(workspace).output().context("starting node")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Measures once, with or without checking the declarations of the package and of the platform themselves.
    pub(crate) fn measure(workspace: &Workspace, skips_declarations: bool) -> Result<Self> {
        let mut compiler = workspace.command(workspace.node_tool("tsc"));
        compiler.args(["-p", &format!("{CONSUMER}/reach"), "--extendedDiagnostics"]);
        compiler.args(["--skipLibCheck", if skips_declarations { "true" } else { "false" }]);
        let output = compiler.output().context("starting tsc")?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "tsc failed:\n{text}");
        Self::read(&text).with_context(|| format!("tsc doesn't tell what it did:\n{text}"))
    }

    fn read(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
        };
        Some(Self {
            instantiations: value("Instantiations")?.parse().ok()?,
            check: value("Check time")?.trim_end_matches('s').parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_are_read() {
        let text = "Files:              218\nInstantiations:     224\nCheck time:       0.12s\n";
        let reach = Reach::read(text).unwrap();
        assert_eq!((reach.instantiations, reach.check), (224, 0.12));
        assert!(Reach::read("Files: 218\n").is_none());
    }
}
