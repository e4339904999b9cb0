//! Lengths and headers of files.

use anyhow::Result;

use super::{sources, workspace::Workspace};

/// Generated files without header or too long, hand-written ones that are too long.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for path in sources::files(workspace)? {
        let generated = path.contains("/generated/");
        if generated || path.ends_with(".rs") {
            let text = sources::read(workspace, &path)?;
            let found = judge(generated, path.ends_with(".rs"), &text);
            complaints.extend(found.map(|complaint| format!("{path}: {complaint}")));
        }
    }
    Ok(complaints)
}

fn judge(generated: bool, rust: bool, text: &str) -> Option<String> {
    let lines = text.lines().count();
    if generated && !text.lines().take(5).any(|line| line.contains(COMMAND)) {
        return Some(format!("no header names `{COMMAND}`"));
    }
    let most = if generated { 1500 } else { 500 };
    (rust && lines > most).then(|| format!("{lines} lines, at most {most}"))
}

const COMMAND: &str = "cargo xtask codegen";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_judged() {
        let check = |generated, rust, header: &str, lines, fine| {
            let text = format!("{header}\n{}", "x\n".repeat(lines));
            assert_eq!(judge(generated, rust, &text).is_none(), fine);
        };
        let header = "// Made by `cargo xtask codegen`";
        check(true, true, header, 1499, true);
        check(true, true, header, 1500, false);
        check(true, true, "", 1, false);
        check(true, false, header, 2000, true);
        check(false, true, "", 499, true);
        check(false, true, "", 500, false);
    }
}
