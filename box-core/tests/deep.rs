//! Models inside of themselves, as deep as a text may go, fit into the stack of a page's module or of any thread.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::thread;

use box_core::{
    model::{self, Fault},
    models::{Folder, Item},
};

/// What WebAssembly has; threads have twice as much.
const STACK: usize = 1 << 20;

/// Folders in each other, by a member that takes `levels` of nesting.
fn nested(open: &str, close: &str, levels: usize, depth: usize) -> String {
    open.repeat(depth / levels) + "null" + &close.repeat(depth / levels)
}

#[test]
fn no_depth_exhausts_the_stack() {
    let run = || {
        for (depth, expected) in [(126, None), (1_000, Some(Fault::TooDeep)), (100_000, Some(Fault::TooDeep))]
        {
            let parents = nested(r#"{"type":"folder","id":"1","parent":"#, "}", 1, depth);
            let folder = model::read::<Folder>(&parents);
            assert_eq!(folder.as_ref().err().copied(), expected, "{depth} parents");
            let entries =
                nested(r#"{"type":"folder","id":"1","item_collection":{"entries":["#, "]}}", 3, depth);
            let item = model::read::<Item>(&entries);
            assert_eq!(item.err(), expected, "{depth} levels of items");
            let Ok(folder) = folder else { continue };
            assert_eq!(folder.clone(), folder);
            assert!(format!("{folder:?}").len() < parents.len() * 2);
            assert!(serde_json::to_string(&folder).unwrap().len() < parents.len());
        }
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}
