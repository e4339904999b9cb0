//! Browsers with their drivers, and Node with its packages.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Result;

use super::{Need, answer, has_tool, packages, words};
use crate::test::workspace::{Workspace, on_path};

pub(in crate::test) const CHROMIUM: Need = Need {
    name: "Chromium and its driver",
    present: |_| on_path("chromium") && on_path("chromedriver"),
    install: |workspace| packages(workspace, "chromium chromium-driver", Some("chromium chromedriver")),
};

pub(in crate::test) const FIREFOX: Need = Need {
    name: "Firefox and its driver",
    present: |workspace| has_firefox() && has_tool(workspace, "geckodriver"),
    install: |workspace| {
        let mut commands = Vec::new();
        if !has_firefox() {
            commands = packages(workspace, "firefox-esr", Some("firefox"))?;
        }
        if !has_tool(workspace, "geckodriver") {
            commands.push(workspace.cargo("install geckodriver --version 0.37.1 --root target/tools"));
        }
        Ok(commands)
    },
};

/// Missing only where it can be had; elsewhere its tests are skipped.
pub(in crate::test) const WEBKIT: Need = Need {
    name: "WebKitGTK, its driver and a virtual screen",
    present: |_| has_webkit() || !on_path("apt-get"),
    install: |workspace| packages(workspace, "webkit2gtk-driver xvfb xauth", None),
};

pub(in crate::test) const NODE: Need = Need {
    name: "Node with npm",
    present: |_| on_path("node") && on_path("npm"),
    install: |workspace| packages(workspace, "nodejs npm", Some("node")),
};

/// Needs [`NODE`] before it.
pub(in crate::test) const NODE_TOOLS: Need = Need {
    name: "the packages of tests/packaging/package-lock.json",
    present: |workspace| has_node_packages(workspace, "tests/packaging"),
    install: |workspace| node_packages(workspace, "tests/packaging"),
};

/// Needs [`NODE`] before it.
pub(in crate::test) const PRISM: Need = Need {
    name: "the packages of tests/conformance/package-lock.json",
    present: |workspace| has_node_packages(workspace, "tests/conformance"),
    install: |workspace| node_packages(workspace, "tests/conformance"),
};

fn has_node_packages(workspace: &Workspace, folder: &str) -> bool {
    let mut check = words(workspace, "node --eval");
    check.arg(CHECK_PACKAGES).current_dir(workspace.root().join(folder));
    answer(&mut check).is_some()
}

fn node_packages(workspace: &Workspace, folder: &str) -> Result<Vec<Command>> {
    Ok(vec![words(workspace, &format!("npm --prefix {folder} ci --no-audit --no-fund"))])
}

/// The browser that WebKitGTK's driver starts; it is on no `PATH`.
pub(in crate::test) fn mini_browser() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?;
    let mut paths = folders.flatten().map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
    paths.find(|path| path.is_file())
}

/// Whether WebKit can run here.
pub(in crate::test) fn has_webkit() -> bool {
    let programs = ["WebKitWebDriver", "xvfb-run", "xauth"];
    programs.into_iter().all(on_path) && mini_browser().is_some()
}

fn has_firefox() -> bool {
    on_path("firefox-esr") || on_path("firefox")
}

/// Fails unless everything is installed as it is locked; what is optional may be for other platforms.
const CHECK_PACKAGES: &str = "
const assert = require('node:assert');
const { existsSync } = require('node:fs');
const locked = require('./package-lock.json').packages;
const installed = require('./node_modules/.package-lock.json').packages;
for (const [path, { optional }] of Object.entries({ ...installed, ...locked })) {
    if (path === '' || (optional && !installed[path])) continue;
    assert.equal(installed[path]?.integrity, locked[path]?.integrity);
    assert(existsSync(path));
}
";
