//! The module of the npm package: the core's machines behind one entry, text in and text out. It imports nothing: the
//! package's JavaScript has the requests, the timers and the application's functions, and tells what comes of them.
//!
//! `input(n)` makes room for a command of `n` bytes, `run()` carries it out and answers the length of its output, and
//! `output()` is where that stands. Commands and outputs are JSON; `engine.rs` has them.

mod calls;
mod command;
mod derived;
mod engine;
mod event;
mod kept;
mod output;
mod seams;
mod session;
mod settings;
mod sign_in;
mod slot;
#[cfg(test)]
mod tests;
mod transfers;

use std::cell::RefCell;

use engine::Engine;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
    static ENGINE: RefCell<Engine> = const { RefCell::new(Engine::new()) };
}

/// Room for a command.
#[allow(unsafe_code, reason = "the name is our own, and no other module is linked with this one")]
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(length, 0);
        input.as_mut_ptr()
    })
}

/// Carries the command out.
#[allow(unsafe_code, reason = "as for `input`")]
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    let output = INPUT.with_borrow(|input| ENGINE.with_borrow_mut(|engine| engine.run(input)));
    OUTPUT.with_borrow_mut(|last| {
        *last = output;
        last.len()
    })
}

/// The output of the last command.
#[allow(unsafe_code, reason = "as for `input`")]
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}
