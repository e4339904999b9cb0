//! The proof that calls end right: every operation of the emulator meets every fault, and each policy has its script.
//!
//! All of it runs on a virtual clock, without threads and sleeps, so a run can be repeated exactly, and runs compiled
//! to WebAssembly too. [`drive`] is the loop of the platforms' drivers once more; the emulator counts what really
//! changed, and [`judge`] compares that with what the caller was told: done is one effect, failed is none, two there
//! never are, and unknown ends only what `tests/outcome-unknown.txt` lists, besides what outlasts every try. A page can't
//! read Box's clock, so it may also not know whether its user's item, in the way for minutes, is the one it has made.
//!
//! [`fault`] has the faults, [`fixtures`] a call of each operation of the emulator (a missing one is an error), and
//! [`transfers`] meet them at each of their requests. When a kept connection closes, Chromium sends a request again out
//! of sight. The matrix plays that where the second reply tells, for names; elsewhere nothing in a page can notice it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this crate is tests"
)]

pub mod answer;
mod body;
pub mod client;
pub mod clock;
pub mod drive;
pub mod fault;
pub mod fixtures;
pub mod judge;
pub mod matrix;
mod page;
mod random;
mod scripts;
mod session;
pub mod source;
pub mod stage;
pub mod tally;
pub mod transfers;
pub mod unknown;
pub mod wire;

pub use random::{a_seed_replays_a_run, limits_hold_whatever_happens, the_budget_is_never_exceeded};
pub use scripts::*;

/// Calls a macro with the name of each script.
#[macro_export]
macro_rules! for_each_script {
    ($test:ident) => {
        $test!(a_202_of_a_download_is_polled);
        $test!(a_401_at_any_point_of_an_upload_loses_nothing);
        $test!(a_401_costs_a_token_and_no_wait);
        $test!(a_client_that_only_reads_writes_nothing);
        $test!(a_deadline_ends_a_call_on_the_dot);
        $test!(a_first_byte_that_never_comes_ends_a_call);
        $test!(a_huge_upload_has_no_limit_of_time);
        $test!(a_lost_reply_is_found_again);
        $test!(a_machine_that_is_given_up_asks_for_no_time);
        $test!(a_redirect_repeats_no_write);
        $test!(a_renewal_outlives_its_caller);
        $test!(a_reply_must_move);
        $test!(a_second_401_is_the_error);
        $test!(a_seed_replays_a_run);
        $test!(a_session_that_is_over_asks_for_a_sign_in);
        $test!(a_slow_upload_arrives);
        $test!(a_storm_does_not_multiply_traffic);
        $test!(a_wait_beyond_the_deadline_fails_at_once);
        $test!(a_wait_of_days_fails_at_once);
        $test!(an_abort_ends_a_transfer_at_once);
        $test!(an_abort_leaves_the_renewal_to_the_others);
        $test!(an_abort_while_it_waits_leaves_no_timer);
        $test!(an_exhausted_budget_ends_retries);
        $test!(an_older_item_is_not_taken_for_ours);
        $test!(an_unchanged_item_says_so);
        $test!(an_upload_must_move);
        $test!(content_must_move);
        $test!(events_tell_each_exchange_and_each_write);
        $test!(limits_hold_whatever_happens);
        $test!(limits_of_rate_are_kept);
        $test!(one_renewal_serves_all);
        $test!(other_hosts_get_nothing);
        $test!(polling_ends);
        $test!(redirects_take_no_secret_along);
        $test!(retry_after_is_a_floor);
        $test!(retry_after_that_says_nothing_changes_nothing);
        $test!(the_budget_is_never_exceeded);
        $test!(tries_end);
        $test!(waits_are_jittered_up_to_a_bound_that_doubles);
        $test!(waits_have_a_cap);
        $test!(what_is_busy_is_tried_again_a_few_times);
    };
}
