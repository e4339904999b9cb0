//! The workspace's tasks: `cargo xtask <task>`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool answers on its terminal")]

mod bench;
mod budget;
mod codegen;
mod emit;
mod npm;
mod spec;
mod spec_diff;
mod table;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The workspace's tasks")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Turns the table in box-core/api into code and documents
    Codegen(codegen::Options),
    /// Measures pages, the compiler, reading and calls
    Bench(bench::Options),
    /// Compares the sizes of the npm package and of pages with budget.snap
    Budget(budget::Options),
    /// Builds the npm package into target/npm/box-wasm
    Npm(npm::Options),
    /// Compares the table with Box's documents
    SpecDiff(spec_diff::Options),
    /// Runs the tests
    Test(test::Options),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Codegen(options) => codegen::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Budget(options) => budget::run(&options),
        Task::Npm(options) => npm::run(&options),
        Task::SpecDiff(options) => spec_diff::run(&options),
        Task::Test(options) => test::run(&options),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
