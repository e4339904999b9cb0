//! Stories about a client and the emulator, told once and run on every platform.
//!
//! A story is an `async fn` over a [`World`]: a client of the platform at hand and an emulator of its own. It
//! panics when something is not as it should be. [`for_each_story!`] names them all, so that a platform makes a
//! test of each.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "stories are tests")]

mod clients;
mod errors;
mod files;
mod folders;
mod lists;
mod session;
mod world;

pub use clients::{
    derived_clients_never_change_their_parent, read_only_clients_send_no_write, taken_names_are_hinted,
    unchanged_items_are_told,
};
pub use errors::{conflicts_are_lists, errors_keep_their_status, writes_can_be_guarded};
pub use files::{downloads_hand_no_secret_on, files_live_and_die, large_files_go_in_parts, trash_gives_back};
pub use folders::{folders_live_and_die, users_are_known};
pub use lists::{lists_end_however_box_ends_them, names_are_found, pages_come_both_ways, search_finds};
pub use session::{a_revoked_session_needs_a_sign_in, an_ended_token_is_refreshed_once};
pub use world::World;

/// Calls a macro with the name of each story.
#[macro_export]
macro_rules! for_each_story {
    ($test:ident) => {
        $test!(a_revoked_session_needs_a_sign_in);
        $test!(an_ended_token_is_refreshed_once);
        $test!(conflicts_are_lists);
        $test!(derived_clients_never_change_their_parent);
        $test!(downloads_hand_no_secret_on);
        $test!(errors_keep_their_status);
        $test!(files_live_and_die);
        $test!(folders_live_and_die);
        $test!(large_files_go_in_parts);
        $test!(lists_end_however_box_ends_them);
        $test!(names_are_found);
        $test!(pages_come_both_ways);
        $test!(read_only_clients_send_no_write);
        $test!(search_finds);
        $test!(taken_names_are_hinted);
        $test!(trash_gives_back);
        $test!(unchanged_items_are_told);
        $test!(users_are_known);
        $test!(writes_can_be_guarded);
    };
}
