//! The part `engines`: the stories in browsers other than Chromium.

use anyhow::Result;

use super::{
    browser::{engine::Engine, scenarios},
    needs,
    run::Run,
};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let stories = scenarios::stories(run)?;
    let Some(emulator) = scenarios::emulator(run, false)? else {
        return Ok(());
    };
    let mut numbers = Vec::new();
    for (name, engine) in [("firefox", Engine::Firefox), ("webkit", Engine::WebKit)] {
        if name == "webkit" && !needs::has_webkit() {
            run.skip(name, "WebKitGTK comes from apt-get, which isn't here");
            continue;
        }
        let ([fetch, reqwest], _) = scenarios::held(run, name, engine, &emulator, &stories)?;
        numbers.push(format!("{name} {fetch}+{reqwest}"));
    }
    run.say(&format!("engines: {}", numbers.join(", ")));
    Ok(())
}
