//! Python and its packages.

use std::path::PathBuf;

use super::{Need, answer, packages, words};
use crate::test::workspace::Workspace;

pub(in crate::test) const PYTHON: Need = Need {
    name: "Python with virtual environments",
    present: |workspace| {
        let mut python = words(workspace, "python3 -c");
        answer(python.arg("import venv, ensurepip")).is_some()
    },
    install: |workspace| packages(workspace, "python3-venv", Some("python3")),
};

pub(in crate::test) const PYTHON_SDK: Need = Need {
    name: "the packages of tests/peers/requirements.txt",
    present: |workspace| {
        let mut check = workspace.command(python(workspace));
        check.args(["-c", CHECK_REQUIREMENTS, REQUIREMENTS]);
        answer(&mut check).is_some()
    },
    install: |workspace| {
        let mut pip = workspace.command(python(workspace));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "-r", REQUIREMENTS]);
        let environment = words(workspace, "python3 -m venv target/tools/venv");
        Ok(vec![environment, pip])
    },
};

/// The interpreter of our virtual environment.
pub(in crate::test) fn python(workspace: &Workspace) -> PathBuf {
    let path = if cfg!(windows) { "venv/Scripts/python.exe" } else { "venv/bin/python" };
    workspace.tools().join(path)
}

const REQUIREMENTS: &str = "tests/peers/requirements.txt";

/// Fails unless the pinned versions are installed.
const CHECK_REQUIREMENTS: &str = "
import importlib.metadata, re, sys
for name, version in re.findall(r'(?m)^([\\w.-]+)(?:\\[[^]]*\\])?==([^\\s;]+)', open(sys.argv[1]).read()):
    assert importlib.metadata.version(name) == version
";
