//! The parts of the test: one entry each.

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use super::{
    browser, conformance, deny, engines, faults, memory, mutants, native,
    needs::{self, Need},
    npm, peers,
    run::Run,
    secrets, semver, sessions, spec, types, unit,
};

/// A part of the test.
pub(super) struct Part {
    /// What `--only` takes.
    pub(super) name: &'static str,
    /// What it does, in a sentence.
    pub(super) sentence: &'static str,
    /// Whether `--quick` includes it: needs no network, installs nothing and takes seconds.
    pub(super) quick: bool,
    /// Whether a run without options includes it.
    pub(super) usual: bool,
    /// What must be installed.
    pub(super) needs: &'static [Need],
    /// Does it.
    pub(super) run: fn(&mut Run<'_>) -> Result<()>,
}

/// All parts, in the order in which they run.
pub(super) const PARTS: &[Part] = &[
    Part {
        name: "unit",
        sentence: "Format, lints, documentation, rules of the code base, unit and doc tests.",
        quick: true,
        usual: true,
        needs: &[needs::COMPONENTS],
        run: unit::run,
    },
    Part {
        name: "codegen",
        sentence: "Generated code is fresh, each family compiles alone, and a new action compiles natively and for the web.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET],
        run: unit::codegen,
    },
    Part {
        name: "spec",
        sentence: "The table says what Box's documents say (BOX_SPEC_DIR), and mutations of it are noticed.",
        quick: false,
        usual: true,
        needs: &[],
        run: spec::run,
    },
    Part {
        name: "native",
        sentence: "The native client and the emulator over real HTTP, and the example `tour`.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET],
        run: native::run,
    },
    Part {
        name: "browser",
        sentence: "The client for the web in Chromium: all scenarios, and what only a page can show.",
        quick: false,
        usual: true,
        needs: &[
            needs::WASM_TARGET,
            needs::WASM_BINDGEN,
            needs::WASM_PACK,
            needs::CHROMIUM,
            needs::NODE,
            needs::NODE_TOOLS,
        ],
        run: browser::run,
    },
    Part {
        name: "engines",
        sentence: "The scenarios in Firefox and in WebKit.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::WASM_BINDGEN, needs::WASM_PACK, needs::FIREFOX, needs::WEBKIT],
        run: engines::run,
    },
    Part {
        name: "npm",
        sentence: "The npm package, installed: the scenarios in Node, its sizes, and what others say of it.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::RUST_SRC, needs::NODE, needs::NODE_TOOLS],
        run: npm::run,
    },
    Part {
        name: "types",
        sentence: "The types of the npm package: all methods, what must not compile, and the compiler's work.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::RUST_SRC, needs::NODE, needs::NODE_TOOLS],
        run: types::run,
    },
    Part {
        name: "peers",
        sentence: "Box's own Python SDK against the emulator.",
        quick: false,
        usual: true,
        needs: &[needs::PYTHON, needs::PYTHON_SDK],
        run: peers::run,
    },
    Part {
        name: "conformance",
        sentence: "Every call of the Rust client and of the npm package against Box's documents.",
        quick: false,
        usual: true,
        needs: &[
            needs::WASM_TARGET,
            needs::RUST_SRC,
            needs::NODE,
            needs::NODE_TOOLS,
            needs::PRISM,
            needs::PYTHON,
            needs::PYTHON_SDK,
        ],
        run: conformance::run,
    },
    Part {
        name: "faults",
        sentence: "Every fault for every operation of the emulator, and a script for each policy, natively and in WebAssembly.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::WASM_BINDGEN, needs::NODE],
        run: faults::run,
    },
    Part {
        name: "limits",
        sentence: "Limits of rate in simulation: nearly all of the calls that Box allows, and hardly any refused.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::WASM_BINDGEN, needs::NODE],
        run: faults::limits,
    },
    Part {
        name: "secrets",
        sentence: "Nothing that is told holds a secret, and nobody goes where nobody was sent.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::RUST_SRC, needs::NODE, needs::NODE_TOOLS],
        run: secrets::run,
    },
    Part {
        name: "grants",
        sentence: "Every way to sign in, natively and in Node, at an emulator that verifies assertions.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::RUST_SRC, needs::NODE, needs::NODE_TOOLS],
        run: sessions::grants,
    },
    Part {
        name: "simulation",
        sentence: "100,000 random lives of sessions that share a store, and five faults that they must notice.",
        quick: false,
        usual: true,
        needs: &[],
        run: sessions::simulation,
    },
    Part {
        name: "processes",
        sentence: "Eight processes on one token file, killed at random.",
        quick: false,
        usual: true,
        needs: &[],
        run: sessions::processes,
    },
    Part {
        name: "redis",
        sentence: "Eight processes on a real Redis, which is lost and restarted, and the recipe for SQL.",
        quick: false,
        usual: true,
        needs: &[needs::REDIS],
        run: sessions::redis,
    },
    Part {
        name: "tabs",
        sentence: "Four pages of one origin in Chromium that share a session.",
        quick: false,
        usual: true,
        needs: &[needs::WASM_TARGET, needs::RUST_SRC, needs::CHROMIUM, needs::NODE, needs::NODE_TOOLS],
        run: sessions::tabs,
    },
    Part {
        name: "mutants",
        sentence: "Changes of the code of retries, calls and sessions that no test notices (an hour or two).",
        quick: false,
        usual: false,
        needs: &[needs::CARGO_MUTANTS],
        run: mutants::run,
    },
    Part {
        name: "memory",
        sentence: "Transfers of 1 GiB stay below 64 MiB of memory (Linux).",
        quick: false,
        usual: true,
        needs: &[],
        run: memory::run,
    },
    Part {
        name: "semver",
        sentence: "A table that has grown makes a minor version of box-core.",
        quick: false,
        usual: true,
        needs: &[needs::CARGO_SEMVER_CHECKS],
        run: semver::run,
    },
    Part {
        name: "deny",
        sentence: "Licences, bans, sources and, where they can be reached, advisories of the dependencies.",
        quick: false,
        usual: true,
        needs: &[needs::CARGO_DENY],
        run: deny::run,
    },
];

/// Takes the names of the parts.
pub(super) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(PARTS.iter().map(|part| part.name))
}

/// The list for `--help`.
pub(super) fn help() -> String {
    let mut help = "Parts:\n".to_owned();
    for part in PARTS {
        let quick = match (part.quick, part.usual) {
            (true, _) => " [quick]",
            (_, false) => " [only when asked for]",
            _ => "",
        };
        help += &format!("  {:<11} {}{quick}\n", part.name, part.sentence);
    }
    help
}
