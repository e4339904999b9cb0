//! The stories of tests/scenarios in browsers, and how many of them held.

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::engine::Engine;
use crate::test::{child::Emulator, run::Run, sources, unit};

/// The ways in which box-wasm sends requests: modules of its test file.
pub(in crate::test) const TRANSPORTS: [&str; 2] = ["fetch", "reqwest"];

/// Lets pages call, wherever the runner of the tests serves them.
const PAGES: [&str; 2] = ["--allow-origin", "http://127.0.0.1:*"];

/// Runs all stories natively and in Chromium, where header fields are hidden and where they are not.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let stories = stories(run)?;
    let mut native = unit::tests(run.workspace, "--test scenarios");
    let native = run.counted("native scenarios", &mut native)?.0.passed;
    run.check("stories natively", |_| {
        let complaint = || format!("{native} of {} stories hold", stories.len());
        Ok((native != stories.len() as u64).then(complaint).into_iter().collect())
    })?;
    for exposed in [false, true] {
        let Some(emulator) = emulator(run, exposed)? else {
            return Ok(());
        };
        let name = if exposed { "scenarios with exposed headers" } else { "scenarios" };
        let ([fetch, reqwest], output) = held(run, name, Engine::Chromium, &emulator, &stories)?;
        run.say(&format!("{name}: native {native}, fetch {fetch}, reqwest {reqwest}"));
        if !exposed {
            limits(run, &output)?;
            let mut page = Engine::Chromium.test(run.workspace, &emulator.addresses, "page")?;
            run.tests("tests of the page", &mut page)?;
        }
    }
    Ok(())
}

/// An emulator that pages may call.
pub(in crate::test) fn emulator(run: &mut Run<'_>, exposed: bool) -> Result<Option<Emulator>> {
    let exposing = exposed.then_some("--expose-headers");
    Emulator::build(run, &PAGES.into_iter().chain(exposing).collect::<Vec<_>>())
}

/// The names of all stories, from the macro that lists them.
pub(in crate::test) fn stories(run: &Run<'_>) -> Result<Vec<String>> {
    let text = sources::read(run.workspace, "tests/scenarios/src/lib.rs")?;
    let story = Regex::new(r"\$test!\((\w+)\)")?;
    let names = story.captures_iter(&text).filter_map(|found| found.get(1));
    Ok(names.map(|name| name.as_str().to_owned()).collect())
}

/// How many stories hold in a browser, by transport, and what the run said.
pub(in crate::test) fn held(
    run: &mut Run<'_>,
    step: &str,
    engine: Engine,
    emulator: &Emulator,
    stories: &[String],
) -> Result<([usize; 2], String)> {
    let mut test = engine.test(run.workspace, &emulator.addresses, "scenarios")?;
    let (_, output) = run.counted(step, &mut test)?;
    let mut numbers = [0; 2];
    for (number, transport) in numbers.iter_mut().zip(TRANSPORTS) {
        let missing: Vec<_> = stories.iter().filter(|story| !passed(&output, transport, story)).collect();
        *number = stories.len() - missing.len();
        run.check(&format!("{step}: all of them hold over {transport}"), |_| {
            Ok(missing.iter().map(|story| format!("{story} doesn't")).collect())
        })?;
    }
    Ok((numbers, output))
}

fn passed(output: &str, transport: &str, story: &str) -> bool {
    let line = format!("test {transport}::{story} ... ok");
    output.lines().any(|output| output.trim() == line)
}

/// Repeats what each transport says that it can't do.
fn limits(run: &mut Run<'_>, output: &str) -> Result<()> {
    for transport in TRANSPORTS {
        let start = format!("limits of {transport}: ");
        let line = output.lines().find(|line| line.starts_with(&start));
        run.check(&start, |_| line.map(|_| Vec::new()).context("it doesn't say"))?;
        run.say(line.unwrap_or_default());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_that_pass_are_found() {
        let output = "running 3 tests\nInvoking test: fetch::a\ntest fetch::a ... ok\ntest fetch::b ... FAIL\n\
            test reqwest::ab ... ok\n";
        let check = |transport, story, expected| assert_eq!(passed(output, transport, story), expected);
        check("fetch", "a", true);
        check("fetch", "b", false);
        check("reqwest", "a", false);
        check("reqwest", "ab", true);
    }
}
