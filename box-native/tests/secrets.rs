//! Nothing that a client tells holds a secret: logs and spans of all libraries at their most verbose level, events, errors and
//! their causes, whatever can be printed, and panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod plants;
mod relay;
mod support;
mod tour;
mod watch;

use std::process::{Command, Output};

use plants::Plants;
use tour::{Shown, Tour};
use watch::Watch;

/// Set for the process that tours, to where it writes what it planted.
const PLANTED: &str = "TEST_PLANTED";

/// Set where libraries were compiled with a log that they don't have otherwise.
const LOUD: &str = "TEST_LOUD";

/// Set for one that shall tell a secret, to the way in which it does.
const LEAK: &str = "TEST_LEAK";

/// The only place in which a process may tell it: a process of its own, since logs and panics are the whole process's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tour_tells_no_secret() {
    let Ok(file) = std::env::var(PLANTED) else {
        let (told, plants) = tour(None).await;
        assert!(told.status.success(), "{}", text(&told));
        assert!(plants.len() >= 25, "{} planted", plants.len());
        // What the process says of itself may have its own ways out.
        assert_eq!(plants.found(&text(&told)), [""; 0]);
        return;
    };
    let (watch, plants, shown) = (Watch::of_process(), Plants::default(), Shown::default());
    let panics = shown.clone();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        panics.push(&format!("panic: {panic} {panic:?}"));
        usual(panic);
    }));
    let tour = Tour::start(&plants, &shown).await;
    let leak = std::env::var(LEAK).ok();
    if let Some(way) = &leak {
        tell(way, &plants, &shown);
    } else {
        tour.run().await;
    }
    let told = watch.everything() + &shown.text();
    std::fs::write(file, plants.lines()).unwrap();
    let found = plants.found(&told);
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n\n"));
    // All who could tell have had something to tell.
    if leak.is_none() {
        let voices = ["box::audit", "box::retry", "box::request", "box.call", "http.client.request"];
        let loud: &[_] =
            if std::env::var_os(LOUD).is_some() { &["hyper::proto", "tokio::task"] } else { &[] };
        let libraries = ["hyper_util::", "reqwest::", "rustls::", "panic: "];
        for voice in voices.iter().chain(&libraries).chain(loud) {
            assert!(told.contains(voice), "{voice} is silent");
        }
        let kinds = shown.kinds();
        for kind in
            ["api", "cancelled", "decode", "invalid_input", "io", "oauth", "outcome_unknown", "read_only"]
        {
            assert!(kinds.contains(kind), "{kind} is missing: {kinds:?}");
        }
        for kind in ["redirect", "session", "sign_in_needed", "timeout", "transport"] {
            assert!(kinds.contains(kind), "{kind} is missing: {kinds:?}");
        }
    }
}

/// Ways out that the test must notice.
#[expect(clippy::print_stderr, reason = "one of them")]
fn tell(way: &str, plants: &Plants, shown: &Shown) {
    let secret = plants.plant("a secret", "Vx7told/aloud+Aq06");
    match way {
        "log" => tracing::trace!(target: "a_library", "sends {secret}"),
        "field" => tracing::debug!(target: "a_library", url = secret),
        "span" => _ = tracing::trace_span!("a_span", secret).entered(),
        "bytes" => tracing::trace!(target: "a_library", "{:?}", secret.as_bytes()),
        "debug" => shown.debug("a value", &secret),
        "panic" => _ = std::panic::catch_unwind(|| panic!("holds {secret}")),
        // Of this only the process that started this one can know.
        _ => eprintln!("{secret}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tells_a_secret_is_caught() {
    for way in ["log", "field", "span", "bytes", "debug", "panic"] {
        let (told, _) = tour(Some(way)).await;
        assert!(!told.status.success() && text(&told).contains("1 found:"), "{way}: {}", text(&told));
    }
    let (told, plants) = tour(Some("stderr")).await;
    assert!(told.status.success() && plants.found(&text(&told)).len() == 1, "{}", text(&told));
}

#[test]
fn what_is_planted_is_found_in_every_form() {
    let plants = Plants::default();
    plants.plant("it", "Vx7 a/secret+Kd11?");
    let forms = [
        "{\"x\":\"Vx7 a/secret+Kd11?\"}",
        "x=Vx7%20a%2Fsecret%2BKd11%3F&y",
        "x=Vx7%20a%2fsecret%2bKd11%3f&y",
        "x=Vx7+a%2Fsecret%2BKd11%3F",
        // As credentials of a proxy, with names of three lengths before it.
        "Basic dTpWeDcgYS9zZWNyZXQrS2QxMT8=",
        "Basic dXU6Vng3IGEvc2VjcmV0K0tkMTE/",
        "Basic dXV1OlZ4NyBhL3NlY3JldCtLZDExPw==",
        "[86, 120, 55, 32, 97, 47, 115, 101, 99, 114, 101, 116, 43, 75, 100, 49, 49, 63]",
        "567837206121",
    ];
    for form in &forms[..8] {
        assert!(!plants.found(form).is_empty(), "{form}");
    }
    assert!(plants.found(forms[8]).is_empty() && plants.found("Vx7 a/secret").is_empty());
}

/// A process that tours, or that tells a secret: what it said, and what it had planted.
async fn tour(leak: Option<&str>) -> (Output, Plants) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("planted");
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "a_tour_tells_no_secret", "--nocapture"]).env(PLANTED, &file);
    if let Some(way) = leak {
        process.env(LEAK, way);
    }
    let told = tokio::task::spawn_blocking(move || process.output());
    let told = told.await.unwrap().unwrap();
    let lines = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{}", text(&told)));
    (told, Plants::read(&lines))
}

fn text(told: &Output) -> String {
    String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr)
}
