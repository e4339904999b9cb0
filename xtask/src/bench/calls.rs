//! What a call of the native client costs beside a bare program that does the same, and how soon a call that is given up
//! is gone. All of it is measured in one run.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use super::{
    figure::{self, Figure, Limits, median},
    program::Program,
    web,
};
use crate::test::workspace::{Workspace, on_path};

/// How often both programs are started anew, since where they lie in memory counts too, and how often they take turns.
const STARTS: usize = 7;
const TURNS: usize = 9;

/// Calls of a turn: a few milliseconds, so that both sides meet the same machine.
const TOGETHER: (&str, u32) = ("together", 640);
const ALONE: (&str, u32) = ("alone", 100);

const CPU: Limits = Limits { must: 1.25, aim: 1.10 };
const WALL: Limits = Limits { must: 1.10, aim: 1.03 };
const CONNECTIONS: Limits = Limits { must: 1.0, aim: 1.0 };

/// In milliseconds.
const RENEWAL: Limits = Limits { must: 20.0, aim: 2.0 };
const ABORT: Limits = Limits { must: 50.0, aim: 5.0 };

/// How often is measured what has no floor.
const RUNS: u32 = 21;
const TIMES: [(&str, &str, Limits); 5] = [
    ("a call that meets a 401, its own time", "renewals", RENEWAL),
    ("dropped until gone, in back-off", "abort-in-back-off", ABORT),
    ("dropped until gone, in flight", "abort-in-flight", ABORT),
    ("dropped until gone, waiting for a token", "abort-without-token", ABORT),
    ("transfer cancelled until rejected", "cancel-transfer", ABORT),
];

/// Measures and prints.
pub(super) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let built = workspace.cargo("build --quiet --release -p box-bench").status();
    ensure!(built.context("starting cargo")?.success(), "the programs can't be built");
    // First, because it builds.
    let web = web(workspace)?;
    let (_server, api, control) = Program::server(workspace)?;
    let ours = |threads| Program::start(workspace, &["ours", threads, &api, &control]);
    let compared = |threads, what| -> Result<_> {
        let mut all = Vec::new();
        for _ in 0..STARTS {
            let mut floor = Program::start(workspace, &["floor", threads, &api])?;
            all.extend(turns(&mut ours(threads)?, &mut floor, what)?);
        }
        Ok(all)
    };

    println!("{}", figure::head());
    let mut fine = true;
    let mut show = |figure: &Figure| {
        println!("{figure}");
        fine &= figure.is_fine();
    };
    let name = "small GET, 32 in flight: CPU of a call";
    let cpu = Figure::compared(name, &compared("one", TOGETHER)?, Some(CPU));
    show(&cpu);
    let name = "small GETs in a row: time of a call";
    show(&Figure::compared(name, &compared("one", ALONE)?, Some(WALL)));
    let mut ours = ours("one")?;
    for (name, task, limits) in TIMES {
        show(&Figure::new(name, median(ours.ask(task, RUNS)?) / 1000.0, "ms", limits));
    }
    for measure in web {
        show(&Figure::new(&format!("Chromium: {}", measure.name), measure.median, "ms", ABORT));
    }
    let connections = median(ours.ask("connections", 2000)?);
    show(&Figure::new("connections for 2,000 calls in a row", connections, "", CONNECTIONS));
    let name = "on all threads, 32 in flight: CPU of a call";
    show(&Figure::compared(name, &compared("all", TOGETHER)?, None));
    println!("{}", cpu.ratio());
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What both sides take for each of their turns.
fn turns(ours: &mut Program, floor: &mut Program, (task, calls): (&str, u32)) -> Result<Vec<(f64, f64)>> {
    let one = |side: &mut Program| side.ask(task, calls).map(median);
    // Connections are made, and caches filled.
    one(ours)?;
    one(floor)?;
    let pair = |turn| match turn % 2 {
        0 => Ok((one(ours)?, one(floor)?)),
        _ => {
            let floor = one(floor)?;
            Ok((one(ours)?, floor))
        }
    };
    (0..TURNS).map(pair).collect()
}

/// How soon a call is rejected in a page.
fn web(workspace: &Workspace) -> Result<Vec<web::Measure>> {
    let packages = workspace.node_tool("vite").is_file();
    if packages && ["chromium", "node"].into_iter().all(on_path) {
        return web::measure(workspace, "abort");
    }
    println!("SKIPPED: aborts in Chromium; it, Node or the packages of tests/packaging are missing here");
    Ok(Vec::new())
}
