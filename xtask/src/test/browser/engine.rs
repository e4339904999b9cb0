//! Browsers, and how `wasm-pack test` runs in them.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::test::{
    needs,
    workspace::{Workspace, find},
};

/// A browser.
#[derive(Clone, Copy, Debug)]
pub(in crate::test) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    /// `wasm-pack test` of one of box-wasm's test files. What the browser needs to know is put beside them: where the
    /// emulator is, which the page reads, and how the browser is started, which the driver reads.
    pub(in crate::test) fn test(self, workspace: &Workspace, addresses: &str, file: &str) -> Result<Command> {
        let folder = workspace.root().join("box-wasm");
        fs::write(folder.join("emulator.json"), addresses).context("writing emulator.json")?;
        fs::write(folder.join("webdriver.json"), self.capabilities()?).context("writing webdriver.json")?;

        let wasm_pack = workspace.tool("wasm-pack");
        let mut command = match self {
            Self::Chromium | Self::Firefox => workspace.command(wasm_pack),
            Self::WebKit => {
                // Its driver waits for ever where there is no screen.
                let mut command = workspace.command("xvfb-run");
                command.arg("-a").arg(wasm_pack);
                // Root has no sandbox, and a virtual screen nothing to composite with.
                command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
                command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
                command
            }
        };
        command.args(["test", "--headless", "--mode", "no-install"]);
        match self {
            Self::Chromium => command.args(["--chrome", "--chromedriver"]).arg(program(&["chromedriver"])?),
            Self::Firefox => command.args(["--firefox", "--geckodriver"]).arg(workspace.tool("geckodriver")),
            Self::WebKit => command.args(["--safari", "--safaridriver"]).arg(program(&["WebKitWebDriver"])?),
        };
        command.args(["box-wasm", "--test", file, "--", "--nocapture"]);
        // wasm-pack looks for the runner of the tests there.
        command.env("PATH", workspace.path()?);
        command.env("CARGO_TARGET_DIR", workspace.target());
        command.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
        Ok(command)
    }

    fn capabilities(self) -> Result<String> {
        let (options, program, arguments) = match self {
            Self::Chromium => ("goog:chromeOptions", program(&["chromium"])?, CHROMIUM),
            Self::Firefox => ("moz:firefoxOptions", program(&["firefox-esr", "firefox"])?, FIREFOX),
            Self::WebKit => {
                let browser = needs::mini_browser().context("WebKit's MiniBrowser is missing")?;
                ("webkitgtk:browserOptions", browser, WEBKIT)
            }
        };
        Ok(format!(r#"{{"{options}": {{"binary": {program:?}, "args": {arguments:?}}}}}"#))
    }
}

/// The first of these programs that is there.
fn program(names: &[&str]) -> Result<PathBuf> {
    names.iter().find_map(|name| find(name)).with_context(|| format!("none of {names:?} is on the PATH"))
}

/// Without a screen, as root, and without the requests that Chromium makes for itself.
const CHROMIUM: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

const FIREFOX: &[&str] = &["-headless"];

const WEBKIT: &[&str] = &["--automation"];
