//! The simulations of box-core's limits of rate, in WebAssembly; natively they are tests of box-core.
#![cfg(target_arch = "wasm32")]

#[path = "../../../box-core/tests/simulation/mod.rs"]
pub mod simulation;

use wasm_bindgen_test::wasm_bindgen_test;

use simulation::Run;

fn hold(runs: Vec<Run>) {
    for run in runs {
        assert!(run.holds(), "{run}");
    }
}

#[wasm_bindgen_test]
fn workers_reach_what_box_allows() {
    hold(simulation::published(1));
}

#[wasm_bindgen_test]
fn a_fleet_reaches_what_box_allows() {
    hold(simulation::fleet(1));
}

#[wasm_bindgen_test]
fn refusals_teach() {
    hold(simulation::half(1));
    hold(simulation::half_and_silent(1));
}

#[wasm_bindgen_test]
fn nobody_starves_in_a_crowd() {
    hold(simulation::crowd(1));
}
