//! An application that links the client: its page gets what it exports, and nothing of the client's own.

use std::fs;

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::TARGET;
use crate::test::run::Run;

/// Builds the application and looks at what it exports.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let mut build = workspace.cargo(&format!("build -p box-browser-app --target {TARGET}"));
    if run.command("build an application", &mut build)?.is_none() {
        return Ok(());
    }
    let folder = workspace.scratch().join("app");
    let mut bindgen = workspace.command(workspace.tool("wasm-bindgen"));
    bindgen.args(["--target", "web", "--out-dir"]).arg(&folder);
    bindgen.arg(workspace.built(&format!("{TARGET}/debug"), "box_browser_app.wasm"));
    if run.command("bind the application", &mut bindgen)?.is_none() {
        return Ok(());
    }
    run.check("the application exports its own functions only", |_| {
        let types = fs::read_to_string(folder.join("box_browser_app.d.ts")).context("reading its types")?;
        let found = exports(&types)?;
        let complaint = || format!("exported are {found:?}");
        Ok((found != ["list"]).then(complaint).into_iter().collect())
    })
}

/// Names that a page can reach, but for those of wasm-bindgen itself.
fn exports(types: &str) -> Result<Vec<String>> {
    let export = Regex::new(
        r"(?m)^\s*(?:export (?:default )?(?:declare )?(?:async )?(?:function|class|enum|const) |readonly )(\w+)",
    )?;
    let names = export.captures_iter(types).filter_map(|found| found.get(1));
    let mut names: Vec<_> = names.map(|name| name.as_str().to_owned()).collect();
    names.retain(|name| {
        !["__", "wasm_bindgen__"].iter().any(|start| name.starts_with(start))
            && !["memory", "initSync"].contains(&name.as_str())
    });
    names.sort();
    names.dedup();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_found() {
        let types = "/* tslint:disable */\nexport function list(): Promise<string[]>;\n\
            export class Client {\n  free(): void;\n}\n\
            export interface InitOutput {\n    readonly memory: WebAssembly.Memory;\n    \
            readonly list: () => any;\n    readonly client_new: () => any;\n    \
            readonly __wbindgen_malloc: (a: number) => number;\n}\n\
            export function initSync(): InitOutput;\nexport default function __wbg_init(): Promise<InitOutput>;";
        assert_eq!(exports(types).unwrap(), ["Client", "client_new", "list"]);
    }
}
