//! `cargo xtask npm`: builds the npm package into one folder, ready for `npm publish`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, ensure};

use crate::test::workspace::Workspace;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Where the package is built, from the root.
pub(crate) const PACKAGE: &str = "target/npm/box-wasm";

/// A WebAssembly module of the package.
struct Module {
    /// Its name in the package.
    name: &'static str,
    /// The crate, and how cargo calls what it makes of it.
    member: &'static str,
    file: &'static str,
    /// Whether it is split: what pages use day by day, what transfers use besides, and the rest.
    split: bool,
    /// Instructions beyond those that every engine of today has had for years.
    simd: bool,
}

const MODULES: [Module; 2] = [
    Module { name: "box", member: "box-wasm-npm", file: "box_wasm_npm", split: true, simd: false },
    Module { name: "hash", member: "box-wasm-hash", file: "box_wasm_hash", split: false, simd: true },
];

/// Runs the task.
pub(crate) fn run(_: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    build(&workspace)?;
    println!("{PACKAGE}");
    Ok(ExitCode::SUCCESS)
}

/// Builds the package, unless this process has done so.
pub(crate) fn build_once(workspace: &Workspace) -> Result<()> {
    static BUILT: Mutex<bool> = Mutex::new(false);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if !*built {
        build(workspace)?;
        *built = true;
    }
    Ok(())
}

/// Builds the package.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let package = workspace.root().join(PACKAGE);
    if package.exists() {
        fs::remove_dir_all(&package).context("removing the last package")?;
    }
    let modules = package.join("dist/wasm");
    fs::create_dir_all(&modules).context("making the package's folder")?;
    let source = workspace.root().join("box-wasm/js");
    for module in &MODULES {
        let wasm = compile(workspace, module)?;
        if module.split {
            let named = wasm.with_extension("named.wasm");
            optimise(workspace, module, &wasm, &named)?;
            let mut split = workspace.command("node");
            execute(split.arg("tests/packaging/tools/split.mjs").args([&named, &modules]))?;
        } else {
            optimise(workspace, module, &wasm, &modules.join(format!("{}.wasm", module.name)))?;
        }
    }
    let mut pack = workspace.command("node");
    execute(pack.arg("tests/packaging/tools/pack.mjs").arg(&modules))?;
    typescript(workspace, &package.join("dist"))?;
    for name in ["box.d.ts", "transfers.d.ts", "rest.d.ts", "hash.d.ts"] {
        copy(&source.join("src/wasm").join(name), &modules.join(name))?;
    }
    for name in ["package.json", "README.md"] {
        copy(&source.join(name), &package.join(name))?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        copy(&workspace.root().join(name), &package.join(name))?;
    }
    Ok(())
}

/// Whether the standard library can be built along: what it has for panics is a sixth of a module. Its sources are a
/// component of rustup, and building them is not a stable feature, which `RUSTC_BOOTSTRAP` allows all the same.
pub(crate) fn has_std_sources(workspace: &Workspace) -> bool {
    let mut ask = workspace.command("rustc");
    let root = ask.args(["--print", "sysroot"]).output().map(|output| output.stdout).unwrap_or_default();
    let root = PathBuf::from(String::from_utf8_lossy(&root).trim());
    root.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file()
}

fn compile(workspace: &Workspace, module: &Module) -> Result<PathBuf> {
    // A folder of its own: the flags differ from those of all other builds.
    let target = workspace.root().join("target/npm-build").join(module.name);
    let mut cargo = workspace
        .cargo(&format!("build --quiet --profile npm --target wasm32-unknown-unknown -p {}", module.member));
    cargo.env("CARGO_TARGET_DIR", &target);
    let mut flags = String::new();
    if has_std_sources(workspace) {
        cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        cargo.env("RUSTC_BOOTSTRAP", "1");
        flags += "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";
    } else {
        println!("without the component rust-src the module `{}` is about 15 % larger", module.name);
    }
    if module.simd {
        flags += " -Ctarget-feature=+simd128";
    } else {
        // Memory is copied before a command that may need the rest of the module. Most of it would be stack.
        flags += " -Clink-arg=-zstack-size=131072";
    }
    execute(cargo.env("RUSTFLAGS", flags))?;
    Ok(target.join("wasm32-unknown-unknown/npm").join(format!("{}.wasm", module.file)))
}

fn optimise(workspace: &Workspace, module: &Module, from: &Path, to: &Path) -> Result<()> {
    let mut optimiser = workspace.command(workspace.node_tool("wasm-opt"));
    if module.simd {
        optimiser.arg("-O3");
    } else {
        // What is written once where it is called packs better than copies of it: little is inlined, though the module
        // itself grows by it.
        let fewer = ["--always-inline-max-function-size", "5", "--one-caller-inline-max-function-size", "20"];
        optimiser.args(["--flatten", "--rereloop", "-Oz", "-Oz"]).args(fewer);
    }
    let names = if module.split { "--debuginfo" } else { "--strip-debug" };
    optimiser.args(["--converge", names, "--strip-producers", "--strip-target-features"]);
    for feature in ["bulk-memory", "mutable-globals", "sign-ext", "nontrapping-float-to-int", "multivalue"] {
        optimiser.arg(format!("--enable-{feature}"));
    }
    optimiser.args(["--enable-reference-types", "--enable-simd"]);
    execute(optimiser.arg(from).arg("-o").arg(to))
}

/// JavaScript without comments, and types with them.
fn typescript(workspace: &Workspace, to: &Path) -> Result<()> {
    let compiler = workspace.node_tool("tsc");
    let project = ["-p", "box-wasm/js", "--outDir"];
    let mut script = workspace.command(&compiler);
    execute(script.args(project).arg(to).args(["--removeComments", "true"]))?;
    let mut types = workspace.command(&compiler);
    execute(types.args(project).arg(to).args(["--declaration", "--emitDeclarationOnly"]))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}

fn execute(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("starting {name}"))?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    ensure!(output.status.success(), "{name} failed:\n{}{}", text(&output.stdout), text(&output.stderr));
    Ok(())
}
