//! What the tour has done.

use crate::Failure;

/// The steps of a tour, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    SignIn,
    Refresh,
    CreateFolder,
    Upload,
    UploadVersion,
    List,
    Find,
    Search,
    Copy,
    Move,
    Download,
    Conflict,
    DeleteTree,
    Application,
}

const ALL: [Step; 14] = [
    Step::SignIn,
    Step::Refresh,
    Step::CreateFolder,
    Step::Upload,
    Step::UploadVersion,
    Step::List,
    Step::Find,
    Step::Search,
    Step::Copy,
    Step::Move,
    Step::Download,
    Step::Conflict,
    Step::DeleteTree,
    Step::Application,
];

#[derive(Default)]
pub(crate) struct Report(Vec<(Step, &'static str, String)>);

impl Report {
    pub(crate) fn done(&mut self, step: Step, what: &str) {
        println!("{step:?}: {what}");
        self.0.push((step, "done", what.to_owned()));
    }

    pub(crate) fn skipped(&mut self, step: Step, why: &str) {
        println!("{step:?} is left out: {why}");
        self.0.push((step, "left out", why.to_owned()));
    }

    /// Prints the table.
    ///
    /// # Errors
    /// Names the steps that are missing.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        println!("\n{:<14} {:<9} what", "step", "");
        for (step, state, what) in &self.0 {
            println!("{:<14} {state:<9} {what}", format!("{step:?}"));
        }
        let reached = |step: &Step| self.0.iter().any(|(found, ..)| found == step);
        let missing: Vec<_> = ALL.iter().filter(|step| !reached(step)).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("steps are missing: {missing:?}").into()) }
    }
}
