//! The fault matrix, natively.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::print_stdout, reason = "a test shows its figures")]

use box_faults::{fixtures, matrix, transfers, unknown};

#[test]
fn every_operation_has_a_fixture() {
    none(&fixtures::incomplete());
}

#[test]
fn the_list_of_what_can_end_unknown_is_true() {
    none(&unknown::complaints());
}

#[test]
fn calls_end_right() {
    let tally = matrix::run();
    tally.lines().iter().for_each(|line| println!("{line}"));
    none(&[tally.complaints.clone(), unknown::contradictions(&tally)].concat());
}

#[test]
fn transfers_end_right() {
    let transfers = transfers::run();
    transfers.lines().iter().for_each(|line| println!("{line}"));
    none(&transfers.complaints);
}

/// Shows all complaints, and fails if there are any.
fn none(complaints: &[String]) {
    complaints.iter().for_each(|complaint| println!("{complaint}"));
    assert_eq!(complaints.len(), 0, "complaints, the first: {:?}", complaints.first());
}
