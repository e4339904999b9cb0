//! What the members may depend on.

use anyhow::{Context, Result, ensure};

use super::workspace::Workspace;

/// A rule about dependencies.
pub(super) struct Tree {
    /// What it is about.
    pub(super) name: &'static str,
    member: &'static str,
    forbidden: &'static [&'static str],
}

/// Libraries that sign, or read keys: on the web WebCrypto does.
const KEYS: &[&str] = &["ring", "rsa", "pkcs8", "pkcs5", "aws-lc-rs", "openssl"];

/// All rules.
pub(super) const TREES: &[Tree] = &[
    Tree {
        name: "box-core depends on no runtime, network or platform",
        member: "box-core",
        forbidden: &[
            "tokio",
            "reqwest",
            "hyper",
            "wasm-bindgen",
            "web-sys",
            "js-sys",
            "getrandom",
            "mio",
            "socket2",
        ],
    },
    Tree {
        name: "no key is handled by the WebAssembly of the npm package",
        member: "box-wasm-npm",
        forbidden: KEYS,
    },
    Tree {
        name: "no key is handled by the WebAssembly of the client for the web",
        member: "box-wasm",
        forbidden: KEYS,
    },
    Tree {
        name: "the emulator depends on no client",
        member: "box-emulator",
        forbidden: &["box-core", "box-native", "box-wasm"],
    },
];

impl Tree {
    /// Dependencies that must not be.
    pub(super) fn check(&self, workspace: &Workspace) -> Result<Vec<String>> {
        let mut cargo = workspace.cargo("tree -e normal --prefix none -p");
        let output = cargo.arg(self.member).output().context("running cargo")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8_lossy(&output.stdout);
        let names = tree.lines().filter_map(|line| line.split(' ').next());
        let forbidden = names.filter(|name| self.forbidden.contains(name));
        let mut complaints: Vec<_> =
            forbidden.map(|name| format!("{} depends on {name}", self.member)).collect();
        complaints.sort();
        complaints.dedup();
        Ok(complaints)
    }
}
